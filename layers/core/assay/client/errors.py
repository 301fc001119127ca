"""What a call may come to instead of an answer.

CallFailed
├── NotReached       nobody answers
├── Refused          the API answered with an error; `status` is HTTP's, `request_id` finds it in the logs
└── NotOver          an experiment takes longer than somebody would wait
"""


class CallFailed(Exception):
    """The API did not do what was asked."""


class NotReached(CallFailed):
    """Nobody answers at that address."""


class Refused(CallFailed):
    """The API answered with an error."""

    def __init__(self, request: str, status: int, sentence: str, request_id: str | None = None) -> None:
        named = f" (request {request_id})" if request_id else ""
        super().__init__(f"{request} was answered with {status}: {sentence}{named}")
        self.status, self.request_id = status, request_id


class NotOver(CallFailed):
    """The experiment goes on, and the time to wait for it is over."""
