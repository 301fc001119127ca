"""`assay run --gate` and `assay smoke`: what a run must have for an exit code of 0, over the real API and functions."""

import json

import pytest

from tests.cli.declaring import YAML, written
from tests.cli.running import assay
from tests.support.api_gateway import Answer


@pytest.fixture
def pair(loopback, tmp_path):
    """Runs the same twenty sums twice, the second time so many of them wrong; what the second run says."""

    def run(wrong, *options, gate="gate: {}\n"):
        rows = [{"a": a, "b": 2, "target": f"The answer is {a * 2}."} for a in range(20)]
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        assert assay("run", written(tmp_path, YAML, **{"sums.jsonl": text})).code == 0
        spoilt = [{**row, "target": "wrong"} if place < wrong else row for place, row in enumerate(rows)]
        file = written(tmp_path, YAML + gate, **{"sums.jsonl": "".join(f"{json.dumps(row)}\n" for row in spoilt)})
        return assay("run", file, *options)

    return run


def test_a_proved_regression_fails_the_gate_with_1(pair):
    said = pair(8, "--gate")
    assert said.code == 1, said
    assert "The gate fails. ExactMatch: It is worse than the base." in said.out
    assert "ExactMatch: Worse by 40.0 points (with 95% confidence, 16.5 to 63.5 points)." in said.out
    line = next(line for line in said.out.splitlines() if "ExactMatch" in line)
    assert [cell.strip() for cell in line.split("│")][1:3] == ["ExactMatch", "0.600"]
    assert [cell.strip() for cell in line.split("│")][4:11] == ["-0.400", "-0.635 … -0.165", "0", "8", "12", "20", "0"]


def test_without_gate_the_same_ends_with_0_and_says_so(pair):
    said = pair(8)
    assert (said.code, "The gate fails." in said.out, "--gate alone" in said.out) == (0, True, True)


def test_no_difference_passes_the_gate(pair):
    said = pair(0, "--gate")
    assert (said.code, "The gate is passed.\n" in said.out) == (0, True), said


def test_a_loss_that_is_not_ruled_out_fails_where_a_tolerance_is_given(pair):
    said = pair(1, "--gate", gate="gate: {tolerance: 0.05}\n")
    assert (said.code, "It is not shown to be at most 0.05 worse than the base." in said.out) == (1, True), said


def test_a_run_without_a_base_is_gated_by_its_errors_alone(loopback, tmp_path):
    said = assay("run", written(tmp_path), "--gate")
    assert said.code == 0
    assert "The gate is passed." in said.out
    assert "Not asked by the gate: ExactMatch: There is no base to compare it with." in said.out
    broken = written(
        tmp_path, YAML.replace("- ExactMatch", "- code: judge.py"), **{"judge.py": "def handler():\n    1 / 0\n"}
    )
    said = assay("run", broken, "--gate")
    assert said.code == 1, said
    assert "judge: Nothing is scored." in said.out


def test_smoke_looks_at_all_that_comes_of_a_run(loopback):
    said = assay("smoke")
    assert said.code == 0, said
    assert "The scores are as they must be." in said.out
    assert "All 16 rows have an output." in said.out
    assert "The page opens: " in said.out


def test_smoke_says_what_is_not_as_it_must_be(loopback, cloud):
    loopback.rules.append(lambda _, target: Answer(500, "broken", {}) if target.startswith("/app/") else None)
    said = assay("smoke")
    assert (said.code, "The page was answered with 500." in said.err) == (4, True)
