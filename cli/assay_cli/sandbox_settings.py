"""What must hold user code on this machine, what is tried, and what holds it."""

import sys
from collections.abc import Mapping

from assay.domain.egress import destinations
from assay.domain.sandbox import CodeBatch, CodeResults, Runtime
from assay_cli.errors import CommandFailed, Misused
from assay_cli.stack import Stack, invoke

FUNCTIONS: dict[Runtime, tuple[str, str]] = {
    "python": ("Python", "RunPythonFunctionName"),
    "node": ("JavaScript", "RunNodeFunctionName"),
}


def parameters(outer: Mapping[str, str]) -> dict[str, str]:
    """The stack's parameters on this machine: all that it has is tried, and what every Linux has is required.

    ASSAY_SANDBOX_MIN asks for other parts, as `seccomp+landlock`; ASSAY_SANDBOX_EXTRAS=false leaves the extras out;
    ASSAY_SANDBOX_HOSTS names where code may connect to, if anywhere. Raises Misused.
    """
    hosts = reachable(outer.get("ASSAY_SANDBOX_HOSTS") or "")
    usual = "seccomp+rlimits" if sys.platform == "linux" else "rlimits"
    return {
        "SandboxMin": outer.get("ASSAY_SANDBOX_MIN") or usual,
        "SandboxExtras": outer.get("ASSAY_SANDBOX_EXTRAS") or "true",
        "SandboxEgress": "proxy" if hosts else "off",
        "SandboxHosts": hosts,
        "SandboxGateway": "false",
    }


def reachable(listed: str) -> str:
    """The list as a parameter that SAM takes whole, without blanks. Raises Misused where an entry is none."""
    try:
        destinations(listed)
    except ValueError as error:
        raise Misused(f"ASSAY_SANDBOX_HOSTS: {error}.") from error
    return ",".join(entry.strip() for entry in listed.split(",") if entry.strip())


def levels(stack: Stack, least: str) -> dict[str, str]:
    """What holds user code, by language. Raises CommandFailed where that is less than `least` for Python."""
    found = {language: level(stack.output(output), runtime) for runtime, (language, output) in FUNCTIONS.items()}
    lacking = set(least.split("+")) - set(found["Python"].split("+"))
    if lacking:
        raise CommandFailed(
            f"Python that users write is held here by {found['Python']}, and ASSAY_SANDBOX_MIN asks for {least}."
        )
    return found


def level(function: str, runtime: Runtime) -> str:
    """What the function says when it is asked for nothing else."""
    batch = CodeBatch(runtime=runtime, code="", function="", rows=())
    return CodeResults.model_validate(invoke(function, batch.model_dump(mode="json"))).level
