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

BENCHES: dict[str, Callable[[LocalCloud, StubProvider], Iterator[Line]]] = {
    "imports": imports.lines,
    "cost": cost.lines,
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


def main(names: Sequence[str]) -> int:
    """Runs the benches of these names, or all; 1 where a budget is missed."""
    console, found = Console(width=WIDTH), list[Line]()
    with StubProvider(keep=0) as stub, local_cloud(stub) as cloud:
        for name in names or BENCHES:
            for line in BENCHES[name](cloud, stub):
                found.append(line)
                console.print(f"load {os.getloadavg()[0]:.1f}: {line.name}: {line.measured:.3g} {line.unit} ({line.note})")
    show(found, console)
    return int(any(line.passes is False for line in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
