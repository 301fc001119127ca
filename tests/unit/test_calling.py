"""How a handler is called for a row, as contracts/braintrust.md §4.6 has it."""

from functools import partial, wraps

import pytest

from assay.adapters.sandbox.calling import called

ROW = {"input": "i", "output": "o", "expected": "e", "metadata": {}}


def everything(**given):
    return given


def some(output, expected, *, metadata=None):
    return output, expected, metadata


def defaulted(output, threshold=0.5):
    return output, threshold


def whole(input):  # noqa: A002
    return input


def with_expected(input, expected):  # noqa: A002
    return input, expected


def with_fields(input, **fields):  # noqa: A002
    return input, fields


def test_a_scorer_gets_the_keywords_that_it_accepts():
    assert called(some, "scorer", ROW) == ("o", "e", {})
    assert called(defaulted, "scorer", ROW) == ("o", 0.5)
    assert called(lambda: 1, "scorer", ROW) == 1


def test_a_scorer_that_takes_any_keyword_gets_all():
    assert called(everything, "scorer", ROW) == ROW


def test_a_scorer_that_wants_something_else_fails_by_its_name():
    with pytest.raises(TypeError, match="judge"):
        called(lambda output, judge: 1, "scorer", ROW)


class Handler:
    def __init__(self, output="o"):
        self.output = output

    def __call__(self, output):
        return output


@pytest.mark.parametrize("call", ["scorer", "task"])
@pytest.mark.parametrize(
    ("handler", "found"),
    [
        (Handler, "a class"),
        (Handler(), "of the type Handler"),
        (partial(some, metadata=1), "of the type partial"),
        (len, "of the type builtin_function_or_method"),
        (3, "of the type int"),
    ],
)
def test_what_is_no_function_is_told_what_it_is_and_what_is_wanted(handler, found, call):
    with pytest.raises(TypeError, match=f"^handler is {found}, where a function is wanted: write `def handler"):
        called(handler, call, ROW)


def test_a_method_is_a_function():
    assert called(Handler().__call__, "scorer", ROW) == "o"


def test_of_a_decorated_handler_the_handler_itself_says_what_it_accepts():
    @wraps(some)
    def decorated(**given):
        return some(**given)

    assert called(decorated, "scorer", ROW) == ("o", "e", {})


@pytest.mark.parametrize(
    ("handler", "given", "returned"),
    [
        (whole, {"q": 1}, {"q": 1}),
        (whole, {"input": "inner"}, "inner"),
        (with_expected, "text", ("text", "e")),
        (with_fields, {"q": 1}, ({"q": 1}, {"q": 1})),
        (lambda q: q, {"q": 1, "more": 2}, 1),
        (lambda q, tone="plain": (q, tone), {"q": 1}, (1, "plain")),
        (lambda row: row, {"q": 1}, {"q": 1}),
        (lambda text: text, "text", "text"),
        (lambda number: number, None, None),
        (lambda: "nothing", {"q": 1}, "nothing"),
        (lambda **given: given, {"q": 1}, {"q": 1}),
        (lambda **given: given, [1, 2], {"input": [1, 2]}),
    ],
)
def test_a_task_gets_its_input_whole_or_field_by_field(handler, given, returned):
    assert called(handler, "task", {"input": given, "expected": "e", "metadata": {}}) == returned
