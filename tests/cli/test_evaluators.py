"""The evaluators of `assay demo`."""

import inspect

import pytest

from assay.domain.evaluators.python_code import entry_point
from assay_cli.evaluators import answer_length, number_match


@pytest.mark.parametrize(
    ("output", "answer", "verdict"),
    [
        ("So it is 18.", "18", True),
        ("3 + 4 = 7\nThe answer is $1,250.50", "1250.5", True),
        ("She has 7, no: 8", "7", False),
        ("-4", "-4", True),
        ("10-4", "4", True),
        ("18.0", "18", True),
        ("no number at all", "18", False),
        ("", "18", False),
    ],
)
def test_the_last_number_decides(output, answer, verdict):
    assert number_match.number_match({"output": output}, {"target": {"answer": answer}}) is verdict


def test_the_length_is_in_characters():
    assert answer_length.answer_length({"output": "fünf"}) == 4


@pytest.mark.parametrize("module", [number_match, answer_length])
def test_the_last_function_of_a_module_is_the_one_it_is_named_after(module):
    name = module.__name__.rpartition(".")[2]
    assert entry_point(inspect.getsource(module)) == name
