"""What the provider is asked, and what the log of a row says of it."""

import pytest

from tests.e2e.launching import launch

pytestmark = pytest.mark.local_cloud

TEMPLATE = [{"role": "system", "content": "Answer {{how}}."}, {"role": "user", "content": "{{ who }} asks, {{who}}!"}]
PARAMETERS = {
    "temperature": 0,
    "max_tokens": 50,
    "top_p": 0.9,
    "presence_penalty": 0.1,
    "frequency_penalty": 0.2,
    "seed": 7,
    "stop": ["END"],
    "response_format": {"type": "json_object"},
}
AWKWARD = r"a\1 {{how}} \n"
OWN = {"role": "user", "content": "And {{this}} is mine."}
SENT = [
    {"role": "system", "content": "Answer briefly."},
    {"role": "user", "content": f"{AWKWARD} asks, {AWKWARD}!"},
    OWN,
]


@pytest.fixture
def row(api, provider):
    """The one row of an evaluation whose config says all that a config can."""
    provider.answer = lambda messages: "  \n said \n"
    datapoint = {"inputs": {"how": "briefly", "who": AWKWARD, "unused": "x"}, "messages": [OWN]}
    config = {"chat_template": TEMPLATE, **PARAMETERS, "other": {"user": "somebody"}}
    evaluation = launch(api, [datapoint], config=config)
    assert evaluation.over()["status"] == "completed"
    return evaluation.rows()[0]


def test_the_provider_is_asked_the_populated_template_and_the_datapoints_messages_with_every_parameter(row, provider):
    assert provider.requests == [{"model": "gpt-x", "messages": SENT, "user": "somebody", **PARAMETERS}]


def test_the_log_has_the_messages_as_sent_and_the_output_trimmed_beside_the_raw_one(row):
    log = row["log"]
    assert [{name: message[name] for name in ("role", "content")} for message in log["messages"]] == SENT
    assert (log["output"], log["raw_output"]) == ("said", "  \n said \n")
    assert (log["finish_reason"], log["error"]) == ("stop", None)


def test_a_config_of_the_complete_kind_sends_its_prompt_as_one_message(api, provider):
    config = {"endpoint": "complete", "chat_template": None, "prompt_template": "Add {{a}} and 2."}
    evaluation = launch(api, [{"inputs": {"a": "1"}}], config=config)
    assert evaluation.over()["status"] == "completed"
    assert provider.requests == [{"model": "gpt-x", "messages": [{"role": "user", "content": "Add 1 and 2."}]}]
    assert evaluation.rows()[0]["log"]["output"] == "The answer is 3."
