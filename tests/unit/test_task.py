"""What a task sends to the model for a datapoint."""

import pytest

from assay.domain.messages import Message
from assay.domain.prompt import MissingVariables
from tests.support.build import a_datapoint, a_task

HISTORY = (Message(role="assistant", content="Go {{on}}?"), Message(role="user", content="Yes."))


def test_a_chat_task_sends_its_populated_template_and_then_the_datapoints_own_messages_as_they_are():
    sent = a_task().messages_for(a_datapoint(messages=HISTORY))
    assert sent == (Message(role="user", content="Add 2 and 3."), *HISTORY)


def test_a_completion_task_sends_its_populated_prompt_as_one_message_of_the_user():
    task = a_task(endpoint="complete", prompt_template="{{ a }} plus {{ b }} is", chat_template=None)
    assert task.messages_for(a_datapoint()) == (Message(role="user", content="2 plus 3 is"),)


@pytest.mark.parametrize("inputs", [None, "two", ["a", "b"], 5])
def test_inputs_that_are_no_object_have_no_variables(inputs):
    with pytest.raises(MissingVariables, match="a, b"):
        a_task().messages_for(a_datapoint(inputs=inputs))
    silent = a_task(chat_template=None)
    assert silent.messages_for(a_datapoint(inputs=inputs, messages=HISTORY)) == HISTORY
