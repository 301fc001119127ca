"""What is known of the git checkout that an evaluation is run from."""

import os
import subprocess
from pathlib import Path


def repository(folder: Path) -> dict[str, object]:
    """Its commit, its branch, and whether anything in it is not committed; nothing where there is no checkout.

    A pull request's branch is known to GitHub Actions alone: there the checkout has none.
    """
    commit = git(folder, "rev-parse", "HEAD")
    if commit is None:
        return {}
    here = git(folder, "rev-parse", "--abbrev-ref", "HEAD")
    named = os.environ.get("GITHUB_HEAD_REF") or os.environ.get("GITHUB_REF_NAME")
    branch = (named or None) if here in {None, "HEAD"} else here
    dirty = bool(git(folder, "status", "--porcelain", "--untracked-files=no"))
    return {"commit": commit, "dirty": dirty, **({"branch": branch} if branch else {})}


def git(folder: Path, *words: str) -> str | None:
    """What git says; None where it says no, or is not there."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
