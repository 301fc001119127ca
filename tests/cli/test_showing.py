"""What a person reads of a run beside its table."""

import io

from rich.console import Console

from assay_cli.running.showing import show
from tests.cli.test_pull_request import score, summary


def shown(**more):
    """What is printed of a summary."""
    out = io.StringIO()
    show(Console(file=out, width=200), summary(statistics={"right": score()}, **more))
    return out.getvalue()


def test_why_rows_have_no_output_or_no_score_is_said_with_how_many_and_the_first_message():
    faults = [
        {"evaluator": None, "kind": "denied", "rows": 1200, "message": "The provider answered 401:\nwrong key"},
        {"evaluator": "right", "kind": "evaluator", "rows": 1, "message": "x" * 300},
    ]
    said = shown(faults=faults)
    assert "1,200 rows have no output (denied): The provider answered 401: wrong key\n" in said
    assert f"1 row has no score of right (evaluator): {'x' * 200}…\n" in said


def test_what_a_run_has_to_say_of_itself_is_shown():
    assert "There were no rows: nothing was evaluated.\n" in shown(reason="There were no rows: nothing was evaluated.")


def test_errors_of_the_caption_are_those_of_spans_and_shown_where_there_are_any():
    metric = {"name": "errors", "metric": 0.5, "unit": ""}
    assert "spans with an error 0.5 a row" in shown(metrics={"errors": metric})
    assert "error 0" not in shown(metrics={"errors": {**metric, "metric": 0}})
