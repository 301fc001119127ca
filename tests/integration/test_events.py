"""docs/events.md and its schema: what they say of events is so."""

import json
import re
from itertools import count

import boto3
import jsonschema
import pytest

from assay.adapters.events import EventBus, described
from assay.adapters.schedules import payload
from assay.adapters.trigger_events import parse_event
from assay.dialects.braintrust.eval_requests import EvalRequest
from assay.domain.errors import InvalidRequest
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.paired import Pairs, compare
from assay.domain.trigger import BraintrustLaunch, HumanloopLaunch, LaunchRequested
from tests.story.tree import ROOT, resources
from tests.support.build import a_summary, an_evaluation, statistics_of

NUMBERS = count(1)
SCHEMA = json.loads((ROOT / "docs/events.schema.json").read_text())
BLOCK = re.compile(r"```json (\w+)\n(.*?)```", re.DOTALL)
BLOCKS = [(kind, json.loads(text)) for kind, text in BLOCK.findall((ROOT / "docs/events.md").read_text())]
RULES = [block for kind, block in BLOCKS if kind == "rule"]
EVENT = next(block for kind, block in BLOCKS if kind == "event")
LAUNCH = next(block for kind, block in BLOCKS if kind == "launch")
EVAL = next(block for kind, block in BLOCKS if kind == "eval")
REGRESSION = next(block for kind, block in BLOCKS if kind == "regression")
ENTRIES = next(block for kind, block in BLOCKS if kind == "entries")
ENVELOPE = {"version": "0", "id": "1", "account": "123", "time": "2025-09-08T12:00:00Z", "region": "x", "resources": []}
REQUESTED = resources("AWS::Serverless::Function")["TriggerEvalFunction"]["Events"]["Requested"]
ENDED = resources("AWS::Serverless::Function")["TriggerEvalFunction"]["Events"]["Ended"]


TEN = [1.0] * 9 + [0.0]
COMPARED, UNSCORED = statistics_of(TEN, base=[0.0] * 10), statistics_of([])


def require_schema(detail_type, detail):
    jsonschema.validate(detail, {**SCHEMA, "$ref": f"#/$defs/{detail_type}"})


@pytest.fixture
def matching(cloud):
    """Which of some rules take an event, as EventBridge judges it; `cloud` provides it."""
    events, sqs = boto3.client("events"), boto3.client("sqs")

    def judged(pattern, event):
        name = f"rule-{next(NUMBERS)}"
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(Name=name, EventBusName="assay-events", EventPattern=json.dumps(pattern))
        events.put_targets(Rule=name, EventBusName="assay-events", Targets=[{"Id": "queue", "Arn": arn}])
        entry = {"Source": event["source"], "DetailType": event["detail-type"], "Detail": json.dumps(event["detail"])}
        events.put_events(Entries=[{**entry, "EventBusName": "assay-events"}])
        return "Messages" in sqs.receive_message(QueueUrl=url)

    return judged


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
@pytest.mark.parametrize("summary", [a_summary(), a_summary(statistics=(COMPARED, UNSCORED)), None])
def test_what_the_stack_announces_is_as_the_schema_has_it(status, summary):
    detail = described("acme", an_evaluation(status=status, trigger_id="trg_1", reason="x"), summary)
    require_schema(f"Evaluation {status.capitalize()}", detail)
    whole = described("acme", an_evaluation(trigger_id="trg_1", experiment_id="x"), a_summary())
    assert {*whole, "regressed"} == set(SCHEMA["$defs"]["end"]["properties"])


def test_the_event_in_the_documentation_is_as_the_schema_has_it():
    require_schema(EVENT["detail-type"], EVENT["detail"])
    rest = {"experiment_id": "x", "summary_path": "/v1/experiment/x/summarize", **REGRESSION}
    require_schema("Evaluation Regressed", {**EVENT["detail"], **rest})
    assert {*EVENT["detail"], *rest} == set(SCHEMA["$defs"]["end"]["properties"])


def test_the_launch_in_the_documentation_is_one():
    assert HumanloopLaunch(project_id="pr_1", body=LAUNCH).body == LAUNCH
    request = BraintrustLaunch(project_id="pr_1", body=EVAL).request
    assert EvalRequest.model_validate(request).project_id == "pr_1"


def test_the_entries_in_the_documentation_ask_for_an_evaluation(matching):
    (entry,) = ENTRIES
    event = {
        **ENVELOPE,
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
    }
    require_schema("Evaluation Requested", event["detail"])
    asked = parse_event(event)
    assert isinstance(asked, LaunchRequested)
    assert (asked.organisation, asked.trigger, asked.source) == ("acme", "after-deploy", "ci.pipeline")
    assert matching(REQUESTED["Properties"]["Pattern"], event)
    assert not matching(ENDED["Properties"]["Pattern"], event)


