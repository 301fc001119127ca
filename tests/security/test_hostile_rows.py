"""The attacks of the eval on the local cloud (test_attacks_on_the_cloud.py), tried here without it."""

import json

import pytest

from assay.domain.sandbox import CodeBatch, CodeResults
from tests.security.hostile_rows import NODE, PYTHON, SIDE_EFFECTS, node, python, rows, unexpected
from tests.security.sandboxes import Remaining
from tests.support.entry_points import node_function

TABLES = {"python": (PYTHON, python), "node": (NODE, node)}


@pytest.mark.parametrize("runtime", TABLES)
def test_every_attack_comes_to_what_it_must_and_every_row_beside_it_is_scored(runtime, sandbox):
    attacks, source = TABLES[runtime]
    batch = batch_of(runtime, source(attacks), *rows(attacks))
    results = (sandbox.run(batch, Remaining()) if runtime == "python" else by_node(batch)).results
    found = {row: score_and_error(result) for row, result in zip(rows(attacks), results, strict=True)}
    found.pop("requests", None)  # it stands in the layer of the deployed function
    assert unexpected(attacks, found) == {}


def test_code_that_ends_while_it_is_loaded_is_an_error_of_every_row(sandbox):
    results = sandbox.run(batch_of("python", SIDE_EFFECTS, 1, 2), Remaining()).results
    assert [one.error.split("\n")[0] for one in results] == ["SystemExit: at import"] * 2


def batch_of(runtime, source, *inputs):
    given = tuple(({"input": one, "output": "", "expected": None, "metadata": {}},) for one in inputs)
    return CodeBatch(runtime=runtime, code=source, function="handler", call="scorer", rows=given)


def by_node(batch):
    answer = node_function("run_node").invoked(batch.model_dump(mode="json"))
    return CodeResults.model_validate_json(json.dumps(answer))


def score_and_error(result):
    value = result.value.get("score") if isinstance(result.value, dict) else result.value
    return value, result.error or ""
