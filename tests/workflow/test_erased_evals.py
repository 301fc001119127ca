"""An eval that came with all it needed is erased with its project, from every store; what others share stays."""

import pytest

from tests.integration.braintrust import good
from tests.integration.test_deletion import kept
from tests.workflow.evals import Evals

OWN, SHARED = "canary 71e3c9", "canary 0be2d4"
JUDGE = {"inline_context": {"runtime": "python", "version": "3.12"}, "name": "judge",
         "code": f"def handler(input, output, expected, metadata):\n    return 1  # {SHARED}"}  # fmt: skip
ASKED = {"inline_prompt": {"prompt": {"type": "chat", "messages": [{"role": "user", "content": OWN + " {{input}}"}]},
                           "options": {"model": "mock"}}}  # fmt: skip


@pytest.fixture
def evals(cloud):
    return Evals(cloud, "erased-evals")


def test_a_deleted_project_leaves_nothing_of_an_eval_that_came_with_all_it_needed(evals, cloud):
    rows = [{"input": OWN, "expected": OWN}]
    summary = evals.run(rows, task=ASKED, scores=[JUDGE], cache=True)
    assert summary["scores"]["judge"]["score"] == 1
    shared = good(evals.api.post("/project", {"name": "shares the scorer"}))["id"]
    other = evals.run([{"input": 1}], project_id=shared, scores=[JUDGE])
    assert "@answers" in kept(cloud, "erased-evals")
    good(evals.api.delete(f"/project/{evals.project}"))
    left = kept(cloud, "erased-evals")
    assert [one for one in (OWN, evals.project, "@answers") if one in left] == []
    assert SHARED in left
    assert good(evals.api.get(f"/experiment/{other['experiment_id']}/summarize?summarize_scores=true"))
    good(evals.api.delete(f"/project/{shared}"))
    assert SHARED not in kept(cloud, "erased-evals")
