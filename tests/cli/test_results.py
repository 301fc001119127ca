"""The table: every row is counted once, and an error is never averaged or hidden."""

import io

from rich.console import Console

from assay_cli.results import count, table

EVALUATION = {
    "evaluators": [{"id": "evfn_1", "name": "number_match"}, {"id": "evfn_2", "name": "answer_length"}],
    "evaluator_aggregates": [{"evaluator_id": "evfn_1", "aggregate_value": 0.5}],
}


def a_row(*scores, error=None):
    results = [
        {
            "evaluator_id": f"evfn_{n}",
            "value": None if isinstance(score, str) else score,
            "error": score if isinstance(score, str) else None,
        }
        for n, score in enumerate(scores, 1)
    ]
    return {"log": {"error": error}, "evaluation_results": results}


ROWS = [
    a_row(True, 12),
    a_row(False, "ZeroDivisionError\n  at line 3"),
    a_row(None, "ZeroDivisionError\n  at line 9"),
    a_row(error="[/] the provider refused"),
    {"log": None, "evaluation_results": []},
]


def test_every_row_is_an_output_or_an_error():
    results = count(EVALUATION, ROWS)
    assert (results.rows, results.outputs, results.errors.total()) == (5, 3, 2)


def test_scores_abstentions_and_errors_are_counted_apart():
    match, length = count(EVALUATION, ROWS).evaluators
    assert (match.mean, match.scored, match.skipped, match.errors.total()) == (0.5, 2, 1, 0)
    assert (length.mean, length.scored, length.skipped, length.errors.total()) == (None, 1, 0, 2)


def test_like_errors_are_shown_once_with_their_number():
    console = Console(file=io.StringIO(), width=120)
    console.print(table("mock on 5 problems", count(EVALUATION, ROWS)))
    shown = console.file.getvalue()
    assert "5 rows: 3 evaluated, 2 errors" in shown
    assert "2 x answer_length: ZeroDivisionError" in shown
    assert "1 x no output: [/] the provider refused" in shown
