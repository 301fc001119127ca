"""What the operator allows an organisation: less of everything than the stack allows to any."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from assay.domain.value import Resource

Most = Annotated[int, Field(ge=1)] | None
ALLOWANCE = "allowance"
"""The id of an organisation's one allowance."""
Whose = Literal["launch", "organisation", "stack"]
"""By whom something is limited: by who launches it, or by the operator, an organisation or everybody."""
COST_LIMITS: dict[Whose, str] = {
    "launch": "max_cost",
    "organisation": "the organisation's limit",
    "stack": "this stack's limit",
}
"""What a limit on the cost is called."""


class Allowance(Resource):
    """The most that an evaluation of the organisation may have; None is as the stack has it.

    `concurrency` are rows in flight, `tokens` those that its models read and write, `cost` dollars.
    """

    datapoints: Most = None
    trials: Most = None
    concurrency: Most = None
    tokens: Most = None
    cost: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class Account(NamedTuple):
    """What models took of an evaluation: dollars, as far as their prices are looked up, and tokens."""

    dollars: float = 0.0
    tokens: int = 0
