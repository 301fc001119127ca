"""Global scorers that ask a model: those of PyPI's `autoevals`, with our own way to the model in place of its client.

Importing it takes long, and is left to whoever judges by it.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import autoevals
from autoevals.oai import LLMClient

from assay.domain.completion import Completion
from assay.domain.errors import AssayError
from assay.domain.evaluators.global_scorer import MODEL_SCORERS, Arguments, CannotScore, GlobalScore, settings
from assay.domain.evaluators.pure.javascript import stringified
from assay.domain.messages import Message
from assay.domain.model_task import Task
from assay.domain.value import JsonValue

OWN = frozenset({"output", "expected", "input", "trace", "self"})
"""What comes from the row itself, or is no business of metadata's."""
Ask = Callable[[Task, Sequence[Message]], Awaitable[Completion]]


class SenselessAnswer(AssayError):
    """The model did not answer as the scorer needs it."""


class NeverRaised(Exception):
    """What `autoevals` would try again after, many times; trying again is the business of `ask`."""


class Forgetful(dict[Any, Any]):
    """Keeps nothing: the package's own memory of embeddings would grow as long as the process lives."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


autoevals.EmbeddingSimilarity._CACHE = Forgetful()  # noqa: SLF001


class Models(NamedTuple):
    """The model that is asked, and the one that makes embeddings beside it, if one does."""

    own: Task
    embedder: Task | None = None


class Client(LLMClient):  # type: ignore[misc]
    """What `autoevals` takes for its client: it asks our models, the way that `ask` has, and nothing else."""

    RateLimitError = NeverRaised
    is_async = True
    _is_wrapped = False

    def __init__(self, models: Models, ask: Ask) -> None:
        self.models, self.ask = models, ask
        self.embeddings: dict[str, Any] = {}

    async def complete(self, *, messages: Sequence[dict[str, Any]], **parameters: Any) -> dict[str, Any]:
        """The answer, in the words of OpenAI's chat completions."""
        dropped = {"model", "use_responses_api"}
        other = {name: value for name, value in parameters.items() if name not in dropped}
        task = self.models.own.model_copy(update={"other": {**self.models.own.other, **other}})
        completion = await self.ask(task, [Message.model_validate(message) for message in messages])
        return {"choices": [{"message": completion.message.wire(), "finish_reason": completion.finish_reason}]}

    async def embed(self, *, input: str, **_: Any) -> dict[str, Any]:  # noqa: A002
        """The embedding of a text, in OpenAI's words; it is asked for once for each row."""
        if input not in self.embeddings:
            self.embeddings[input] = await self.said(self.models.embedder or self.models.own, input)
        return {"data": [self.embeddings[input]]}

    async def moderation(self, *, input: str, **_: Any) -> dict[str, Any]:  # noqa: A002
        """Whether a text offends, in OpenAI's words."""
        return {"results": [await self.said(self.models.own, input)]}

    async def said(self, task: Task, text: str) -> Any:
        """What a model says of a text, parsed."""
        return json.loads((await self.ask(task, [Message(role="user", content=text)])).text)


async def score(
    name: str, arguments: Arguments, config: Mapping[str, JsonValue], models: Models, ask: Ask
) -> GlobalScore:
    """What the scorer of that name says. Raises CannotScore, SenselessAnswer, and whatever `ask` raises."""
    require(name, arguments)
    scorer = made(name, config, Client(models, ask))
    given = {word: value for word, value in arguments.extra.items() if word not in OWN}
    output, expected, asked = (shown(value) for value in (arguments.output, arguments.expected, arguments.input))
    try:
        said = await scorer.eval_async(output, expected, input=asked, **given)
        metadata = json.loads(json.dumps(said.metadata, default=plain)) if said.metadata else None
        return GlobalScore(name=name, score=said.score, metadata=metadata)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SenselessAnswer(
            f"The model's answer is not as {name} needs it: {type(error).__name__} {error}"
        ) from error


def plain(score: Any) -> Any:
    """A score within another's metadata, as JSON has it."""
    return score.as_dict()


def require(name: str, arguments: Arguments) -> None:
    """Raises CannotScore, which names what the scorer needs and neither row nor configuration has."""
    at_hand = {**arguments.extra, "input": arguments.input, "expected": arguments.expected}
    missing = [word for word in MODEL_SCORERS[name] if at_hand.get(word) is None]
    if missing:
        raise CannotScore(f"{name} needs {' and '.join(missing)}, in the row, its metadata or the scorer's config.")


def made(name: str, config: Mapping[str, JsonValue], client: Client) -> Any:
    """The scorer, with what its author fixed. Raises CannotScore."""
    try:
        return getattr(autoevals, name)(client=client, **settings(name, config))
    except (TypeError, ValueError) as error:
        raise CannotScore(f"The config has what {name} does not know: {error}") from error


def shown(value: JsonValue) -> JsonValue:
    """A value as a prompt shows it: objects and lists as JSON."""
    return stringified(value) if isinstance(value, dict | list) else value
