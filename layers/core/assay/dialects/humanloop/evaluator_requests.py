"""What clients send about evaluators (contracts/humanloop-v4.md §3.6)."""

from typing import Annotated, Any

from pydantic import Field, StrictBool

from assay.dialects.humanloop.requests import CompletionConfigRequest, Open
from assay.domain.evaluators.evaluator import ArgumentsType, EvaluatorType, ReturnType

Name = Annotated[str, Field(min_length=1, max_length=255)]
Description = Annotated[str, Field(max_length=255)]


class JudgeConfigRequest(CompletionConfigRequest):
    """The model of an llm evaluator: always a completion config, whatever kind of model it is (§5.2).

    It is called as its evaluator, whatever name it has.
    """


class UpdateEvaluatorRequest(Open):
    """`PATCH /evaluators/{id}`: what is absent or null stays."""

    name: Name | None = None
    description: Description | None = None
    arguments_type: ArgumentsType | None = None
    return_type: ReturnType | None = None
    higher_is_better: StrictBool | None = None
    code: str | None = None
    judge: Annotated[JudgeConfigRequest | None, Field(alias="model_config")] = None

    def fields(self) -> dict[str, Any]:
        """What is given, in the core's terms."""
        given = {name: value for name, value in self if name != "judge" and value is not None}
        return {**given, "task": self.judge.task()} if self.judge else given


class CreateEvaluatorRequest(UpdateEvaluatorRequest):
    """`POST /evaluators`; clients of the 0.5 line leave `type` out. Null is a direction: none."""

    name: Name
    description: Description
    arguments_type: ArgumentsType
    return_type: ReturnType
    higher_is_better: StrictBool | None = True
    type: EvaluatorType = "python"

    def fields(self) -> dict[str, Any]:
        """As of a change, and the direction in any case."""
        return {**super().fields(), "higher_is_better": self.higher_is_better}
