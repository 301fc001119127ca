"""References to functions become tasks and evaluators. Nothing is written: what is found is kept by whoever asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from assay.domain.errors import InvalidRequest
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.global_scorer import ALIASES, MODEL_SCORERS, PURE_SCORERS, nearest
from assay.domain.evaluators.scorer import CodeScorer, GlobalScorer, PromptScorer
from assay.domain.function import (
    CodeFunction,
    CodeRef,
    Function,
    FunctionRef,
    FunctionType,
    FunctionVersion,
    GlobalFunction,
    GlobalRef,
    InlineCode,
    PromptFunction,
    RuntimeContext,
    SlugRef,
    StoredRef,
)
from assay.domain.ids import canonical_json, content_id
from assay.domain.prompt_data import PromptData
from assay.domain.prompt_reading import Place, Rendering, as_prompt
from assay.domain.sandbox import Runtime
from assay.domain.task import CodeTask, Config, PromptTask, config_id
from assay.domain.value import JsonValue
from assay.ports import Clock, Resources
from assay.use_cases.by_name import called, in_transaction, project_called


class Found(NamedTuple):
    """A function, whether it was stored or came with the request. `name` is None where it has none."""

    data: PromptFunction | CodeFunction | GlobalFunction
    prompt: PromptData | None
    name: str | None
    function_type: FunctionType | None = None
    higher_is_better: bool | None = True


def resolve_task(
    organisation: str,
    ref: FunctionRef,
    *,
    project_id: str,
    strict: bool = False,
    extra_messages: str | None = None,
    parameters: dict[str, JsonValue] | None = None,
    resources: Resources,
    clock: Clock,
) -> Config:
    """The config that a reference comes to in a project; equal tasks are one config.

    Raises NotFound, and InvalidRequest where the function can be no task.
    """
    found = find(organisation, ref, resources)
    task = as_task(found, ("task",), Rendering(strict, extra_messages), parameters)
    now = clock.now()
    identifier = config_id(project_id, task)
    name = found.name or "task"
    return Config(id=identifier, created_at=now, updated_at=now, project_id=project_id, name=name, task=task)


def resolve_scorers(
    organisation: str, refs: Sequence[FunctionRef], *, resources: Resources, clock: Clock
) -> list[EvaluatorVersion]:
    """The evaluators that references come to, each of another name.

    Raises NotFound, and InvalidRequest where a function can be no scorer, or two scores would have one name.
    """
    versions: list[EvaluatorVersion] = []
    for index, ref in enumerate(refs):
        version = resolve_scorer(organisation, ref, index, resources=resources, clock=clock)
        if any(version.name == earlier.name for earlier in versions):
            raise InvalidRequest(f"Two scorers are called '{version.name}': give one a name.", ("scores", index))
        versions.append(version)
    return versions


def resolve_scorer(
    organisation: str, ref: FunctionRef, index: int, *, resources: Resources, clock: Clock
) -> EvaluatorVersion:
    """The evaluator that the `index`-th reference comes to (contracts/braintrust.md §5.3); equal ones are one.

    Raises NotFound, and InvalidRequest where the function can be no scorer.
    """
    found = find(organisation, ref, resources)
    if "higher_is_better" in ref.model_fields_set:
        found = found._replace(higher_is_better=ref.higher_is_better)
    return as_evaluator(found, ("scores", index), f"scorer_{index}", clock.now())


def find(organisation: str, ref: FunctionRef, resources: Resources) -> Found:
    """The function. Raises NotFound."""
    if isinstance(ref, StoredRef | SlugRef):
        return of_version(stored(organisation, ref, resources))
    if isinstance(ref, GlobalRef):
        return Found(GlobalFunction(type="global", name=ref.global_function), None, None, ref.function_type)
    if isinstance(ref, CodeRef):
        return Found(inline(ref.runtime, ref.code), None, ref.name, ref.function_type)
    return Found(ref.data, ref.prompt, ref.name, ref.function_type)


def inline(runtime: Runtime, code: str) -> CodeFunction:
    """Code as a stored function has it."""
    source = InlineCode(type="inline", runtime_context=RuntimeContext(runtime=runtime), code=code)
    return CodeFunction(type="code", data=source)


def stored(organisation: str, ref: StoredRef | SlugRef, resources: Resources) -> FunctionVersion:
    """The version that is asked for: an old one can be read for ever. Raises NotFound."""
    if isinstance(ref, SlugRef):
        project = project_called(organisation, ref.project_name, resources=resources)
        function = called(organisation, Function, f"{project.id}/{Function.LIST}", ref.slug, resources=resources)
        ref = StoredRef(function_id=function.id, transaction_id=ref.transaction_id)
    if ref.transaction_id is not None:
        return in_transaction(organisation, ref.function_id, ref.transaction_id, resources=resources)
    function = resources.get(organisation, Function, ref.function_id)
    return resources.get(organisation, FunctionVersion, function.latest)


def of_version(version: FunctionVersion) -> Found:
    """A stored function. Raises InvalidRequest where it is of no kind that runs."""
    return Found(version.data, version.prompt, version.name, version.function_type, version.higher_is_better)


def as_task(
    found: Found, place: Place, rendering: Rendering, parameters: dict[str, JsonValue] | None = None
) -> PromptTask | CodeTask:
    """The function as a task. Raises InvalidRequest."""
    if isinstance(found.data, GlobalFunction):
        as_global(found.data, place)
        raise InvalidRequest(f"'{found.data.name}' is a scorer: it judges outputs and makes none.", place)
    if isinstance(found.data, CodeFunction):
        runtime, code = source(found.data)
        return CodeTask(runtime=runtime, code=code, parameters=parameters)
    return PromptTask(prompt=as_prompt(found.prompt or PromptData(), place, rendering))


def as_scorer(found: Found, place: Place) -> CodeScorer | PromptScorer | GlobalScorer:
    """The function as a scorer. Raises InvalidRequest."""
    if found.function_type == "classifier":
        raise InvalidRequest("Functions of the type 'classifier' give no scores, and are not supported.", place)
    if isinstance(found.data, GlobalFunction):
        return as_global(found.data, place)
    if isinstance(found.data, CodeFunction):
        runtime, code = source(found.data)
        return CodeScorer(runtime=runtime, code=code)
    data = found.prompt or PromptData()
    return PromptScorer(prompt=as_prompt(data, place), classifier=data.parser)


def as_global(function: GlobalFunction, place: Place) -> GlobalScorer:
    """The scorer of that name. Raises InvalidRequest where there is none."""
    name = ALIASES.get(function.name, function.name)
    if name not in PURE_SCORERS and name not in MODEL_SCORERS:
        meant = nearest(name)
        raise InvalidRequest(
            f"There is no global scorer '{name}' here{f': is {meant} meant?' if meant else '.'}", place
        )
    return GlobalScorer(name=name, config=function.config)


def source(function: CodeFunction) -> tuple[Runtime, str]:
    """The runtime and the code, whose runtime was found to be one that Assay has."""
    return ("node" if function.data.runtime_context.runtime == "node" else "python"), function.data.code


def as_evaluator(found: Found, place: Place, default: str, now: datetime) -> EvaluatorVersion:
    """The function as an evaluator of its own name, else of the global scorer's, else of the default."""
    scorer = as_scorer(found, place)
    name = found.name or (scorer.name if isinstance(scorer, GlobalScorer) else default)
    direction = {} if found.higher_is_better else {"higher_is_better": found.higher_is_better}
    content = canonical_json({"name": name, "scorer": scorer.model_dump(mode="json"), **direction})
    return EvaluatorVersion(
        id=content_id("evv_", content),
        created_at=now,
        updated_at=now,
        evaluator_id=content_id("evfn_", content),
        name=name,
        description="",
        arguments_type="target_free",
        return_type="number",
        type="scorer",
        scorer=scorer,
        higher_is_better=found.higher_is_better,
    )
