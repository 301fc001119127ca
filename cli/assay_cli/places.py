"""Where things lie in a clone, and what the local cloud keeps under `.assay/`."""

import os
from dataclasses import dataclass
from pathlib import Path

STARTER = Path(__file__).parent / "data" / "starter"
"""The files of `assay init`."""


@dataclass(frozen=True)
class Places:
    """A clone, and the folder for everything that the local cloud writes, which only its owner can enter."""

    root: Path
    state: Path

    @property
    def env_file(self) -> Path:
        return self.state / "env"

    @property
    def process_file(self) -> Path:
        return self.state / "cloud.json"

    @property
    def port_file(self) -> Path:
        return self.state / "port"

    @property
    def reconciled_file(self) -> Path:
        return self.state / "reconciled"

    @property
    def proven_file(self) -> Path:
        return self.state / "proven"

    @property
    def cloud_log(self) -> Path:
        return self.state / "cloud.log"

    @property
    def deploy_log(self) -> Path:
        return self.state / "deploy.log"

    @property
    def scratch(self) -> Path:
        return self.state / "tmp"

    def prepare(self) -> None:
        """Makes `.assay/`: it will hold keys, so nobody else may look into it."""
        self.state.mkdir(mode=0o700, exist_ok=True)
        self.state.chmod(0o700)
        self.scratch.mkdir(exist_ok=True)


def write_secret(file: Path, text: str) -> None:
    """Writes `file` so that only its owner can read it, at no moment more."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)


def here() -> Places:
    """The clone of this file. Its state is `.assay/`, or where ASSAY_STATE_DIR in the environment says.

    So a clone can have several local clouds, each on a port of its own; the tests leave the one in use alone.
    """
    root = Path(__file__).resolve().parents[2]
    return Places(root, Path(os.environ.get("ASSAY_STATE_DIR") or root / ".assay").absolute())
