"""Every function is taken along all its ways: its statements allow what it asks of AWS, and nothing that it never asks."""

import json

import boto3
import pytest

from tests.story.permissions import demands, granted, roles
from tests.story.tree import folders, resource_of
from tests.support.aws import stack
from tests.support.entry_points import Lambda
from tests.workflow.rights import Needs, rights, spelt
from tests.workflow.ways import every_way


@pytest.fixture(scope="module")
def needs():
    """What the functions needed on all their ways."""
    with stack(Lambda()) as cloud:
        noted = Needs(cloud.functions)
        noted.listen_to(boto3.DEFAULT_SESSION)
        every_way(cloud, noted)
        return noted.noted


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_do_all_that_it_does(folder, needs):
    lacking = [need for need in needs.get(folder, ()) if not any(right.allows(need) for right in rights(folder))]
    assert not lacking


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_do_nothing_that_it_never_does(folder, needs):
    idle = [right for right in rights(folder) if not any(right.allows(need) for need in needs.get(folder, ()))]
    assert not idle


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_use_the_key_where_it_uses_a_store(folder, needs):
    actions = {action for statement in granted(resource_of(folder)) for action in statement.actions}
    stores = {need.action.partition(":")[0] for need in needs.get(folder, ())} & {"dynamodb", "s3", "secretsmanager"}
    assert ("kms:Decrypt" in actions) == bool(stores)
    assert ("kms:GenerateDataKey" in actions) == any(need.action == "s3:PutObject" for need in needs.get(folder, ()))


def test_every_function_with_rights_was_taken_along_its_ways(needs):
    assert set(needs) - {""} == {folder for folder in folders() if list(rights(folder))}
    assert "acme" in json.dumps([need.resource for each in needs.values() for need in each])


@pytest.mark.parametrize("folder", folders())
def test_without_any_one_of_its_rights_a_function_could_not_do_what_it_does(folder, needs):
    own = list(rights(folder))
    spare = [one for place, one in enumerate(own) if not missed(one, own[:place] + own[place + 1 :], needs[folder])]
    assert not spare


def missed(right, others, asked):
    """Whether something that was asked for would be refused without this right."""
    return any(right.allows(need) and not any(other.allows(need) for other in others) for need in asked)


@pytest.mark.parametrize("name", roles())
def test_what_no_function_asks_for_itself_is_what_only_aws_demands(name):
    asked = {
        (right.action, right.resource)
        for folder in folders()
        if resource_of(folder) == name
        for right in rights(folder)
    }
    listed = {
        (action, spelt(resource))
        for demand in demands()
        if demand.who == name
        for action in demand.actions
        for resource in demand.resources
    }
    allowed = [statement for statement in granted(name) if statement.effect == "Allow"]
    every = {(action, spelt(resource)) for each in allowed for action in each.actions for resource in each.resources}
    assert every - asked - listed == set()
