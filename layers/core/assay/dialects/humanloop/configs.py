"""The routes of configs."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer, parsed, writing
from assay.dialects.humanloop import translate, translate_configs
from assay.dialects.humanloop.requests import ConfigRequest, RegisterRequest
from assay.dialects.humanloop.resource_requests import DeserializeRequest
from assay.dialects.humanloop.responses import PromptFile
from assay.domain.task import Config, Task
from assay.use_cases.manage_resources import configs
from assay.use_cases.manage_resources.homes import Homes
from assay.use_cases.races import settled


def register_config(call: Call, ports: Any) -> Response[str]:
    """POST /model-configs -> 200; a project that is only named is made."""
    wish = call.body(RegisterRequest)
    wished = wish.translated()

    def made() -> Response[str]:
        homes = homes_of(call, ports)
        project = homes.project(wish.project_id, wish.project)
        config = homes.registered(project, wished)
        homes.keep()
        return answer(translate.project_config(project, config))

    return settled(made)


def homes_of(call: Call, ports: Any) -> Homes:
    """The projects and configs of a request."""
    return Homes(call.organisation, **writing(ports))


def get_config(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """GET /model-configs/{id}."""
    return answer(translate_configs.config(ports.resources.get(call.organisation, Config, id)))


def export_config(call: Call, ports: Any, id: str) -> Response[str]:  # noqa: A002
    """POST /model-configs/{id}/export: the config as a .prompt file."""
    config = ports.resources.get(call.organisation, Config, id)
    return answer(prompt_file(config.task.as_model(), config.name, config.description))


def serialize(call: Call, ports: Any) -> Response[str]:  # noqa: ARG001
    """POST /model-configs/serialize: a config that need not be registered as a .prompt file."""
    wish = call.body(ConfigRequest).translated()
    return answer(prompt_file(wish.task.as_model(), wish.name, wish.description))


def prompt_file(task: Task, name: str | None, description: str | None) -> PromptFile:
    """The file of a config."""
    # It reads YAML, for which nobody waits who asks for anything else.
    from assay.dialects.humanloop.prompt_files import written  # noqa: PLC0415

    return PromptFile(written(translate_configs.fields(task, name, description)))


def deserialize(call: Call, ports: Any) -> Response[str]:
    """POST /model-configs/deserialize: the config that a .prompt file says; it is not registered by that."""
    from assay.dialects.humanloop.prompt_files import read  # noqa: PLC0415

    fields = read(call.body(DeserializeRequest).config)
    wish = parsed("body", lambda: ConfigRequest.model_validate(fields)).translated()
    config = configs.config_of("", wish, ports.clock.now())
    return answer(translate_configs.config(config).model_copy(update={"name": wish.name}))


ROUTES = (
    Route("POST", "/v4/model-configs", register_config),
    Route("GET", "/v4/model-configs/{id}", get_config),
    Route("POST", "/v4/model-configs/{id}/export", export_config, reads=True),
    Route("POST", "/v4/model-configs/serialize", serialize, reads=True),
    Route("POST", "/v4/model-configs/deserialize", deserialize, reads=True),
)
