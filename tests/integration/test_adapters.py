"""What the other adapters make of AWS's answers: errors as ours, and no start, no object, no event twice."""

import io
import json
from collections import Counter

import boto3
import pytest
from botocore.exceptions import ClientError
from pydantic import ValidationError

from assay.adapters.dynamodb.table import Table
from assay.adapters.events import EventBus, EventRefused
from assay.adapters.passes import parse_failure
from assay.adapters.provider_keys import read_provider_keys
from assay.adapters.s3.bucket import Bucket
from assay.adapters.stepfunctions import StepFunctions
from assay.domain.errors import ConfigurationError, Conflict
from assay.domain.evaluation import Pass
from assay.domain.failure import LaneFailed, PassFailed
from tests.support.build import a_summary, an_evaluation, statistics_of

THIS = Pass(organisation="acme", evaluation_id="ev_1", number=1)


def refusal(code, operation="GetObject"):
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation
    )


class ScriptedS3:
    """An S3 that answers each call as it is told to: by an error, or by success."""

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), Counter()

    def answer(self, name):
        self.calls[name] += 1
        if (error := self.answers.pop(0)) is not None:
            raise error
        return {"Body": io.BytesIO(b"x")}

    def get_object(self, **_):
        return self.answer("get")

    def put_object(self, **_):
        return self.answer("put")


# The bucket


@pytest.mark.parametrize("code", ["NoSuchKey", "404"])
def test_an_object_that_is_not_there_is_none(code):
    assert Bucket(ScriptedS3(refusal(code)), "b").get("acme/x") is None


@pytest.mark.parametrize("code", ["AccessDenied", "403"])
def test_a_read_that_is_denied_is_the_stacks_fault_and_named_without_its_organisation(code):
    with pytest.raises(ConfigurationError, match="s3:ListBucket") as caught:
        Bucket(ScriptedS3(refusal(code)), "b").get("acme/evaluations/ev_1/plan.json")
    assert "acme" not in str(caught.value)


def test_any_other_fault_of_s3_is_left_as_it_is():
    with pytest.raises(ClientError):
        Bucket(ScriptedS3(refusal("SlowDown")), "b").get("acme/x")
    with pytest.raises(ClientError):
        Bucket(ScriptedS3(refusal("AccessDenied")), "b").put_once("acme/x", b"")


def test_what_is_there_already_is_not_written_again():
    assert Bucket(ScriptedS3(refusal("PreconditionFailed")), "b").put_once("acme/x", b"") is False


def test_a_race_over_an_object_is_no_proof_that_it_is_there():
    race = refusal("ConditionalRequestConflict")
    s3 = ScriptedS3(race, race, None)
    assert Bucket(s3, "b").put_once("acme/x", b"") is True
    assert s3.calls["put"] == 3
    assert Bucket(ScriptedS3(race, refusal("PreconditionFailed")), "b").put_once("acme/x", b"") is False
    with pytest.raises(Conflict):
        Bucket(ScriptedS3(*[race] * 100), "b").put_once("acme/x", b"")


def test_objects_are_written_read_in_part_and_listed_in_byte_order(cloud, acme):
    bucket = cloud.stores.bucket
    names = [f"{acme}/{n:04d}" for n in range(1100)]
    for name in reversed(names):
        bucket.put(name, b"0123456789")
    assert list(bucket.keys(f"{acme}/")) == names
    assert bucket.get(names[0], (3, 6)) == b"345"
    assert bucket.get(names[0], (3, 3)) == b""
    assert bucket.get(names[0], (8, 100)) == b"89"
    assert bucket.get(f"{acme}/none", (0, 3)) is None


def test_a_checkpoint_has_the_tag_by_which_it_expires(cloud, acme):
    cloud.stores.bucket.put_checkpoint(f"{acme}/x", b"")
    tags = boto3.client("s3").get_object_tagging(Bucket="assay", Key=f"{acme}/x")["TagSet"]
    assert tags == [{"Key": "kind", "Value": "checkpoint"}]


# Provider keys


def secret(cloud, text):
    client = boto3.client("secretsmanager")
    client.put_secret_value(SecretId="assay-provider-keys", SecretString=text)
    return client


def test_provider_keys_are_read_and_do_not_show_themselves(cloud):
    kept = '{"openai_api_key": "sk-1", "google_api_key": "sk-2"}'
    keys = read_provider_keys(secret(cloud, kept), "assay-provider-keys")
    assert {name: key.get_secret_value() for name, key in keys.items()} == {"openai": "sk-1", "google": "sk-2"}
    assert "sk-" not in repr(keys)


@pytest.mark.parametrize(
    "text", ["sk-1234", '["sk-1234"]', '{"openai_api_key": ["sk-1234"]}', '{"openai_api_key": "sk-1234"']
)
def test_a_secret_of_the_wrong_form_is_the_operators_to_fix_and_does_not_show_itself(cloud, text):
    with pytest.raises(ConfigurationError) as caught:
        read_provider_keys(secret(cloud, text), "assay-provider-keys")
    assert "sk-1234" not in str(caught.value)


# The state machine


def test_a_pass_is_started_once_under_its_own_name(cloud):
    executions = StepFunctions(cloud.executions, cloud.machine)
    for _ in range(3):
        executions.start(THIS)
    executions.start(THIS.model_copy(update={"number": 2}))
    started = cloud.executions.list_executions(stateMachineArn=cloud.machine)["executions"]
    assert sorted(one["name"] for one in started) == ["ev_1-1", "ev_1-2"]
    state = cloud.executions.describe_execution(executionArn=started[-1]["executionArn"])["input"]
    assert set(json.loads(state)) == {"organisation", "evaluation_id", "pass"}


