"""Configs and chat messages in the dialect's words."""

from assay.dialects.humanloop.responses import MessageResponse, ModelConfigResponse, ToolResponse
from assay.domain.messages import Message
from assay.domain.task import Config, Task


def message(each: Message) -> MessageResponse:
    return MessageResponse(**each.model_dump(mode="json", exclude={"tool_calls"}), tool_calls=tool_calls(each))


def tool_calls(each: Message) -> list[dict[str, object]] | None:
    """The calls as JSON; None where there are none."""
    return [call.model_dump(mode="json") for call in each.tool_calls] if each.tool_calls else None


def config(each: Config) -> ModelConfigResponse:
    task = each.task.as_model()
    return ModelConfigResponse(
        id=each.id,
        name=each.name,
        description=each.description,
        chat_template=[message(one) for one in task.chat_template] if task.chat_template else None,
        tools=[ToolResponse(id=f"tool_{tool['name']}", **tool) for tool in task.tools or ()],
        stop=list(task.stop) if isinstance(task.stop, tuple) else task.stop,
        **task.model_dump(exclude={"chat_template", "tools", "stop"}),
    )


def fields(task: Task, name: str | None, description: str | None) -> dict[str, object]:
    """A config as a client would send it, without what is not set."""
    given = task.model_dump(mode="json", exclude_none=True, exclude={"other"})
    other = {"other": task.other} if task.other else {}
    named = {"name": name, "description": description}
    return {**{key: value for key, value in named.items() if value is not None}, **given, **other}
