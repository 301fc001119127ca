"""Who may do what: the statements of every policy of the template, as CloudFormation gets to see them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from samtranslator.yaml_helper import yaml_parse

from tests.story.tree import ROOT, made

Json = Any


class Statement(NamedTuple):
    """A statement of a policy; its lists are lists even where they have one member."""

    holder: str
    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[Json, ...]
    condition: Json


def listed(value: Any) -> tuple[Any, ...]:
    """A value that may be written alone or as a list."""
    return tuple(value) if isinstance(value, list) else (value,)


def statements(holder: str, document: dict[str, Any]) -> Iterator[Statement]:
    """The statements of a policy document."""
    for one in listed(document["Statement"]):
        yield Statement(
            holder=holder,
            sid=one.get("Sid", ""),
            effect=one["Effect"],
            actions=listed(one["Action"]),
            resources=listed(one.get("Resource", [])),
            condition=one.get("Condition"),
        )


@cache
def managed() -> dict[str, list[Statement]]:
    """The statements of the template's own managed policies."""
    return {
        name: list(statements(name, one["PolicyDocument"])) for name, one in made("AWS::IAM::ManagedPolicy").items()
    }


def roles() -> dict[str, dict[str, Any]]:
    """The roles by who takes them on: a function by its own id, any other by the role's."""
    found = made("AWS::IAM::Role")
    taken = {one["Role"]["Fn::GetAtt"][0]: name for name, one in made("AWS::Lambda::Function").items()}
    return {taken.get(name, name): role for name, role in found.items()}


def granted(who: str) -> list[Statement]:
    """What a function or a role may do: its own policies, and the template's managed ones that it carries."""
    role = roles()[who]
    own = [one for policy in role.get("Policies", []) for one in statements(who, policy["PolicyDocument"])]
    carried = [arn["Ref"] for arn in role.get("ManagedPolicyArns", []) if isinstance(arn, dict)]
    return own + [statement for name in [*carried, *given_to(who)] for statement in managed()[name]]


def given_to(who: str) -> Iterator[str]:
    """The template's managed policies that name the role of `who` themselves."""
    for name, one in made("AWS::IAM::ManagedPolicy").items():
        if {"Ref": f"{who}Role"} in one.get("Roles", []):
            yield name


def every_statement() -> list[Statement]:
    """Every statement of every policy in the template: of roles, keys, buckets and queues."""
    found = [one for who, role in roles().items() for one in inline(who, role)]
    found += [one for statements_of in managed().values() for one in statements_of]
    documents = {"AWS::KMS::Key": "KeyPolicy", "AWS::S3::BucketPolicy": "PolicyDocument"}
    documents["AWS::SQS::QueuePolicy"] = "PolicyDocument"
    for kind, document in documents.items():
        found += [one for name, properties in made(kind).items() for one in statements(name, properties[document])]
    return found


def inline(who: str, role: dict[str, Any]) -> Iterator[Statement]:
    """The statements of a role's own policies."""
    for policy in role.get("Policies", []):
        yield from statements(who, policy["PolicyDocument"])


class Demand(NamedTuple):
    """What AWS demands of a role and the local cloud does not check."""

    who: str
    actions: tuple[str, ...]
    resources: tuple[Json, ...]
    condition: Json
    reason: str

    def __str__(self) -> str:
        return f"{self.who} {' '.join(self.actions)} {json.dumps(self.resources)}"

    def is_met_by(self, statement: Statement) -> bool:
        """Whether the statement allows all of it, on no more conditions than are named."""
        return (
            statement.effect == "Allow"
            and set(self.actions) <= set(statement.actions)
            and all(resource in statement.resources for resource in self.resources)
            and statement.condition == self.condition
        )


def demands() -> list[Demand]:
    """What tests/iam_aws_only.yaml lists, one for each who."""
    return [
        Demand(who, listed(one["action"]), listed(one["resource"]), one.get("condition"), one["because"])
        for one in yaml_parse((ROOT / "tests/iam_aws_only.yaml").read_text())
        for who in listed(one["who"])
    ]
