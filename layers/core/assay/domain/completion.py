"""A model's answer to one call."""

from assay.domain.messages import Message
from assay.domain.score import Usage
from assay.domain.value import Value


class Completion(Value):
    """The text (empty where the model only called tools), the message it came in, and what it cost in tokens.

    `pause` is how many seconds the provider wants no further call.
    """

    text: str
    message: Message
    finish_reason: str | None = None
    usage: Usage = Usage()
    pause: float = 0
