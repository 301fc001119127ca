"""The body of POST /v1/eval, every field of it (contracts/braintrust.md §1.2, §1.3).

What we cannot honour is refused by its name and never passed over. Keys that nobody knows are (§12), unless they are
nearly one of ours, or say which rows are meant.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, model_validator

from assay.dialects.bodies import Dollars
from assay.dialects.braintrust.wire import Open
from assay.dialects.unknown_fields import misspelt, stray
from assay.domain.value import JsonValue, Model

GitField = Literal[
    "commit", "branch", "tag", "dirty", "author_name", "author_email", "commit_message", "commit_time", "git_diff"
]
MOST_TRIALS = 1000


def a_number(given: Any) -> Any:
    """`given`, if it is no text and no truth value. Raises ValueError."""
    if isinstance(given, str | bool):
        raise ValueError("a number is needed")  # noqa: TRY004
    return given


Whole = Annotated[int, BeforeValidator(a_number)]
Milliseconds = Annotated[float, BeforeValidator(a_number), Field(gt=0, allow_inf_nan=False)]

UNSUPPORTED = {
    "parent": "an eval always makes an experiment of its own",
    "stop_token": "a run is stopped by its timeout",
    "mcp_auth": "there are no MCP tools here",
    "endpoint_name": "the stack's own provider settings are used",
}
"""Fields that may be there as long as nothing is said by them, and why more cannot be had."""
UNSUPPORTED_DATA = {
    "_internal_btql": "a dataset is run as a whole",
    "experiment_id": "rows are taken from a dataset or from the request",
    "experiment_name": "rows are taken from a dataset or from the request",
}
FETCHED = frozenset(
    {
        "_pagination_key", "_xact_id", "audit_data", "classifications", "comments", "created", "dataset_id", "facets",
        "is_root", "project_id", "root_span_id", "span_id", "span_parents", "upsert_id",
    }
)  # fmt: skip
"""What rows of a dataset and the vendor's `EvalCase` have beside what a row says; an eval asks for none of it."""


class GitMetadataSettings(Model):
    """Which git fields may be collected; there is no checkout here, so none are."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    collect: Literal["all", "none", "some"]
    fields: list[GitField] | None = None


class InlineRow(Open):
    """A row that came with the request; also one that was fetched from a dataset, with all that is said of it there."""

    input: JsonValue = None
    expected: JsonValue = None
    metadata: dict[str, JsonValue] | None = None
    tags: tuple[str, ...] | None = None
    id: str | None = None
    origin: JsonValue = None
    trial_count: Annotated[Whole, Field(ge=1, le=MOST_TRIALS)] | None = None

    @model_validator(mode="before")
    @classmethod
    def only_what_rows_have(cls, given: Any) -> Any:
        """Raises ValueError for what no row has: something else was meant."""
        refuse(given, {}, stray(given, {*cls.model_fields, *FETCHED}))
        return given


class DataRequest(Open):
    """Where the rows come from: exactly one of a dataset's id, its two names, and rows."""

    dataset_id: str | None = None
    project_name: str | None = None
    dataset_name: str | None = None
    dataset_version: str | None = None
    dataset_environment: str | None = None
    data: tuple[InlineRow, ...] | None = None
    source_dataset_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def only_what_can_be_had(cls, given: Any) -> Any:
        """Raises ValueError for what we have not got."""
        refuse(given, UNSUPPORTED_DATA, stray(given, {*cls.model_fields, *UNSUPPORTED_DATA}))
        return given

    @model_validator(mode="after")
    def one_source(self) -> Self:
        """Raises ValueError for none, or several."""
        by_name = self.project_name is not None or self.dataset_name is not None
        sources = [self.dataset_id is not None, by_name, self.data is not None]
        if sum(sources) != 1:
            raise ValueError("give one of dataset_id, project_name with dataset_name, and data")
        if by_name and (self.project_name is None or self.dataset_name is None):
            raise ValueError("project_name and dataset_name go together")
        if self.dataset_version is not None and self.dataset_environment is not None:
            raise ValueError("give dataset_version or dataset_environment, not both")
        return self


class EvalRequest(Open):
    """What is to be run. `timeout` is in milliseconds.

    Ours are `max_cost`, dollars after which the evaluation ends, and `cache`, whether no model is asked again what it
    has answered before.
    """

    project_id: str
    data: DataRequest
    task: dict[str, JsonValue]
    scores: tuple[dict[str, JsonValue], ...]
    name: str | None = None
    experiment_name: str | None = Field(default=None, min_length=1, max_length=1000)
    metadata: dict[str, JsonValue] | None = None
    tags: tuple[str, ...] | None = None
    stream: StrictBool | None = None
    trial_count: Annotated[Whole, Field(ge=1, le=MOST_TRIALS)] | None = None
    is_public: StrictBool | None = None
    timeout: Milliseconds | None = None
    max_cost: Dollars | None = None
    max_concurrency: Annotated[Whole, Field(ge=1)] | None = 10
    base_experiment_name: str | None = None
    base_experiment_id: str | None = None
    git_metadata_settings: GitMetadataSettings | None = None
    repo_info: dict[str, JsonValue] | None = None
    strict: StrictBool | None = None
    extra_messages: str | None = None
    parameters: dict[str, JsonValue] | None = None
    cache: StrictBool | None = None

    @model_validator(mode="before")
    @classmethod
    def only_what_can_be_had(cls, given: Any) -> Any:
        """Raises ValueError for what we have not got."""
        refuse(given, UNSUPPORTED, misspelt(given, {*cls.model_fields, *UNSUPPORTED}))
        return given


def refuse(given: Any, unsupported: dict[str, str], unknown: str | None) -> None:
    """Raises ValueError where `given` says something by an unsupported field, or by an `unknown` one."""
    for name, reason in unsupported.items():
        if isinstance(given, dict) and given.get(name) not in (None, "", {}, []):
            raise ValueError(f"{name} is not supported: {reason}")
    if unknown is not None:
        raise ValueError(unknown)
