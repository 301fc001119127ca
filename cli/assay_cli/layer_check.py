"""Whether a layer will run where it goes: every wheel and library for that platform, and not too large."""

import sys
from collections.abc import Iterator
from pathlib import Path

from assay_cli.errors import CommandFailed
from assay_cli.sam import Target

MEGABYTES_AT_MOST = 80
SHOWN = 3
ELF_MACHINES = {"arm64": 0xB7, "x86_64": 0x3E}
WHEEL_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


def check_layer(layer: Path, target: Target) -> None:
    """Raises CommandFailed, naming the first faults of the built layer."""
    if found := faults(layer, target):
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise CommandFailed("The layer would not run on AWS: " + "; ".join(found[:SHOWN]) + more)


def faults(layer: Path, target: Target) -> list[str]:
    """Whatever is wrong with the layer."""
    return [*wrong_wheels(layer, target), *wrong_libraries(layer, target), *oversize(layer)]


def wrong_wheels(layer: Path, target: Target) -> Iterator[str]:
    """The wheels of which no tag fits the target. A layer without any wheel is wrong too."""
    found = sorted(layer.rglob("*.dist-info/WHEEL"))
    if not found:
        yield f"{layer} holds no wheels"
    for file in found:
        tags = [line.removeprefix("Tag: ") for line in file.read_text().splitlines() if line.startswith("Tag: ")]
        if not any(fits(tag, target) for tag in tags):
            yield f"{file.parent.name} is for {', '.join(tags) or 'nothing it names'}"


def fits(tag: str, target: Target) -> bool:
    """Whether a wheel with this tag (interpreter-abi-platform) runs there."""
    interpreter, abi, platform = tag.split("-")
    return fits_python(interpreter, abi, target) and fits_machine(platform, target)


def fits_python(interpreter: str, abi: str, target: Target) -> bool:
    """Whether it is for any Python 3, for the target's, or for the stable ABI of one not newer."""
    exact = f"cp{target.python.replace('.', '')}"
    stable = abi == "abi3" and int(interpreter.removeprefix("cp3")) <= int(exact.removeprefix("cp3"))
    return interpreter == "py3" or stable or (interpreter == exact and abi in {exact, "none"})


def fits_machine(platform: str, target: Target) -> bool:
    """Whether it is for any machine, or for a Linux with glibc on the target's processor."""
    here = platform.startswith("manylinux") and platform.endswith(f"_{WHEEL_MACHINES[target.architecture]}")
    return platform == "any" or here


def wrong_libraries(layer: Path, target: Target) -> Iterator[str]:
    """The shared libraries that are not for the target's processor, or for another Python."""
    exact = f".cpython-{target.python.replace('.', '')}-"
    for file in sorted(layer.rglob("*.so*")):
        if machine(file) != ELF_MACHINES[target.architecture]:
            yield f"{file.name} is for another processor"
        elif ".cpython-" in file.name and exact not in file.name:
            yield f"{file.name} is for another Python"


def machine(file: Path) -> int:
    """The processor in a library's ELF header; 0 for what has none."""
    head = file.read_bytes()[:20]
    return int.from_bytes(head[18:20], "little") if head.startswith(b"\x7fELF") else 0


def has_bytecode(layer: Path, target: Target) -> bool:
    """Whether the layer's modules are compiled for the target's Python, which only that Python can do."""
    return any(layer.rglob(f"*.cpython-{target.python.replace('.', '')}.pyc"))


def slow_start(layer: Path, target: Target) -> str:
    """What to say of a layer without bytecode; nothing of one that has it."""
    if has_bytecode(layer, target):
        return ""
    return (
        f"There is no Python {target.python} here to compile with: functions will take twice the processor time to "
        f"start. `uv python install {target.python}`, remove .aws-sam/cache, and build again."
    )


def oversize(layer: Path) -> Iterator[str]:
    """Says by how much the layer is too large, if it is."""
    megabytes = sum(file.stat().st_size for file in layer.rglob("*") if file.is_file()) / 1e6
    if megabytes > MEGABYTES_AT_MOST:
        yield f"it has {megabytes:.0f} MB unzipped, and may have {MEGABYTES_AT_MOST}"


if __name__ == "__main__":
    built, lambdas = Path(sys.argv[1]), Target.aws("3.13", "arm64")
    try:
        check_layer(built, lambdas)
    except CommandFailed as failure:
        sys.exit(str(failure))
    if said := slow_start(built, lambdas):
        sys.stdout.write(f"{said}\n")
