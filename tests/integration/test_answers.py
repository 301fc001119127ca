"""Answers of models as DynamoDB keeps them: small, for a time, and none that would not fit."""

import random
import string
from datetime import timedelta

import pytest

from assay.adapters.dynamodb.answers import DynamoAnswers
from assay.domain.completion import Completion
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.score import Usage
from tests.support.build import NOON

WORDS = ["the", "model", "says", "that", "a", "sum", "of", "two", "numbers", "is", "what", "remains", "when", "nothing"]
WRITE_UNIT = 1024
PROJECT = "pr_" + "0" * 21


def said(text, **more):
    message = Message(role="assistant", content=text, **more)
    return Completion(text=text, message=message, finish_reason="stop", usage=Usage(prompt_tokens=9, output_tokens=8))


def answers(cloud, *moments):
    """The answers of a stack, at those moments of use."""
    times = iter(moments)
    return DynamoAnswers(cloud.stores.table, lambda: next(times, NOON), days=30)


def test_what_was_kept_is_found_as_it_was(cloud, organisation):
    call = ToolCall(id="c", function=FunctionCall(name="f", arguments="{}"))
    kept = said("Ja, natürlich 🦉", tool_calls=(call,))
    answers(cloud).keep(organisation, PROJECT, "r", kept)
    assert answers(cloud).find(organisation, PROJECT, ["r"]) == {"r": kept}


@pytest.mark.parametrize(("days", "is_found"), [(29, True), (31, False)])
def test_an_answer_is_found_until_its_time_is_over(cloud, organisation, days, is_found):
    answers(cloud, NOON).keep(organisation, PROJECT, "r", said("Yes."))
    found = answers(cloud, NOON + timedelta(days=days)).find(organisation, PROJECT, ["r"])
    assert ("r" in found) == is_found


def test_an_answer_that_no_item_can_hold_is_not_kept(cloud, organisation):
    noise = "".join(random.Random(1).choices(string.printable, k=600_000))  # noqa: S311
    answers(cloud).keep(organisation, PROJECT, "r", said(noise))
    assert answers(cloud).find(organisation, PROJECT, ["r"]) == {}


def test_an_answer_of_three_hundred_words_is_one_write_unit(cloud, organisation):
    chosen = random.Random(2)  # noqa: S311
    invented = ["".join(chosen.choices(string.ascii_lowercase, k=5)) for _ in range(60)]
    answers(cloud).keep(organisation, PROJECT, "0" * 64, said(" ".join(chosen.choices(WORDS + invented, k=300))))
    item = cloud.stores.table.get(organisation, f"@answers {PROJECT} 0", "0" * 64)
    assert sum(len(name) + len(next(iter(value.values()))) for name, value in item.items()) <= WRITE_UNIT
