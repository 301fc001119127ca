"""What a person reads of a run beside its table."""

import io

import pytest
from rich.console import Console

from assay_cli.running.showing import show
from tests.cli.test_pull_request import score, summary


def shown(width=200, **more):
    """What is printed of a summary."""
    out = io.StringIO()
    show(Console(file=out, width=width), summary(**{"statistics": {"right": score()}, **more}))
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_number_is_broken_however_narrow_the_screen_is(width):
    said = shown(width, statistics={"an evaluator's name": score()})
    assert all(len(line) <= width for line in said.splitlines() if line.startswith("│"))
    assert said.count("an evaluator's name │") == (1 if width == 200 else 2)
    whole = shown(200, statistics={"an evaluator's name": score()})
    cells = [cell.strip() for line in whole.splitlines() if line.startswith("│") for cell in line.strip("│").split("│")]
    assert all(cell in said for cell in cells)


def test_without_a_base_there_are_no_columns_for_one():
    said = shown(80, comparison_experiment_name=None, statistics={"right": score(comparison=None)})
    assert ("better" in said, "without a base" in said) == (False, True)


def test_why_rows_have_no_output_or_no_score_is_said_with_how_many_and_the_first_message():
    faults = [
        {"evaluator": None, "kind": "denied", "rows": 1200, "message": "The provider answered 401:\nwrong key"},
        {"evaluator": "right", "kind": "evaluator", "rows": 1, "message": "x" * 300},
    ]
    said = shown(faults=faults)
    assert "1,200 rows have no output (denied): The provider answered 401: wrong key\n" in said
    assert f"1 row has no score of right (evaluator): {'x' * 300}\n" in said


def test_rows_that_a_run_ended_without_are_called_not_run_and_no_evaluators_fault():
    message = "This row was not generated: the evaluation is cancelled. Stopped at max_cost: $3 of $2 spent."
    fault = {"evaluator": None, "kind": "not_run", "rows": 5, "message": message}
    errors = {"provider": 0, "timeout": 0, "evaluator": 0, "parse": 0}
    late, whole = (score(n_errors={**errors, "not_run": count}) for count in (7, 5))
    said = shown(faults=[fault], statistics={"right": late, "wrong": whole})
    assert f"5 rows have no output (not_run): {message}\n" in said
    assert "2 rows with an output were not judged by right: the run ended first.\n" in said
    assert "judged by wrong" not in said


def test_what_a_run_has_to_say_of_itself_is_shown():
    assert "There were no rows: nothing was evaluated.\n" in shown(reason="There were no rows: nothing was evaluated.")


def test_what_went_wrong_is_said_once_where_it_is_all_that_the_run_has_to_say():
    fault = {"evaluator": None, "kind": "denied", "rows": 3, "message": "wrong key"}
    assert shown(reason="wrong key", faults=[fault]).count("wrong key") == 1


def test_errors_of_the_caption_are_those_of_spans_and_shown_where_there_are_any():
    metric = {"name": "errors", "metric": 0.5, "unit": ""}
    assert "spans with an error 0.5 a row" in shown(metrics={"errors": metric})
    assert "error 0" not in shown(metrics={"errors": {**metric, "metric": 0}})
