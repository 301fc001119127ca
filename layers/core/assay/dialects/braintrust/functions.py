"""The routes of functions and prompts (contracts/braintrust.md §7.6): a prompt is a function of the type `prompt`."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from assay.dialects.braintrust import lists
from assay.dialects.braintrust.http import FOUND_EXISTING
from assay.dialects.braintrust.prompt_fields import require_meant
from assay.dialects.braintrust.rows import Text, transaction
from assay.dialects.braintrust.wire import ListQuery, Moment, Name, ObjectList, Open, organisation_id
from assay.dialects.http import Call, Route, answer
from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.function import Function, FunctionType, FunctionVersion, read_function_data, read_prompt_data
from assay.domain.value import JsonValue, Model
from assay.use_cases.manage_resources import functions
from assay.use_cases.manage_resources.environments import pinned_version
from assay.use_cases.manage_resources.functions import NewFunction

PROMPT: dict[str, JsonValue] = {"type": "prompt"}


class PromptFields(Open):
    """What can be said of a prompt, when it is made and later."""

    name: Name | None = None
    slug: Name | None = None
    description: str | None = None
    prompt_data: dict[str, JsonValue] | None = None
    function_type: FunctionType | None = None
    tags: tuple[str, ...] | None = None
    metadata: dict[str, JsonValue] | None = None

    def fields(self) -> dict[str, Any]:
        """The same for the core, checked. Raises InvalidRequest."""
        if self.prompt_data is not None:
            require_meant(self.prompt_data, ("prompt_data",))
            read_prompt_data(self.prompt_data)
        return self.model_dump(exclude={"project_id"})

    def whole(self, project_id: str, slug: str) -> NewFunction:
        """A new function. Raises InvalidRequest."""
        said = {"function_data": PROMPT, **self.fields()}
        del said["slug"]
        return NewFunction(project_id=project_id, slug=slug, fields=said)


class FunctionFields(PromptFields):
    """What can be said of a function, when it is made and later."""

    function_data: dict[str, JsonValue] | None = None
    origin: dict[str, JsonValue] | None = None
    function_schema: dict[str, JsonValue] | None = None

    def fields(self) -> dict[str, Any]:
        """As that of a prompt. Raises InvalidRequest."""
        if self.function_data is not None:
            read_function_data(self.function_data)
        return super().fields()


class NewPromptRequest(PromptFields):
    """What a new prompt is to be."""

    project_id: str
    name: Name
    slug: Name


class NewFunctionRequest(FunctionFields):
    """What a new function is to be."""

    project_id: str
    name: Name
    slug: Name
    function_data: dict[str, JsonValue]


class VersionQuery(Open):
    """Which version: the latest, unless one is named, or an environment."""

    version: Text = None
    environment: Text = None

    def require_one(self) -> None:
        """Raises InvalidRequest where both are given."""
        if self.version is not None and self.environment is not None:
            raise InvalidRequest("Give `version` or `environment`, not both.")


class FunctionsQuery(ListQuery, VersionQuery):
    """Which functions, in which version."""

    function_name: str | None = None
    prompt_name: str | None = None
    slug: str | None = None
    project_name: str | None = None
    project_id: str | None = None


class FunctionResponse(Model):
    """A version of a function."""

    id: str
    xact_id: str = Field(serialization_alias="_xact_id")
    project_id: str
    log_id: str = "p"
    org_id: str
    name: str
    slug: str
    description: str | None
    created: Moment
    prompt_data: dict[str, JsonValue] | None
    tags: tuple[str, ...] | None
    metadata: dict[str, JsonValue] | None
    function_type: FunctionType | None
    function_data: dict[str, JsonValue]
    origin: dict[str, JsonValue] | None
    function_schema: dict[str, JsonValue] | None


class DeletedFunction(Model):
    """What is left of a function."""

    log_id: str = "p"
    project_id: str
    slug: str
    id: str
    created: Moment
    org_id: str
    object_delete: bool = Field(default=True, serialization_alias="_object_delete")
    xact_id: str = Field(serialization_alias="_xact_id")


def shown(organisation: str, version: FunctionVersion) -> FunctionResponse:
    """The version in the dialect's words."""
    same = set(FunctionResponse.model_fields) - {"id"}
    return FunctionResponse(
        **version.model_dump(include=same),
        id=version.function_id,
        xact_id=str(version.transaction_id),
        org_id=str(organisation_id(organisation)),
        created=version.created_at,
    )


