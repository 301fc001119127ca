"""What a request names as its task, or as a scorer (contracts/braintrust.md §1.4)."""

from collections.abc import Callable, Collection, Mapping
from typing import Literal

from pydantic import StrictBool, TypeAdapter

from assay.dialects.braintrust.prompt_fields import require_meant
from assay.dialects.unknown_fields import stray
from assay.domain import transaction_id
from assay.domain.errors import InvalidRequest
from assay.domain.function import (
    CodeRef,
    FunctionRef,
    FunctionType,
    GlobalRef,
    InlineRef,
    PromptFunction,
    RuntimeContext,
    SlugRef,
    StoredRef,
    read,
    read_function_data,
    read_prompt_data,
    require_runtime,
)
from assay.domain.prompt_data import Lenient

Place = tuple[str | int, ...]


class Directed(Lenient):
    """What any entry of `scores` may say: whether a higher score is the better one, null where neither is."""

    higher_is_better: StrictBool | None = True

    @property
    def said(self) -> dict[str, bool | None]:
        """The direction, if one is said."""
        return self.model_dump(include={"higher_is_better"}, exclude_unset=True)


class WireStored(Directed):
    """Variant 1."""

    function_id: str
    version: str | None = None


class WireSlug(Directed):
    """Variant 2."""

    project_name: str
    slug: str
    version: str | None = None


class WireGlobal(Directed):
    """Variant 3."""

    global_function: str
    function_type: FunctionType | None = None


class WireCode(Directed):
    """Variant 5."""

    inline_context: RuntimeContext
    code: str
    function_type: FunctionType | None = None
    name: str | None = None


class WireInline(Directed):
    """What variants 6 and 7 say beside the function and the prompt."""

    function_type: FunctionType | None = None
    name: str | None = None


STORED, SLUG, GLOBAL = TypeAdapter(WireStored), TypeAdapter(WireSlug), TypeAdapter(WireGlobal)
CODE, INLINE = TypeAdapter(WireCode), TypeAdapter(WireInline)


def parse_function_ref(raw: object, place: Place) -> FunctionRef:
    """The reference at `place` of a request. Raises InvalidRequest, also for a function of a playground session."""
    if not isinstance(raw, dict):
        raise InvalidRequest(f"{dotted(place)} must be an object that names a function.", place)
    for key, (parse, fields) in VARIANTS.items():
        if raw.get(key) is not None:
            require_known(raw, fields, place)
            return parse(raw, place)
    raise InvalidRequest(f"{dotted(place)} names no function: it needs one of {', '.join(NAMING)}.", place)


def require_known(raw: dict[str, object], fields: Collection[str], place: Place) -> None:
    """Raises InvalidRequest for a field that this kind of reference has not got: something else was meant."""
    if fault := stray(raw, fields):
        raise InvalidRequest(f"{dotted(place)}: {fault} There are {', '.join(sorted(fields))}.", place)


def dotted(place: Place) -> str:
    """The place, as people write it."""
    return ".".join(map(str, place)) or "The body"


def parse_session(_: Mapping[str, object], place: Place) -> FunctionRef:
    """Variant 4: there are no playgrounds here."""
    where = (*place, "prompt_session_id")
    raise InvalidRequest(f"{dotted(where)} is not supported: Assay has no playground sessions.", where)


def parse_stored(raw: Mapping[str, object], place: Place) -> FunctionRef:
    wire = read(STORED, raw, place)
    return StoredRef(function_id=wire.function_id, transaction_id=parse_version(wire.version, place), **wire.said)


def parse_slug(raw: Mapping[str, object], place: Place) -> FunctionRef:
    wire = read(SLUG, raw, place)
    version = parse_version(wire.version, place)
    return SlugRef(project_name=wire.project_name, slug=wire.slug, transaction_id=version, **wire.said)


def parse_version(version: str | None, place: Place) -> int | None:
    """The transaction that a version is named after. Raises InvalidRequest."""
    if version is None:
        return None
    transaction = transaction_id.parse(version)
    if transaction is None:
        where = (*place, "version")
        raise InvalidRequest(f"{dotted(where)}: {transaction_id.unreadable(version)}", where)
    return transaction


def parse_global(raw: Mapping[str, object], place: Place) -> FunctionRef:
    wire = read(GLOBAL, raw, place)
    return GlobalRef(global_function=wire.global_function, function_type=wire.function_type or "scorer", **wire.said)


def parse_code(raw: Mapping[str, object], place: Place) -> FunctionRef:
    wire = read(CODE, raw, place)
    runtime = require_runtime(wire.inline_context, (*place, "inline_context", "runtime"))
    return CodeRef(runtime=runtime, code=wire.code, name=wire.name, function_type=wire.function_type, **wire.said)


def parse_inline(raw: Mapping[str, object], place: Place) -> FunctionRef:
    """Variants 6 and 7: a function, a prompt, or a function with its prompt."""
    wire = read(INLINE, raw, place)
    given, prompt = raw.get("inline_function"), raw.get("inline_prompt")
    require_meant(prompt, (*place, "inline_prompt"))
    return InlineRef(
        data=PromptFunction(type="prompt") if given is None else read_function_data(given, (*place, "inline_function")),
        prompt=None if prompt is None else read_prompt_data(prompt, (*place, "inline_prompt")),
        name=wire.name,
        function_type=wire.function_type,
        **wire.said,
    )


Key = Literal[
    "prompt_session_id",
    "inline_context",
    "code",
    "inline_function",
    "inline_prompt",
    "function_id",
    "slug",
    "global_function",
]
Parse = Callable[[Mapping[str, object], Place], FunctionRef]
CODE_FIELDS = frozenset(WireCode.model_fields)
INLINE_FIELDS = frozenset({*WireInline.model_fields, "inline_function", "inline_prompt"})
SESSION_FIELDS = frozenset({"prompt_session_id", "prompt_session_function_id", "version"})
VARIANTS: dict[Key, tuple[Parse, Collection[str]]] = {
    "prompt_session_id": (parse_session, SESSION_FIELDS),
    "inline_context": (parse_code, CODE_FIELDS),
    "code": (parse_code, CODE_FIELDS),
    "inline_function": (parse_inline, INLINE_FIELDS),
    "inline_prompt": (parse_inline, INLINE_FIELDS),
    "function_id": (parse_stored, frozenset(WireStored.model_fields)),
    "slug": (parse_slug, frozenset(WireSlug.model_fields)),
    "global_function": (parse_global, frozenset(WireGlobal.model_fields)),
}
"""Which key tells which variant, and its fields; of several variants the first here decides."""
NAMING = ("function_id", "slug", "global_function", "code", "inline_function", "inline_prompt")
