"""What clients send about an evaluation that there is (contracts/humanloop-v4.md §2.5 to §2.8)."""

from typing import Literal

from assay.dialects.humanloop.log_requests import LogRequest
from assay.dialects.humanloop.requests import Open, WithProviderKeys
from assay.domain.evaluation import Status
from assay.domain.score import Verdict


class EvaluateeQuery(Open):
    """Which evaluatee is meant; there is one."""

    evaluatee_id: str | None = None


class UpdateStatusRequest(WithProviderKeys):
    """`PATCH /evaluations/{id}/status`. `failed` is what clients up to 0.7.30 call an evaluation that they give up."""

    status: Literal["pending", "running", "completed", "cancelled", "failed"]

    def translated(self) -> Status:
        """The status in the core's terms; a client cannot make an evaluation fail, only cancel it."""
        return "cancelled" if self.status == "failed" else self.status


class AddEvaluatorsRequest(WithProviderKeys):
    """`PATCH /evaluations/{id}/evaluators`."""

    evaluator_ids: tuple[str, ...] | None = None
    evaluator_version_ids: tuple[str, ...] | None = None


class PostLogRequest(EvaluateeQuery):
    """`POST /evaluations/{evaluation_id}/log`."""

    datapoint_id: str
    log: LogRequest


class PostResultRequest(EvaluateeQuery):
    """`POST /evaluations/{evaluation_id}/result`."""

    log_id: str
    evaluator_id: str
    result: Verdict = None
    error: str | None = None
