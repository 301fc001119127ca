"""Triggers and schedules as `assay trigger` and `assay schedule` make them, over moto's DynamoDB and Scheduler."""

import json

import boto3
import pytest

from assay import bootstrap
from assay.domain.errors import AlreadyExists, InvalidRequest, NotFound
from assay.domain.trigger import HumanloopLaunch
from assay.use_cases.manage_triggers import (
    Timing,
    Wish,
    create_schedule,
    create_trigger,
    delete_schedule,
    delete_trigger,
    list_schedules,
    list_triggers,
)
from tests.integration.world import made

ROLE = "arn:aws:iam::123456789012:role/schedules"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:trigger"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:unstarted"
DAILY = Timing(expression="rate(1 day)", timezone="Europe/Berlin")


@pytest.fixture
def wish(api):
    launch = HumanloopLaunch(project_id=made(api.post("/projects", {"name": "sums"}))["id"], body={"dataset_id": "x"})
    return Wish(name="nightly", source="ci", account="123", launch=launch)


@pytest.fixture
def store(cloud):
    held = bootstrap.operator("assay")
    return {name: held[name] for name in ("resources", "clock", "new_id")}


@pytest.fixture
def schedules(cloud):
    scheduler = boto3.client("scheduler")
    groups = [each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"]]
    if "assay-schedules" not in groups:
        scheduler.create_schedule_group(Name="assay-schedules")
    return bootstrap.schedules(FUNCTION, ROLE, QUEUE, "assay-schedules")


def test_a_trigger_is_made_listed_and_deleted(organisation, wish, store):
    made_trigger = create_trigger(organisation, wish, **store)
    assert list_triggers(organisation, resources=store["resources"]) == [made_trigger]
    assert delete_trigger(organisation, "nightly", resources=store["resources"]) == made_trigger
    assert list_triggers(organisation, resources=store["resources"]) == []


def test_a_trigger_that_is_not_there_is_named_as_it_was_asked_for(organisation, store):
    with pytest.raises(NotFound, match=r"No trigger named 'nope'\."):
        delete_trigger(organisation, "nope", resources=store["resources"])


def test_a_schedule_that_could_never_fire_is_refused_before_aws_is_asked(organisation, wish, store):
    with pytest.raises(InvalidRequest, match="hours cannot be '25'"):
        create_schedule(organisation, wish, Timing(expression="cron(0 25 * * ? *)"), schedules=None, **store)
    assert list_triggers(organisation, resources=store["resources"]) == []


def test_a_triggers_name_is_its_own(organisation, wish, store):
    create_trigger(organisation, wish, **store)
    with pytest.raises(AlreadyExists):
        create_trigger(organisation, wish, **store)


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "a" * 41, "a/b"])
def test_a_trigger_is_not_named_anything(organisation, wish, store, name):
    with pytest.raises(InvalidRequest):
        create_trigger(organisation, wish.model_copy(update={"name": name}), **store)


def test_a_trigger_of_a_project_that_is_not_there_is_refused(organisation, elsewhere, wish, store):
    with pytest.raises(NotFound):
        create_trigger(elsewhere, wish, **store)


def test_a_schedule_calls_the_function_as_its_role_with_what_names_its_trigger(organisation, wish, store, schedules):
    made_trigger = create_schedule(organisation, wish, DAILY, schedules=schedules, **store)
    assert (made_trigger.source, made_trigger.account) == ("aws.scheduler", "123456789012")
    assert list_schedules(organisation, schedules=schedules) == {"nightly": DAILY}
    kept = boto3.client("scheduler").get_schedule(GroupName="assay-schedules", Name=f"{organisation}.nightly")
    target = kept["Target"]
    assert (target["Arn"], target["RoleArn"], target["DeadLetterConfig"]["Arn"]) == (FUNCTION, ROLE, QUEUE)
    assert json.loads(target["Input"])["detail"] == {"organisation": organisation, "trigger": "nightly"}


def test_a_schedule_that_is_deleted_takes_its_trigger_along(organisation, wish, store, schedules):
    create_schedule(organisation, wish, DAILY, schedules=schedules, **store)
    delete_schedule(organisation, "nightly", schedules=schedules, resources=store["resources"])
    assert list_schedules(organisation, schedules=schedules) == {}
    assert list_triggers(organisation, resources=store["resources"]) == []
    with pytest.raises(NotFound):
        delete_schedule(organisation, "nightly", schedules=schedules, resources=store["resources"])


def test_a_schedules_trigger_goes_with_its_schedule_alone(organisation, wish, store, schedules):
    kept = create_schedule(organisation, wish, DAILY, schedules=schedules, **store)
    with pytest.raises(InvalidRequest, match="nightly is the trigger of a schedule"):
        delete_trigger(organisation, "nightly", resources=store["resources"])
    assert list_triggers(organisation, resources=store["resources"]) == [kept]
    with pytest.raises(InvalidRequest, match="Nothing but a schedule sends events of"):
        create_trigger(organisation, wish.model_copy(update={"name": "x", "source": "aws.scheduler"}), **store)


def test_no_other_trigger_is_deleted_as_a_schedule(organisation, wish, store, schedules):
    kept = create_trigger(organisation, wish, **store)
    with pytest.raises(NotFound, match=r"No schedule named 'nightly'\."):
        delete_schedule(organisation, "nightly", schedules=schedules, resources=store["resources"])
    assert list_triggers(organisation, resources=store["resources"]) == [kept]


def test_a_schedule_that_scheduler_refuses_leaves_no_trigger(organisation, wish, store, schedules):
    class Refusing:
        account = "123"

        def create(self, *_):
            raise InvalidRequest("no expression")

    with pytest.raises(InvalidRequest):
        create_schedule(organisation, wish, DAILY, schedules=Refusing(), **store)
    assert list_triggers(organisation, resources=store["resources"]) == []


def test_schedules_of_others_are_not_listed(organisation, elsewhere, wish, store, schedules):
    create_schedule(organisation, wish, DAILY, schedules=schedules, **store)
    assert list_schedules(elsewhere, schedules=schedules) == {}
    assert list_schedules(organisation[:-1], schedules=schedules) == {}
