"""docs/permissions.md: what each role of the template may do, made from the template (`make permissions`)."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.story.permissions import Statement, granted, roles

HEAD = """# What each role may do

Made from `template.yaml` by `make permissions`; a test holds the two together. `${…}` are names that CloudFormation
fills in: `${Table}` is the stack's table, `${Bucket}/*/evaluations/*` what evaluations keep in its bucket, under any
organisation. Functions that may write their log only by AWS's own policy carry `AWSLambdaBasicExecutionRole` beside this.
"""


def table() -> str:
    """The whole page."""
    sections = [f"## {who}\n\n{rows(who)}" for who in sorted(roles())]
    return "\n".join([HEAD, *sections])


def rows(who: str) -> str:
    """The statements of one role, a line for each."""
    lines = ["| | actions | on | if |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *(line(one) for one in granted(who))]) + "\n"


def line(statement: Statement) -> str:
    """One statement."""
    effect = "" if statement.effect == "Allow" else "never"
    actions = "<br>".join(f"`{one}`" for one in statement.actions)
    resources = "<br>".join(f"`{one}`" for one in map(spelled, statement.resources))
    return f"| {effect} | {actions} | {resources} | {'<br>'.join(conditions(statement.condition))} |"


def conditions(condition: dict[str, dict[str, Any]] | None) -> Iterator[str]:
    """What must hold for the statement to count."""
    for comparison, wanted in (condition or {}).items():
        for name, value in wanted.items():
            values = value if isinstance(value, list) else [value]
            yield f"{comparison} `{name}`: " + ", ".join(f"`{spelled(one)}`" for one in values)


def spelled(resource: Any) -> str:
    """A resource in one line: its name where the template makes it."""
    if isinstance(resource, str):
        return resource
    ((function, argument),) = resource.items()
    if function == "Fn::Sub":
        return re.sub(r"\.Arn\}", "}", argument)
    if function in {"Ref", "Fn::GetAtt"}:
        return "${" + (argument if isinstance(argument, str) else argument[0]) + "}"
    return json.dumps(resource)


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201