def test_a_start_that_was_already_made_is_no_error():
    asked = []

    class Started:
        def start_execution(self, **given):
            asked.append(given["name"])
            raise refusal("ExecutionAlreadyExists", "StartExecution")

    StepFunctions(Started(), "arn").start(THIS)
    assert asked == [THIS.execution_name]


def test_a_start_that_fails_for_another_reason_is_an_error(cloud):
    with pytest.raises(ClientError):
        StepFunctions(cloud.executions, cloud.machine + "-none").start(THIS)


# Events


def test_the_end_of_an_evaluation_is_announced_in_ids_status_and_scores(cloud):
    events, sqs = boto3.client("events"), boto3.client("sqs")
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="assay-events", EventPattern='{"source": ["assay"]}')
    events.put_targets(Rule="all", EventBusName="assay-events", Targets=[{"Id": "queue", "Arn": arn}])
    summary = a_summary(statistics=(statistics_of([1.0, 0.0]),))
    EventBus(events, "assay-events").announce("acme", an_evaluation(status="completed"), summary)
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    heard = json.loads(message["Body"])
    assert (heard["source"], heard["detail-type"]) == ("assay", "Evaluation Completed")
    interval = heard["detail"]["statistics"]["Exact match"]["ci"]
    assert interval == pytest.approx([0.0945312057, 0.9054687943])
    assert heard["detail"] == {
        "organisation": "acme",
        "evaluation_id": "ev_1",
        "project_id": "pr_1",
        "path": "/v4/evaluations/ev_1",
        "status": "completed",
        "reason": None,
        "rows": 1,
        "n_outputs": 1,
        "n_errors": 1,
        "n_missing": 1,
        "scores": {},
        "statistics": {"Exact match": {"n_items": 2, "n_errors": 0, "mean": 0.5, "ci": interval}},
    }


def test_an_event_that_the_bus_did_not_take_is_an_error():
    class Full:
        def put_events(self, **_):
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "later"}]}

    with pytest.raises(EventRefused, match="Throttling"):
        EventBus(Full(), "assay-events").announce("acme", an_evaluation(status="failed"), None)


# How executions say that they failed

PLACE = {"organisation": "acme", "evaluation_id": "ev_1"}
DIED = {"Error": "Runtime.ExitError", "Cause": '{"errorType": "Runtime.ExitError", "errorMessage": "out of memory"}'}


def test_a_lanes_failure_is_told_from_a_passs():
    turn = {**PLACE, "pass_number": 1, "lane": 3, "generated": 1, "status": "more", "cause": None}
    assert parse_failure({**turn, "failure": DIED}) == LaneFailed(
        this=THIS, lane=3, reason="Runtime.ExitError: out of memory"
    )
    given_up = parse_failure({**turn, "status": "failed", "cause": "No row got anything."})
    assert given_up == LaneFailed(this=THIS, lane=3, reason="No row got anything.")
    whole = parse_failure({**PLACE, "pass": 1, "prepared": {"lanes": "x", "lane_count": 1}, "failure": DIED})
    assert whole == PassFailed(this=THIS, reason="Runtime.ExitError: out of memory")


@pytest.mark.parametrize(
    "cause", ["", "plain words", "[]", '{"no": "message"}', "null", '"x"', "{" * 50_000, "[" * 50_000]
)
def test_any_cause_makes_a_sentence_of_bounded_length(cause):
    reason = parse_failure({**PLACE, "pass": 1, "failure": {"Error": "States.Timeout", "Cause": cause}}).reason
    assert reason.startswith("States.Timeout")
    assert len(reason) <= 1000


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
@pytest.mark.parametrize("lacking", [{}, {"error": None, "cause": None}])
def test_the_end_of_an_execution_is_read_from_its_event(status, lacking):
    detail = {"status": status, "input": json.dumps({**PLACE, "pass": 1}), "name": "ev_1-1", **lacking}
    failure = parse_failure(
        {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": detail}
    )
    assert failure == PassFailed(this=THIS, reason=f"Execution {status}")


def test_what_tells_of_no_failure_is_refused():
    with pytest.raises(ValidationError):
        parse_failure({"detail": {}})


# The table


class BusyTable:
    """A DynamoDB that does one thing of every batch, and leaves the others to be asked for again."""

    def __init__(self):
        self.deleted = []

    def batch_get_item(self, RequestItems):  # noqa: N803
        [(table, wish)] = RequestItems.items()
        first, *left = wish["Keys"]
        return {"Responses": {table: [first]}, "UnprocessedKeys": {table: {**wish, "Keys": left}} if left else {}}

    def batch_write_item(self, RequestItems):  # noqa: N803
        [(table, (first, *left))] = RequestItems.items()
        self.deleted.append(first["DeleteRequest"]["Key"])
        return {"UnprocessedItems": {table: left}} if left else {}


def test_what_a_busy_table_left_undone_is_asked_for_again():
    client = BusyTable()
    table = Table(client, "table")
    keys = [table.key("acme", f"ev_{number}", "item") for number in range(103)]
    assert table.items(keys) == keys
    assert table.delete_many(keys[:30]) == 30
    assert client.deleted == keys[:30]
