"""A one-row evaluation in an organisation of its own: it proves that the stack works, and wakes each function."""

from typing import Any

from assay.bootstrap import operator
from assay.domain.keys import Bounds
from assay.use_cases.manage_keys import create_key, revoke_key
from assay_cli.api import Api, await_answer, open_api
from assay_cli.errors import StepFailed
from assay_cli.job import Job, Model, all_rows, follow, launch
from assay_cli.problems import Problem
from assay_cli.results import complaints, count
from assay_cli.stack import Stack, invoke

ORGANISATION = "warmup"
SECONDS_TO_ANSWER = 60
JOB = Job("warm-up", Model("mock", "mock"), [Problem(question="What is 1 + 2?", answer="3")])


def warm_up(api_url: str, stack: Stack) -> None:
    """Waits until the API answers, then evaluates one row. Raises StepFailed where that does not come out right."""
    store = operator(stack.output("TableName"))
    key, shown = create_key(ORGANISATION, Bounds(scope="write"), name="warm-up", **store)
    try:
        with open_api(api_url, shown) as api:
            await_answer(api, SECONDS_TO_ANSWER)
            invoke(stack.output("FailEvaluationFunctionName"), late_word(prove(api)))
    finally:
        revoke_key(ORGANISATION, key.id, resources=store["resources"], clock=store["clock"])


def prove(api: Api) -> str:
    """Evaluates one row and returns the evaluation's id. Raises StepFailed unless it is completed with all scores."""
    evaluation = follow(api, launch(api, JOB), lambda _: None)
    results = count(evaluation, all_rows(api, evaluation["id"]))
    if evaluation["status"] != "completed" or not all(each.scored for each in results.evaluators):
        raise StepFailed(f"A one-row evaluation is {evaluation['status']}: {'; '.join(complaints(results))}")
    return str(evaluation["id"])


def late_word(evaluation_id: str) -> dict[str, Any]:
    """The word that its pass failed: of no effect now that it is over, but who hears it is awake when it matters."""
    return {"organisation": ORGANISATION, "evaluation_id": evaluation_id, "pass": 1, "failure": {"Error": "Late"}}
