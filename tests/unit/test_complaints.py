"""What is wrong with something that was sent, as people read it."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assay.domain.complaints import complaints


class Sent(BaseModel):
    """Something with a rule of each kind."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: Literal["a", "b"] = "a"
    share: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0
    number: Annotated[int, Field(gt=0)] = 1
    rows: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)] = ("x",)
    is_on: bool = True
    more: dict[str, str] = {}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "name: It is missing."),
        ([], "It must be an object."),
        ({"name": 1}, "name: It must be text."),
        ({"name": "n", "nmae": 1}, "nmae: It is not known here."),
        ({"name": "n", "kind": "c"}, "kind: It must be 'a' or 'b'."),
        ({"name": "n", "share": -1}, "share: It must be at least 0.0."),
        ({"name": "n", "share": 1}, "share: It must be less than 1.0."),
        ({"name": "n", "share": float("nan")}, "share: It must be a finite number."),
        ({"name": "n", "share": "much"}, "share: It must be a number."),
        ({"name": "n", "number": 0}, "number: It must be more than 0."),
        ({"name": "n", "number": 1.5}, "number: It must be a whole number."),
        ({"name": "n", "rows": []}, "rows: It must not be empty."),
        ({"name": "n", "rows": ["a"] * 3}, "rows: It may have 2 entries at most."),
        ({"name": "n", "rows": {}}, "rows: It must be a list."),
        ({"name": "n", "is_on": "perhaps"}, "is_on: It must be true or false."),
        ({"name": "n", "more": []}, "more: It must be an object."),
    ],
)
def test_a_broken_rule_is_said_in_a_sentence_of_ours(sent, said):
    with pytest.raises(ValidationError) as refused:
        Sent.model_validate(sent)
    assert [str(one) for one in complaints(refused.value)] == [said]