def test_what_a_schedule_sends_asks_for_an_evaluation():
    firing = json.loads(
        json.dumps(payload("acme", "nightly", "123")).replace("<aws.scheduler.scheduled-time>", "2025-09-08T03:00:00Z")
    )
    require_schema("Evaluation Requested", firing["detail"])
    asked = parse_event(firing)
    assert isinstance(asked, LaunchRequested)
    assert (asked.source, asked.account, asked.trigger) == ("aws.scheduler", "123", "nightly")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"detail": {"organisation": "acme"}}, "detail.trigger: It is missing."),
        ({"time": "noon"}, "time: "),
    ],
)
def test_an_event_that_cannot_be_read_says_what_is_wrong_with_it_and_no_more(changes, said):
    detail = {"organisation": "acme", "trigger": "nightly"}
    event = {**ENVELOPE, "source": "ci", "detail-type": "Evaluation Requested", "detail": detail}
    assert parse_event(event)
    with pytest.raises(InvalidRequest) as refused:
        parse_event({**event, **changes})
    assert str(refused.value).startswith(f"The event cannot be read: {said}")
    assert str(refused.value).count(";") == 0


@pytest.mark.parametrize("rule", RULES, ids=range(len(RULES)))
def test_a_rule_in_the_documentation_takes_the_event_that_it_is_for(rule, matching):
    wanted = rule.get("detail-type", [EVENT["detail-type"]])
    assert matching(rule, {**EVENT, "detail-type": wanted[-1]})
    assert not matching(rule, {**EVENT, "source": "elsewhere"})


def test_only_the_ends_of_a_triggers_evaluations_come_back_to_it(matching):
    pattern = ENDED["Properties"]["Pattern"]
    assert matching(pattern, EVENT)
    own = {name: value for name, value in EVENT["detail"].items() if name != "trigger_id"}
    assert not matching(pattern, {**EVENT, "detail": own})


# Evaluation Regressed


class Bus:
    """EventBridge's client, which keeps what is put."""

    def __init__(self):
        self.entries = []

    def put_events(self, Entries):  # noqa: N803
        self.entries += Entries
        return {"FailedEntryCount": 0}


def statistics(ours, base, *, better=True, name="Exact match"):
    """A score of so many items beside those of the base."""
    pairs = compare(Pairs(ours, base, len(ours)), "base-1", higher_is_better=better)
    counts = {"n_items": len(ours), "n_trials": len(ours), "n_scored": len(ours), "n_skipped": 0, "n_errors": {}}
    return ScoreStatistics(name=name, higher_is_better=better, comparison=pairs, **counts)


def announced(*scores, status="completed"):
    """The names of the events that go out, and the detail of the last."""
    bus = Bus()
    evaluation = an_evaluation(status=status, experiment_id="x")
    EventBus(bus, "bus").announce("acme", evaluation, a_summary(statistics=scores))
    return [entry["DetailType"] for entry in bus.entries], json.loads(bus.entries[-1]["Detail"])


GOOD, BAD = [1.0] * 30, [0.0] * 12 + [1.0] * 18


@pytest.mark.parametrize(("ours", "base", "better"), [(BAD, GOOD, True), (GOOD, BAD, False)])
def test_a_score_that_is_proved_worse_than_the_bases_is_announced_with_the_proof(ours, base, better):
    names, detail = announced(statistics(ours, base, better=better))
    assert names == ["Evaluation Completed", "Evaluation Regressed"]
    require_schema("Evaluation Regressed", detail)
    assert detail["regressed"] == ["Exact match"]
    proof = detail["statistics"]["Exact match"]
    assert (proof["base"], abs(proof["diff"])) == ("base-1", 0.4)
    assert proof["diff_ci"][1] < 0 if better else proof["diff_ci"][0] > 0


@pytest.mark.parametrize(
    ("ours", "base", "better"),
    [(GOOD, BAD, True), (BAD, GOOD, None), (BAD, BAD, True), ([0.0, *GOOD[1:]], GOOD, True), (BAD[:5], GOOD[:5], True)],
    ids=["better", "no direction", "even", "one row", "too few"],
)
def test_what_is_not_proved_worse_did_not_regress(ours, base, better):
    assert announced(statistics(ours, base, better=better))[0] == ["Evaluation Completed"]


def test_only_what_is_worse_is_told_and_only_of_what_completed():
    both = statistics(BAD, GOOD), statistics(GOOD, BAD, name="Tone")
    assert announced(*both)[1]["regressed"] == ["Exact match"]
    assert announced(*both, status="cancelled")[0] == ["Evaluation Cancelled"]
