"""What the action runs: the evaluation, then the comment and the check. Its exit code is that of `assay run`."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from assay_cli.errors import CommandFailed
from assay_cli.pull_request import markdown
from assay_cli.pull_request.github import GitHub, GitHubRefused

NO_KEY = "There is no API key: GitHub gives no secrets to pull requests from forks or of Dependabot's."
NEEDED = {403: "The token may not do that: the job needs `permissions: {pull-requests: write, statuses: write}`."}


class Run(NamedTuple):
    """What came of `assay run`: its exit code, the summary if there is one, and what it complained of."""

    file: str
    code: int
    summary: dict[str, Any] | None
    problem: str

    @property
    def comment(self) -> str:
        """The comment, which begins with its marker."""
        if self.summary is None:
            return markdown.broken(self.file, self.problem)
        return markdown.comment(self.file, self.summary, self.code)

    @property
    def title(self) -> str:
        """The check in a few words."""
        if self.summary is None and self.code in {0, 1}:
            return "The command broke"
        words = {0: "All is well", 1: "The gate fails", 2: "The evaluation cannot be run", 3: "The run is not complete"}
        return words.get(self.code, "Assay could not be reached")


def main(environment: Mapping[str, str]) -> int:
    """Evaluates, and tells GitHub. Returns the exit code."""
    run = evaluated(environment)
    if path := environment.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{run.comment}\n")
    if environment.get("GITHUB_TOKEN"):
        tell(run, environment)
    return run.code


def evaluated(environment: Mapping[str, str]) -> Run:
    """What `assay run` comes to. What it says is shown, and cannot be taken for a command of the runner's."""
    file = environment["ASSAY_FILE"]
    if not environment.get("ASSAY_API_KEY"):
        return Run(file, CommandFailed.exit_code, None, NO_KEY)
    gate = ["--gate"] if environment.get("ASSAY_GATE", "true") == "true" else []
    words = [sys.executable, "-m", "assay_cli", "run", file, "--json", *gate]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    token = secrets.token_hex(16)
    sys.stdout.write(f"::stop-commands::{token}\n{done.stderr}\n::{token}::\n")
    try:
        summary = json.loads(done.stdout)
    except ValueError:
        summary = None
    last = done.stderr.strip().splitlines()
    return Run(file, done.returncode, summary, last[-1] if last else "")


def tell(run: Run, environment: Mapping[str, str]) -> None:
    """Puts the comment and the check where they belong; that it cannot be done is a warning, and changes no verdict."""
    event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    pull = event.get("pull_request") or {}
    commit = (pull.get("head") or {}).get("sha") or environment["GITHUB_SHA"]
    github = GitHub(environment["GITHUB_API_URL"], environment["GITHUB_REPOSITORY"], environment["GITHUB_TOKEN"])
    link = (run.summary or {}).get("experiment_url")
    try:
        if pull:
            github.put_comment(int(pull["number"]), run.comment.partition("\n")[0], run.comment)
        github.set_status(commit, passed=run.code == 0, context=f"assay/{run.file}", description=run.title, link=link)
    except GitHubRefused as refusal:
        warn(f"{refusal} {NEEDED.get(refusal.status or 0, '')}")


def warn(text: str) -> None:
    """Shows a warning on the run's page; no line of it can be another command."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    sys.stdout.write(f"::warning::{escaped}\n")


if __name__ == "__main__":
    sys.exit(main(os.environ))
