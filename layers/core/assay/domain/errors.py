"""Every error that Assay raises on purpose: whose fault it is, and whether asking again helps.

AssayError
├── RequestError             the caller can fix it              -> 4xx
│   ├── InvalidRequest       a value breaks a rule              -> 422, names the place
│   ├── TooMuch              more than one answer can hold      -> 422, asks for smaller pages
│   ├── NotFound             nothing of that id here            -> 404
│   ├── AlreadyExists        the name is taken                  -> 409
│   ├── KeyReused            an idempotency key, other request  -> 422
│   ├── IllegalTransition    not from this status               -> 400
│   ├── FunctionFailed       the caller's own function          -> 400
│   ├── Unauthenticated      no key, or not a valid one         -> 401
│   └── Forbidden            the key may not do this            -> 403
├── Conflict                 somebody else wrote first          again, from a fresh read
├── Superseded               a later attempt holds this lane    stop at once, write nothing
├── Unfinished               something is left to do            again later
├── SandboxTainted           user code may have left something   this process must end
├── ConfigurationError       the stack is not set up for this   the operator can fix it
└── ProviderError            a model provider let us down
    ├── ProviderThrottled    again later, slower
    ├── ProviderUnavailable  again soon
    ├── ProviderGarbled      an answer that makes no sense: ask once more
    ├── ProviderDenied       the key is refused: no call with it can succeed
    └── ProviderRefused      never again: same input, same answer
"""

from collections.abc import Sequence

LONGEST_SHOWN = 100
"""So much of an id that somebody sent is said back."""


class AssayError(Exception):
    """The root; never raised itself."""


class RequestError(AssayError):
    """The caller can fix it."""


class InvalidRequest(RequestError):
    """A value breaks a rule. `place` is the path to it, as the caller wrote it; `rule` names the rule."""

    def __init__(self, message: str, place: Sequence[str | int] = (), rule: str = "value_error") -> None:
        super().__init__(message)
        self.place = tuple(place)
        self.rule = rule


class TooMuch(RequestError):
    """More bytes than can be read at once, or than one answer can hold."""


class NotFound(RequestError):
    """Nothing of that id exists in this organisation."""

    def __init__(self, kind: str, identifier: str, by: str = "with id") -> None:
        shown = identifier[:LONGEST_SHOWN] + "…" if len(identifier) > LONGEST_SHOWN else identifier
        super().__init__(f"No {kind} {by} '{shown}'.")
        self.kind = kind
        self.identifier = shown


class AlreadyExists(RequestError):
    """The name is taken."""


class KeyReused(RequestError):
    """An idempotency key stands for another request already."""


class IllegalTransition(RequestError):
    """The evaluation's status does not allow this."""


class FunctionFailed(RequestError):
    """A function of the caller's own let its caller down; the message is its error."""


class Unauthenticated(RequestError):
    """No API key, or one that is unknown, revoked or expired: which of them is not said."""


class Forbidden(RequestError):
    """The key is valid, and not for this."""


class Conflict(AssayError):
    """Somebody else wrote first. Read again and decide again."""


class Superseded(AssayError):
    """A later attempt has taken this lane over; the present one must stop and write nothing more."""


class Unfinished(AssayError):
    """Something is left to do that could not be done now. Ask again later."""


class ConfigurationError(AssayError):
    """The stack is not set up for what was asked; the message tells the operator what is missing."""


class ProviderError(AssayError):
    """A model provider let us down."""


class ProviderThrottled(ProviderError):
    """Too many requests (429, 529). `retry_after` is in seconds, None where the provider did not say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderUnavailable(ProviderError):
    """A fault on the provider's side or on the way: 5xx, a reset, a timeout."""


class ProviderGarbled(ProviderError):
    """A success that cannot be read: empty, cut off, not JSON, of the wrong shape. The message keeps its start."""


class ProviderDenied(ProviderError):
    """The provider refuses our key (401, 403)."""


class ProviderRefused(ProviderError):
    """The provider refuses this request (400, 404, 413, 422): the same input gets the same answer."""