class Kind:
    """The routes of one kind: all functions, or prompts alone."""

    def __init__(self, noun: str, whole: type[NewPromptRequest | NewFunctionRequest], part: type[PromptFields]) -> None:
        self.noun, self.whole, self.part = noun, whole, part

    def create(self, call: Call, ports: Any) -> Response[str]:
        """POST: the project's function of that slug as it is, made if there is none."""
        found = functions.create_function(call.organisation, self.wish(call), **making(ports))
        return answer(shown(call.organisation, found.resource), headers=FOUND_EXISTING if found.was_there else None)

    def replace(self, call: Call, ports: Any) -> Response[str]:
        """PUT: the project's function of that slug, made or replaced."""
        made = functions.replace_function(call.organisation, self.wish(call), **making(ports))
        return answer(shown(call.organisation, made))

    def wish(self, call: Call) -> NewFunction:
        """The function that the body describes."""
        body = call.body(self.whole)
        return body.whole(body.project_id, body.slug)

    def list_all(self, call: Call, ports: Any) -> Response[str]:
        """GET: those asked for, the newest first; an environment must lead to one of them."""
        query = call.query(FunctionsQuery)
        query.require_one()
        every = lists.of_project(call, ports, Function, query.project_id, query.project_name)
        heads = [head for head in every if query.slug in {None, head.slug}]
        name = query.prompt_name or query.function_name
        version = transaction(query.version) if query.version is not None else None
        found = {
            each.function_id: each
            for each in functions.in_version(call.organisation, heads, version, resources=ports.resources)
            if name in {None, each.name} and self.has(each)
        }
        wanted = [head for head in heads if head.id in found]
        if query.environment is not None:
            page = lists.page(wanted, query, call.organisation)
            return self.in_environment(call, ports, page, query.environment)

        def told(head: Function) -> FunctionResponse:
            return shown(call.organisation, found[head.id])

        return lists.answered(ObjectList[FunctionResponse], wanted, query, call.organisation, told)

    def in_environment(self, call: Call, ports: Any, heads: list[Function], environment: str) -> Response[str]:
        """The one function that is asked for, as it stands in an environment."""
        if len(heads) > 1:
            raise InvalidRequest(f"`environment` must lead to one {self.noun}, and here are {len(heads)}.")
        versions = [self.pinned(call, ports, head.id, environment) for head in heads]
        return answer(ObjectList[FunctionResponse](objects=[shown(call.organisation, each) for each in versions]))

    def pinned(self, call: Call, ports: Any, function_id: str, environment: str) -> FunctionVersion:
        """The version in which a function stands in an environment. Raises NotFound."""
        around = {"resources": ports.resources}
        number = pinned_version(call.organisation, "function", function_id, environment, **around)
        return functions.get_function(call.organisation, function_id, number, **around)

    def get(self, call: Call, ports: Any, function_id: str) -> Response[str]:
        """GET by id: the latest version, or the one that is asked for."""
        query = call.query(VersionQuery)
        query.require_one()
        if query.environment is not None:
            version = self.pinned(call, ports, function_id, query.environment)
        else:
            number = transaction(query.version) if query.version is not None else None
            version = functions.get_function(call.organisation, function_id, number, resources=ports.resources)
        return answer(shown(call.organisation, self.ours(version)))

    def update(self, call: Call, ports: Any, function_id: str) -> Response[str]:
        """PATCH: a new version with what is given; when it was created stays."""
        wish = call.body(self.part)
        self.ours(functions.get_function(call.organisation, function_id, None, resources=ports.resources))
        around = {"resources": ports.resources, "clock": ports.clock}
        changed = functions.change_function(call.organisation, function_id, wish.fields(), **around)
        return answer(shown(call.organisation, changed))

    def delete(self, call: Call, ports: Any, function_id: str) -> Response[str]:
        """DELETE: what is left; its slug is free."""
        self.ours(functions.get_function(call.organisation, function_id, None, resources=ports.resources))
        around = {"resources": ports.resources, "clock": ports.clock}
        gone = functions.delete_function(call.organisation, function_id, **around)
        stub = DeletedFunction(
            project_id=gone.project_id,
            slug=gone.slug,
            id=gone.function_id,
            created=gone.created_at,
            org_id=str(organisation_id(call.organisation)),
            xact_id=str(gone.transaction_id),
        )
        return answer(stub)

    def ours(self, version: FunctionVersion) -> FunctionVersion:
        """The version. Raises NotFound where it is of another kind."""
        if not self.has(version):
            raise NotFound(self.noun, version.function_id)
        return version

    def has(self, version: FunctionVersion) -> bool:
        """Whether the version is of this kind: all are functions."""
        return self.noun == "function" or version.function_data.get("type") == "prompt"

    def routes(self) -> tuple[Route, ...]:
        """The routes."""
        root, one = f"/v1/{self.noun}", f"/v1/{self.noun}/{{function_id}}"
        return (
            Route("POST", root, self.create),
            Route("PUT", root, self.replace),
            Route("GET", root, self.list_all),
            Route("GET", one, self.get),
            Route("PATCH", one, self.update),
            Route("DELETE", one, self.delete),
        )


def making(ports: Any) -> dict[str, Any]:
    """The ports that making a function needs."""
    return {"resources": ports.resources, "clock": ports.clock, "new_uuid": ports.new_uuid}


ROUTES = (
    *Kind("function", NewFunctionRequest, FunctionFields).routes(),
    *Kind("prompt", NewPromptRequest, PromptFields).routes(),
)
