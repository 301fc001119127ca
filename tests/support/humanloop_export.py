"""Exports of Humanloop's, written as its export tool wrote them (contracts/humanloop-v4.md §8.2)."""

import json
from pathlib import Path
from typing import Any

DAY = "2025-06-05T12:00:00"
A_FILE = {"directory_id": "dir_1", "created_at": DAY, "updated_at": DAY, "last_used_at": DAY, "environments": []}


class Export:
    """A folder that is filled file by file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "files").mkdir(parents=True)
        (folder / "export.log").write_text("Exporting.\n")

    def file(self, identifier: str, **fields: Any) -> Path:
        """The folder of a file, with its head in it."""
        place = self.folder / "files" / identifier
        put(place / "file.json", {**A_FILE, "id": identifier, "name": fields["path"], **fields})
        (place / ".done").write_text("Export completed successfully.\n")
        return place

    def versions(self, place: Path, *versions: dict[str, Any]) -> Path:
        """The folder, with these versions of its file."""
        head = json.loads((place / "file.json").read_text())
        for number, one in enumerate(versions):
            made = {"created_at": f"2025-01-01T00:00:{number:02}", **one}
            put(place / "versions" / one["version_id"], {**head, **made})
        return place

    def prompt(
        self,
        identifier: str,
        path: str,
        *versions: dict[str, Any],
        active: str,
        deployed: str = "",
        tag: str = "default",
    ) -> Path:
        """A prompt; one version is the export's day's, and one may be deployed to an environment."""
        place = self.versions(self.file(identifier, type="prompt", path=path, version_id=active), *versions)
        environment = {"environment_id": "env_1", "environment_name": "production", "environment_tag": tag}
        put(place / "deployments.json", [{"version_id": deployed, **environment}] if deployed else [])
        return place

    def evaluator(self, identifier: str, path: str, **spec: Any) -> Path:
        """An evaluator."""
        return self.file(identifier, type="evaluator", path=path, version_id=f"{identifier}_v", spec=spec)

    def dataset(self, identifier: str, path: str, *versions: tuple[str, list[dict[str, Any]]]) -> Path:
        """A dataset with the datapoints of each version; the last is the export's day's."""
        place = self.file(identifier, type="dataset", path=path, version_id=versions[-1][0])
        self.versions(place, *({"version_id": name, "datapoints_count": len(rows)} for name, rows in versions))
        for name, rows in versions:
            put_lines(place / "datapoints" / name, rows)
        return place

    def evaluation(self, place: Path, identifier: str, runs: list[dict[str, Any]], lines: list[dict[str, Any]]) -> Path:
        """A past evaluation of a file."""
        inner = place / "evaluations" / identifier
        put(inner / "evaluation.json", {"id": identifier, "name": f"eval {identifier}", "created_at": DAY})
        put(inner / "stats.json", {"run_stats": [], "status": "completed"})
        for run in runs:
            put(inner / "runs" / run["id"], {"status": "completed", "control": False, "created_at": DAY, **run})
        put_lines(inner / "logs", lines)
        return inner


def put(path: Path, value: Any) -> None:
    """A file of JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def put_lines(folder: Path, values: list[dict[str, Any]], *, in_each: int = 1000) -> None:
    """A folder of `1.jsonl`, `2.jsonl`, …; it is there, too, where there is nothing in it."""
    folder.mkdir(parents=True)
    for number, start in enumerate(range(0, len(values), in_each), 1):
        lines = [json.dumps(value) for value in values[start : start + in_each]]
        (folder / f"{number}.jsonl").write_text("".join(f"{line}\n" for line in lines))


def judged(path: str, version: str, judgment: Any, **more: Any) -> dict[str, Any]:
    """What an evaluator said of a log."""
    return {"evaluator": {"path": path, "version_id": version, "id": "evl"}, "judgment": judgment, **more}


CODE = "def judge(log, testcase):\n    return log['output'] == testcase['target']['output']\n"
CHAT = [{"role": "system", "content": "Be brief.", "name": None}, {"role": "user", "content": "{{question}}"}]
FIRST = {
    "version_id": "prv_1",
    "model": "gpt-4o",
    "provider": "openai",
    "endpoint": "chat",
    "template": CHAT,
    "temperature": 0.5,
}
SECOND = {**FIRST, "version_id": "prv_2", "version_name": "warmer", "temperature": 0.9, "max_tokens": None}
PAIRS = [
    {"id": f"dp_{n}", "inputs": {"question": f"{n} plus {n}?"}, "target": {"output": str(2 * n)}} for n in range(4)
]
RIGHT = {
    "evaluator_type": "python",
    "arguments_type": "target_required",
    "return_type": "boolean",
    "code": CODE,
}
SPEED = {
    "evaluator_type": "external",
    "arguments_type": "target_free",
    "return_type": "number",
    "number_valence": "negative",
}


def one_of_everything(folder: Path) -> Export:
    """An export with something of each kind; its two runs judge alike but for one row."""
    made = Export(folder)
    made.dataset("ds_1", "sums/small", ("dsv_1", PAIRS[:2]), ("dsv_2", PAIRS))
    made.evaluator("evl_1", "checks/right", **RIGHT)
    made.evaluator("evl_2", "checks/speed", **SPEED)
    prompt = made.prompt("pr_1", "sums/adder", FIRST, SECOND, active="prv_2", deployed="prv_1")
    runs = [
        {"id": "run_2", "version": {"version_id": "prv_2"}},
        {"id": "run_1", "version": {"version_id": "prv_1"}, "control": True},
    ]
    made.evaluation(prompt, "evr_1", runs, [line(run, n) for run in ("run_1", "run_2") for n in range(4)])
    made.file("fl_1", type="flow", path="a flow", version_id="fv_1")
    return made


def line(run: str, n: int) -> dict[str, Any]:
    """A row of a run; the first is right in the second run only."""
    output = str(2 * n) if n or run == "run_2" else "no idea"
    log = {
        "id": f"log_{run}_{n}",
        "output": output,
        "prompt_tokens": 5,
        "output_tokens": 7,
        "start_time": "2025-01-01T00:00:00",
        "end_time": "2025-01-01T00:00:02",
    }
    said = [judged("checks/right", "evv_1", output == str(2 * n)), judged("checks/speed", "evv_2", 2.5 * n)]
    return {"run_id": run, "datapoint": PAIRS[n], "log": log, "evaluator_logs": said}
