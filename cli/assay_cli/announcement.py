"""What `assay deploy` says before it does anything: where, what, and what it costs while nobody uses it."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

RESOURCE = re.compile(r"^    Type: (AWS::\S+)$", re.MULTILINE)
DOLLARS_A_MONTH = {"AWS::KMS::Key": 1.00, "AWS::SecretsManager::Secret": 0.40, "AWS::CloudWatch::Alarm": 0.10}
"""Public prices of what costs something while it only exists; README has the whole table."""


@dataclass(frozen=True)
class Account:
    """Where a deployment goes."""

    id: str
    region: str


def text(template: str, stack: str, account: Account, parameters: Mapping[str, str]) -> str:
    """The announcement, for a template as `sam build` writes it."""
    resources = count_resources(template)
    listed = [f"  {number:3} {kind}" for kind, number in sorted(resources.items())]
    given = [f"  {name} = {value}" for name, value in sorted(parameters.items())]
    return "\n".join(
        [
            f"Stack {stack} in account {account.id}, region {account.region}, with a role for each function:",
            *listed,
            "Parameters beside the template's defaults:",
            *given,
            f"It costs ${cost_at_rest(resources):.2f} a month while nobody uses it, and otherwise by use.",
        ]
    )


def count_resources(template: str) -> Counter[str]:
    """How many resources of each type the template has, before SAM adds roles and permissions."""
    _, _, resources = template.partition("\nResources:\n")
    return Counter(RESOURCE.findall(resources))


def cost_at_rest(resources: Mapping[str, int]) -> float:
    """Dollars a month at public prices."""
    return sum(DOLLARS_A_MONTH.get(kind, 0) * number for kind, number in resources.items())
