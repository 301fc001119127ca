"""Functions: what may be a task or a scorer, stored in versions that never change (contracts/braintrust.md §4, §7.6).

A prompt is a function too, of the type `prompt`.
"""

from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError

from assay.domain.complaints import complaints
from assay.domain.errors import InvalidRequest
from assay.domain.prompt_data import Lenient, PromptData
from assay.domain.sandbox import Runtime
from assay.domain.value import DEFERRED, JsonValue, Resource, Value

FunctionType = Literal[
    "llm",
    "scorer",
    "task",
    "tool",
    "custom_view",
    "preprocessor",
    "facet",
    "classifier",
    "tag",
    "parameters",
    "sandbox",
]
RUNTIMES: dict[str, Runtime] = {"python": "python", "node": "node"}
"""The runtimes that code may ask for; contracts/braintrust.md §1.4 has more of them, which we refuse."""


class RuntimeContext(Lenient):
    """What code is written for; the version is a hint."""

    runtime: Literal["python", "node", "browser", "quickjs"]
    version: str = ""


class InlineCode(Lenient):
    """Source that defines `handler`."""

    type: Literal["inline"]
    runtime_context: RuntimeContext
    code: str


class PromptFunction(Lenient):
    """The prompt beside it is the function."""

    type: Literal["prompt"]


class CodeFunction(Lenient):
    """Code of the user's."""

    type: Literal["code"]
    data: InlineCode


class GlobalFunction(Lenient):
    """A scorer of the autoevals catalogue, by its name there."""

    type: Literal["global"]
    name: str
    config: dict[str, JsonValue] = Field(default_factory=dict)


class UnsupportedFunction(Lenient):
    """A kind that Assay does not run."""

    type: str


def kind_of(data: object) -> str:
    """Which of the kinds `data` is."""
    kind = data.get("type") if isinstance(data, dict) else getattr(data, "type", None)
    return kind if isinstance(kind, str) and kind in {"prompt", "code", "global"} else "unsupported"


FunctionData = Annotated[
    Annotated[PromptFunction, Tag("prompt")]
    | Annotated[CodeFunction, Tag("code")]
    | Annotated[GlobalFunction, Tag("global")]
    | Annotated[UnsupportedFunction, Tag("unsupported")],
    Discriminator(kind_of),
]
FUNCTION_DATA: TypeAdapter[PromptFunction | CodeFunction | GlobalFunction | UnsupportedFunction] = TypeAdapter(
    FunctionData, config=DEFERRED
)
PROMPT_DATA = TypeAdapter(PromptData)
T = TypeVar("T")


def read_function_data(
    raw: object, place: tuple[str | int, ...] = ("function_data",)
) -> PromptFunction | CodeFunction | GlobalFunction:
    """What a client says its function is. Raises InvalidRequest, also for a kind that Assay does not run."""
    data = read(FUNCTION_DATA, raw, place)
    if isinstance(data, UnsupportedFunction):
        raise InvalidRequest(f"Functions of type '{data.type}' are not supported: use prompt, code or global.", place)
    if isinstance(data, CodeFunction):
        require_runtime(data.data.runtime_context, (*place, "data", "runtime_context", "runtime"))
    return data


def read_prompt_data(raw: object, place: tuple[str | int, ...] = ("prompt_data",)) -> PromptData:
    """A prompt as a client wrote it. Raises InvalidRequest."""
    return read(PROMPT_DATA, raw, place)


def require_runtime(context: RuntimeContext, place: tuple[str | int, ...]) -> Runtime:
    """The runtime, if Assay has it. Raises InvalidRequest."""
    if context.runtime not in RUNTIMES:
        raise InvalidRequest(f"Code for the runtime '{context.runtime}' is not supported: use python or node.", place)
    return RUNTIMES[context.runtime]


