"""The routes that call a config: one that is sent along, one that is registered, or the one that is deployed."""

import asyncio
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import Response

from assay.dialects.http import Call, Route, answer
from assay.dialects.humanloop import translate_calls
from assay.dialects.humanloop.call_requests import (
    CallRequest,
    ChatCall,
    ChatConfigRequest,
    ChatDeployedRequest,
    ChatRequest,
    CompletionCall,
    CompletionConfigCallRequest,
    CompletionDeployedRequest,
    CompletionRequest,
)
from assay.dialects.humanloop.configs import homes_of
from assay.dialects.humanloop.posting import posting
from assay.domain.errors import InvalidRequest
from assay.domain.project import Project
from assay.domain.task import Config, Task
from assay.use_cases.by_name import project_called
from assay.use_cases.call_config import Called, ConfigCall, call_config, question
from assay.use_cases.manage_resources.configs import RegisterConfig
from assay.use_cases.manage_resources.deployments import deployed_config
from assay.use_cases.manage_resources.projects import find_config
from assay.use_cases.manage_resources.sessions import require_sessions
from assay.use_cases.races import settled
from assay.use_cases.update_evaluation.sourced import post_sourced_logs

C = TypeVar("C", bound=CallRequest)
AnyCall = ChatCall | CompletionCall


def chat(call: Call, ports: Any) -> Response[str]:
    """POST /chat: a chat by a config that is sent along, and registered by it."""
    request = possible(call, ChatRequest)
    return answered(call, ports, request, registered(call, ports, request, request.config.translated()))


def chat_by_config(call: Call, ports: Any) -> Response[str]:
    """POST /chat-model-config: a chat by a registered config."""
    request = possible(call, ChatConfigRequest)
    return answered(call, ports, request, known(call, ports, request, request.model_config_id))


def chat_deployed(call: Call, ports: Any) -> Response[str]:
    """POST /chat-deployed: a chat by the config that is deployed in the project."""
    request = possible(call, ChatDeployedRequest)
    return answered(call, ports, request, deployed(call, ports, request, request.environment))


def complete(call: Call, ports: Any) -> Response[str]:
    """POST /completion: a text completed by a config that is sent along, and registered by it."""
    request = possible(call, CompletionRequest)
    return answered(call, ports, request, registered(call, ports, request, request.config.translated()))


def complete_by_config(call: Call, ports: Any) -> Response[str]:
    """POST /completion-model-config: a text completed by a registered config."""
    request = possible(call, CompletionConfigCallRequest)
    return answered(call, ports, request, known(call, ports, request, request.model_config_id))


def complete_deployed(call: Call, ports: Any) -> Response[str]:
    """POST /completion-deployed: a text completed by the config that is deployed in the project."""
    request = possible(call, CompletionDeployedRequest)
    return answered(call, ports, request, deployed(call, ports, request, request.environment))


def possible(call: Call, model: type[C]) -> C:
    """The request, of which everything is offered. Raises InvalidRequest."""
    request = call.body(model)
    request.require_possible()
    return request


def registered(call: Call, ports: Any, request: AnyCall, wish: RegisterConfig) -> Config:
    """The config that was sent, registered in the project that is named once it is sure that it can be asked."""

    def made() -> Config:
        homes = homes_of(call, ports)
        config = homes.registered(homes.project(request.project_id, request.project), wish)
        require_askable(call, ports, request, config)
        homes.keep()
        return config

    return settled(made)


def known(call: Call, ports: Any, request: AnyCall, config_id: str) -> Config:
    """The config of that id; it is of the project that is named, if one is. Raises NotFound, InvalidRequest."""
    config: Config = ports.resources.get(call.organisation, Config, config_id)
    if request.project_id or request.project:
        project = there(call, ports, request)
        config = find_config(call.organisation, project.id, config_id, resources=ports.resources)
    require_askable(call, ports, request, config)
    return config


def deployed(call: Call, ports: Any, request: AnyCall, environment: str | None) -> Config:
    """The config that is deployed to the environment. Raises NotFound, InvalidRequest."""
    found = deployed_config(there(call, ports, request), environment)
    config: Config = ports.resources.get(call.organisation, Config, found)
    require_askable(call, ports, request, config)
    return config


def there(call: Call, ports: Any, request: CallRequest) -> Project:
    """The project that is named, which must be there. Raises NotFound, InvalidRequest."""
    if request.project and not request.project_id:
        return project_called(call.organisation, request.project, resources=ports.resources)
    return homes_of(call, ports).project(request.project_id, request.project)


def require_askable(call: Call, ports: Any, request: AnyCall, config: Config) -> None:
    """Raises InvalidRequest and NotFound for a call that could not be made, whatever a model would say to it."""
    question(wished(request, config))
    stores = {"logs": ports.logs, "resources": ports.resources}
    require_sessions(call.organisation, [request.session_id], **stores)


def answered(call: Call, ports: Any, request: AnyCall, config: Config) -> Response[str]:
    """What the model says; where it says nothing, why."""
    wish = wished(request, config)
    called = asked(call, ports, request, wish)
    if not translate_calls.answers(called):
        refusal = translate_calls.refusal(wish.task.provider, called)
        return answer(refusal, refusal.detail.code)
    return answer(translate_calls.response(request, called))


def task_of(config: Config, *, is_chat: bool) -> Task:
    """The config's task. Raises InvalidRequest where it is for the other kind of call, or for none of these."""
    task = config.task
    if isinstance(task, Task) and (task.endpoint == "chat") == is_chat:
        return task
    other = "completion" if is_chat else "chat"
    problem = f"This config is not for a {'chat' if is_chat else 'completion'}: call the routes of a {other}."
    raise InvalidRequest(problem, ("model_config_id",))


def wished(request: AnyCall, config: Config) -> ConfigCall:
    """The call in the core's terms. Raises InvalidRequest where the config is for the other kind of call."""
    task = task_of(config, is_chat=isinstance(request, ChatCall))
    return ConfigCall(
        project_id=config.project_id,
        config_id=config.id,
        task=request.changed(task),
        datapoint=request.datapoint,
        samples=request.num_samples,
        report=request.report(),
    )


def asked(call: Call, ports: Any, request: CallRequest, wish: ConfigCall) -> Called:
    """The call, made and logged; its first log also to the evaluations that wait for it."""
    called = asyncio.run(call_config(call.organisation, wish, **ports.calling(request.keys)))
    post_sourced_logs(call.organisation, [called.samples[0].log], **posting(ports))
    return called


ROUTES = (
    Route("POST", "/v4/chat", chat),
    Route("POST", "/v4/chat-model-config", chat_by_config),
    Route("POST", "/v4/chat-deployed", chat_deployed),
    Route("POST", "/v4/completion", complete),
    Route("POST", "/v4/completion-model-config", complete_by_config),
    Route("POST", "/v4/completion-deployed", complete_deployed),
)
