"""What clients send about evaluators (contracts/humanloop-v4.md §3.6)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from assay.dialects.humanloop.requests import Closed, Finite, Open, ResponseFormat
from assay.domain.evaluators.evaluator import ArgumentsType, EvaluatorType, ReturnType
from assay.domain.task import ProviderName, Task
from assay.domain.value import JsonValue

Name = Annotated[str, Field(min_length=1, max_length=255)]
Description = Annotated[str, Field(max_length=255)]


class JudgeConfigRequest(Closed):
    """The model of an llm evaluator: always a completion config, whatever kind of model it is (§5.2)."""

    name: str | None = None
    description: str | None = None
    provider: ProviderName = "openai"
    model: str
    endpoint: Literal["complete", "chat", "edit"] = "complete"
    prompt_template: str | None = None
    max_tokens: int = -1
    temperature: Finite = 1
    top_p: Finite = 1
    presence_penalty: Finite = 0
    frequency_penalty: Finite = 0
    stop: str | tuple[str, ...] | None = None
    seed: int | None = None
    response_format: ResponseFormat | None = None
    other: dict[str, JsonValue] = Field(default_factory=dict)

    def translated(self) -> Task:
        """The judge's model and prompt in the core's terms; it is called as its evaluator, whatever name it has."""
        return Task(
            **self.model_dump(exclude={"name", "description", "response_format"}),
            response_format=self.response_format.model_dump(exclude_none=True) if self.response_format else None,
        )


class UpdateEvaluatorRequest(Open):
    """`PATCH /evaluators/{id}`: what is absent or null stays."""

    name: Name | None = None
    description: Description | None = None
    arguments_type: ArgumentsType | None = None
    return_type: ReturnType | None = None
    code: str | None = None
    judge: Annotated[JudgeConfigRequest | None, Field(alias="model_config")] = None

    def fields(self) -> dict[str, Any]:
        """What is given, in the core's terms."""
        given = {name: value for name, value in self if name != "judge" and value is not None}
        return {**given, "task": self.judge.translated()} if self.judge else given


class CreateEvaluatorRequest(UpdateEvaluatorRequest):
    """`POST /evaluators`; clients of the 0.5 line leave `type` out."""

    name: Name
    description: Description
    arguments_type: ArgumentsType
    return_type: ReturnType
    type: EvaluatorType = "python"