def read(adapter: TypeAdapter[T], raw: object, place: tuple[str | int, ...]) -> T:
    """`raw` as the adapter's type. Raises InvalidRequest with the first thing that is wrong."""
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        first = next(complaints(error))
        where = (*place, *written(raw, first.place))
        raise InvalidRequest(str(first._replace(place=where)), where) from error


def written(raw: Any, location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The steps of pydantic's location that stand in `raw`: the names of a union's members do not."""
    steps: list[str | int] = []
    for number, step in enumerate(location, start=1):
        stands = step in raw if isinstance(raw, dict) else isinstance(raw, list) and isinstance(step, int)
        if stands or number == len(location):
            steps.append(step)
        raw = raw[step] if stands else raw
    return tuple(steps)


class FunctionVersion(Resource):
    """A function as it stood after one write; `transaction_id` is that write's. It can be read for ever.

    What clients wrote is kept as they wrote it: `data` and `prompt` say what it means.
    """

    function_id: str
    transaction_id: int
    project_id: str
    slug: str
    name: str
    description: str | None = None
    function_type: FunctionType | None = None
    function_data: dict[str, JsonValue]
    prompt_data: dict[str, JsonValue] | None = None
    tags: tuple[str, ...] | None = None
    metadata: dict[str, JsonValue] | None = None
    origin: dict[str, JsonValue] | None = None
    function_schema: dict[str, JsonValue] | None = None

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (f"{self.project_id}/function-versions",)

    @property
    def data(self) -> PromptFunction | CodeFunction | GlobalFunction:
        """What kind of function it is. Raises InvalidRequest for one that Assay does not run."""
        return read_function_data(self.function_data)

    @property
    def higher_is_better(self) -> bool | None:
        """The direction of its scores, as its metadata says."""
        said = (self.metadata or {}).get("higher_is_better", True)
        return said if isinstance(said, bool) or said is None else True

    @property
    def prompt(self) -> PromptData:
        """Its prompt. Raises InvalidRequest."""
        return read_prompt_data(self.prompt_data or {})


def version_id(function_id: str, transaction_id: int) -> str:
    """The id under which a version of a function is kept."""
    return f"{function_id}@{transaction_id}"


class Function(Resource):
    """The name under which versions stand: `id` is a uuid, `transaction_id` the latest version's."""

    LIST: ClassVar[str] = "functions"
    EVERYWHERE: ClassVar[str] = "functions"

    project_id: str
    slug: str
    transaction_id: int

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (self.EVERYWHERE, f"{self.project_id}/{self.LIST}")

    @property
    def unique_name(self) -> str | None:
        return function_name(self.project_id, self.slug)

    @property
    def latest(self) -> str:
        """The id of its latest version."""
        return version_id(self.id, self.transaction_id)


def function_name(project_id: str, slug: str) -> str:
    """The unique name of a project's function."""
    return f"{project_id}/{Function.LIST}/{slug}"


class Ref(Value):
    """What every reference may say of a scorer: its direction, as EvaluatorVersion has it."""

    higher_is_better: bool | None = True


class StoredRef(Ref):
    """A stored function by its id; the latest version where none is named."""

    function_id: str
    transaction_id: int | None = None


class SlugRef(Ref):
    """A stored function by its project's name and its slug; the latest version where none is named."""

    project_name: str
    slug: str
    transaction_id: int | None = None


class GlobalRef(Ref):
    """A scorer of the autoevals catalogue."""

    global_function: str
    function_type: FunctionType = "scorer"


class CodeRef(Ref):
    """Code that came with the request."""

    runtime: Runtime
    code: str
    name: str | None = None
    function_type: FunctionType | None = None


class InlineRef(Ref):
    """A function, and a prompt perhaps, that came with the request."""

    data: PromptFunction | CodeFunction | GlobalFunction
    prompt: PromptData | None = None
    name: str | None = None
    function_type: FunctionType | None = None


FunctionRef = StoredRef | SlugRef | GlobalRef | CodeRef | InlineRef
"""What a request may name as its task, or as a scorer (contracts/braintrust.md §1.4)."""
