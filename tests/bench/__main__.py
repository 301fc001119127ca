"""`make bench`: every figure beside its budget, on a local cloud of its own. Names of benches choose some of them.

Wall times depend on what else the machine does; so budgets are ratios within one run wherever they can be.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from tests.bench import cost, engine, imports, pages, scale
from tests.bench.table import Line, show
from tests.e2e.local_cloud import LocalCloud, free_port
from tests.support.stub_provider import StubProvider

ALONE: dict[str, Callable[[], Iterator[Line]]] = {"imports": imports.lines, "cost": cost.lines}
ON_THE_CLOUD: dict[str, Callable[[LocalCloud, StubProvider], Iterator[Line]]] = {
    "pages": pages.lines,
    "engine": engine.lines,
    "scale": scale.lines,
}
WIDTH = 160


@contextmanager
def local_cloud(stub: StubProvider) -> Iterator[LocalCloud]:
    """A local cloud with a state and a port of its own, whose provider is the stub."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        cloud = LocalCloud(Path(folder), {"OPENAI_BASE_URL": stub.base_url, "OPENAI_API_KEY": "stub"})
        with cloud.taken_down():
            cloud.up("--port", str(free_port()))
            yield cloud


def measured(names: Sequence[str]) -> Iterator[Line]:
    """The figures of the benches of these names. The local cloud is there only as long as one of them needs it."""
    for name, bench in ALONE.items():
        if name in names:
            yield from bench()
    if set(names) & set(ON_THE_CLOUD):
        with StubProvider(keep=0) as stub, local_cloud(stub) as cloud:
            for name, on_the_cloud in ON_THE_CLOUD.items():
                if name in names:
                    yield from on_the_cloud(cloud, stub)


def main(names: Sequence[str]) -> int:
    """Runs the benches of these names, or all; 1 where a budget is missed."""
    if unknown := set(names) - {*ALONE, *ON_THE_CLOUD}:
        sys.exit(f"There is no bench {', '.join(sorted(unknown))}: only {', '.join((*ALONE, *ON_THE_CLOUD))}.")
    console, found = Console(width=WIDTH), list[Line]()
    for line in measured(names or (*ALONE, *ON_THE_CLOUD)):
        found.append(line)
        console.print(f"load {os.getloadavg()[0]:.1f}: {line.name}: {line.measured:.3g} {line.unit}")
    show(found, console)
    return int(any(line.passes is False for line in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
