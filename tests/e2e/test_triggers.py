"""Events on the stack's bus, and what a schedule sends, start evaluations; `assay trigger` says which."""

import json

import pytest

from tests.e2e.launching import Launched, launch, said, sums, until

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def done(api, provider):
    """An evaluation that is over: what it was made of is launched again."""
    evaluation = launch(api, sums(2))
    evaluation.over()
    return evaluation


@pytest.fixture
def launch_file(done, tmp_path):
    now = done.now()
    path = tmp_path / "launch.json"
    path.write_text(
        json.dumps({"config_id": now["config"]["id"], "dataset_id": now["dataset"]["id"], "evaluator_ids": []})
    )
    return str(path)


@pytest.fixture
def pull(cloud, done):
    """Puts an event on the bus for a trigger; with its name, by which the evaluation is found."""

    def pulled(trigger, name, source="tests"):
        detail = {"organisation": "local", "trigger": trigger, "body": {"name": name}}
        entry = {"Source": source, "DetailType": "Evaluation Requested", "Detail": json.dumps(detail)}
        cloud.aws("events").put_events(Entries=[{**entry, "EventBusName": cloud.outputs["EventBusName"]}])

    return pulled


def started(api, done, number):
    """The evaluations of the project beside `done`, once there are so many."""

    def look():
        found = said(api.get(f"/projects/{done.project_id}/evaluations"))
        others = [Launched(api, each["id"], done.project_id) for each in found if each["id"] != done.id]
        return others if len(others) == number else None

    return until(look)


def trigger(cloud, done, launch_file, *words):
    options = ("--local", "--organisation", "local", "--project", done.project_id, "--launch", launch_file)
    return cloud.assay(*words, *options)


def test_events_start_evaluations_one_after_the_other(cloud, api, done, launch_file, pull):
    trigger(cloud, done, launch_file, "trigger", "create", "after-deploy", "--source", "tests")
    for name in ("first", "second"):
        pull("after-deploy", name)
    evaluations = started(api, done, 2)
    assert [each.over()["status"] for each in evaluations] == ["completed", "completed"]
    assert "after-deploy" in cloud.assay("trigger", "list", "--local", "--organisation", "local")
    cloud.assay("trigger", "delete", "after-deploy", "--local", "--organisation", "local")


def test_an_event_that_no_trigger_allows_starts_nothing_and_is_kept(cloud, api, done):
    event = {
        "id": "1",
        "detail-type": "Evaluation Requested",
        "source": "tests",
        "account": "000000000000",
        "time": "2026-01-01T00:00:00Z",
        "detail": {"organisation": "local", "trigger": "no-such-trigger"},
    }
    # As EventBridge calls it on AWS; the local cloud's calls functions but once, and keeps nothing.
    function = cloud.outputs["TriggerEvalFunctionArn"]
    cloud.aws("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))
    queues = cloud.aws("sqs")
    url = queues.get_queue_url(QueueName=cloud.outputs["UnstartedEvaluationsArn"].rpartition(":")[2])["QueueUrl"]
    (message,) = until(lambda: queues.receive_message(QueueUrl=url).get("Messages"), 120)
    assert "no-such-trigger" in message["Body"]
    assert len(said(api.get(f"/projects/{done.project_id}/evaluations"))) == 1


def test_what_a_schedule_sends_starts_an_evaluation_once_however_often_it_is_sent(cloud, api, done, launch_file):
    trigger(cloud, done, launch_file, "schedule", "create", "nightly", "--at", "cron(0 3 * * ? *)")
    scheduler, group = cloud.aws("scheduler"), cloud.outputs["ScheduleGroupName"]
    target = scheduler.get_schedule(GroupName=group, Name="local.nightly")["Target"]
    arn = scheduler.get_schedule(GroupName=group, Name="local.nightly")["Arn"]
    payload = target["Input"].replace("<aws.scheduler.schedule-arn>", arn)
    payload = payload.replace("<aws.scheduler.scheduled-time>", "2026-01-01T03:00:00Z")
    answers = [cloud.aws("lambda").invoke(FunctionName=target["Arn"], Payload=payload) for _ in range(2)]
    said_twice = [json.loads(answer["Payload"].read()) for answer in answers]
    assert said_twice[0] == said_twice[1]
    assert [each.over()["status"] for each in started(api, done, 1)] == ["completed"]
    assert "nightly" in cloud.assay("schedule", "list", "--local", "--organisation", "local")
    cloud.assay("schedule", "delete", "nightly", "--local", "--organisation", "local")
