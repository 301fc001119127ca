"""Domain values for tests: everything has a default, a test names what it is about."""

from datetime import UTC, datetime
from typing import Any

from assay.domain.dataset import Datapoint, DatasetVersion
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.messages import Message
from assay.domain.plan import Plan
from assay.domain.score import FailedOutput, FailedScore, Failure, Output, Score
from assay.domain.statistics.describe import describe
from assay.domain.statistics.items import ItemScores
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.paired import Pairs, compare
from assay.domain.summary import Summary
from assay.domain.task import Config, Task

NOON = datetime(2025, 9, 8, 12, tzinfo=UTC)
TIMES: dict[str, Any] = {"created_at": NOON, "updated_at": NOON}


def a_task(**fields: Any) -> Task:
    template = (Message(role="user", content="Add {{a}} and {{b}}."),)
    return Task(**{"model": "gpt-x", "endpoint": "chat", "chat_template": template, **fields})


def a_config(**fields: Any) -> Config:
    return Config(**{"id": "config_1", "project_id": "pr_1", "name": "adder", "task": a_task(), **TIMES, **fields})


def a_datapoint(**fields: Any) -> Datapoint:
    return Datapoint(**{"id": "dp_1", "inputs": {"a": 2, "b": 3}, "target": {"output": "5"}, **fields})


def a_dataset_version(**fields: Any) -> DatasetVersion:
    defaults = {"dataset_id": "evts_1", "sequence": 1, "datapoints": 10, "name": "sums", "description": ""}
    return DatasetVersion(**{**defaults, **TIMES, **fields})


def an_evaluator_version(**fields: Any) -> EvaluatorVersion:
    defaults = {
        "id": "evv_1",
        "evaluator_id": "evfn_1",
        "name": "Exact match",
        "description": "",
        "arguments_type": "target_required",
        "return_type": "boolean",
        "code": "def judge(log, testcase):\n    return log['output'] == testcase['target']['output']\n",
    }
    return EvaluatorVersion(**{**defaults, **TIMES, **fields})


def a_judge_version(**fields: Any) -> EvaluatorVersion:
    prompt = "Is {{log.output}} right? It should be {{testcase.target.output}}."
    defaults = {"id": "evv_judge", "evaluator_id": "evfn_judge", "name": "Judge", "type": "llm", "code": None}
    task = Task(model="judge-x", prompt_template=prompt)
    return an_evaluator_version(**{**defaults, "task": task, "project_id": "pr_judge", **fields})


def an_evaluation(**fields: Any) -> Evaluation:
    defaults = {
        "id": "ev_1",
        "project_id": "pr_1",
        "config_id": "config_1",
        "dataset": a_dataset_version(),
        "rounds": (("evv_1",),),
        "max_concurrency": 10,
        "passes": 1,
        "is_working": True,
    }
    return Evaluation(**{**defaults, **TIMES, **fields})


def a_plan(*, datapoints: int = 10, rows_per_chunk: int = 100, **fields: Any) -> Plan:
    defaults = {
        "starts": tuple(range(0, datapoints * fields.get("trials", 1), rows_per_chunk)),
        "evaluation_id": "ev_1",
        "config": a_config(),
        "rounds": ((an_evaluator_version(),),),
        "dataset": a_dataset_version(datapoints=datapoints),
        "trials": 1,
        "widths": (10,),
        "begun": NOON,
    }
    return Plan(**{**defaults, **fields})


def an_output(text: str = "5", **fields: Any) -> Output:
    message = Message(role="assistant", content=text)
    return Output(
        **{"ordinal": 0, "datapoint_id": "dp_1", "text": text, "message": message, "created_at": NOON, **fields}
    )


def a_failed_output(kind: str = "provider", **fields: Any) -> FailedOutput:
    failure = Failure(kind=kind, message="The provider answered 500.", attempts=3)
    return FailedOutput(**{"ordinal": 0, "datapoint_id": "dp_1", "failure": failure, "created_at": NOON, **fields})


def a_score(value: Any = True, evaluator: str = "evv_1") -> Score:
    return Score(evaluator=evaluator, value=value)


def a_failed_score(evaluator: str = "evv_1") -> FailedScore:
    return FailedScore(evaluator=evaluator, failure=Failure(kind="evaluator", message="KeyError: 'target'"))


def a_summary(**fields):
    counts = dict.fromkeys(("datapoints", "trials", "rows", "n_outputs", "n_errors", "n_missing"), 1)
    defaults = {"evaluation_id": "ev_1", "status": "completed", "errors_by_kind": {}, "prompt_tokens": 1, "output_tokens": 1,
                "latency_mean": 0.5, "scores": (), "started_at": NOON, "finished_at": NOON, "wall_seconds": 0}  # fmt: skip
    return Summary(**{**defaults, **counts, **fields})


def statistics_of(values, base=None, name="Exact match", **judge):
    """The statistics of a score with these values, one of each datapoint; beside those of the experiment `x1`."""
    scores, known = ItemScores(len(values)), Judge(name, is_share=True, **judge)
    for item, value in enumerate(values):
        scores.score(item, value)
    beside = None
    if base is not None:
        beside = compare(Pairs(values, base, len(values)), "x1", higher_is_better=known.higher_is_better)
    return describe(scores, known, comparison=beside)
