"""The objects of an export, as far as we read them: they are as the vendor's last API (v5) had them."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, RootModel

Object = dict[str, JsonValue]
Id = Annotated[str, Field(min_length=1)]


def in_utc(moment: datetime) -> datetime:
    """A moment without a time zone is in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(in_utc)]


class Saved(BaseModel):
    """Anything that was saved; what we do not know of it is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Kernel(Saved):
    """A model with its prompt and parameters."""

    model: str
    provider: str | None = None
    endpoint: str | None = None
    template: str | tuple[Object, ...] | None = None
    template_language: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    stop: str | tuple[str, ...] | None = None
    seed: int | None = None
    response_format: Object | None = None
    reasoning_effort: JsonValue = None
    other: Object | None = None
    tools: tuple[Object, ...] | None = None
    linked_tools: tuple[Object, ...] | None = None


class Spec(Saved):
    """What an evaluator does."""

    evaluator_type: str
    arguments_type: str
    return_type: str
    number_valence: str | None = None
    code: str | None = None
    prompt: Kernel | None = None


class File(Saved):
    """A prompt, a dataset, an evaluator or whatever else has versions; `version_id` is its version of that day."""

    id: Id
    type: str
    path: str
    version_id: str | None = None
    description: str | None = None


class EvaluatorFile(File):
    """An evaluator."""

    spec: Spec


class Version(Saved):
    """A version of a file."""

    version_id: Id
    version_name: str | None = None
    version_description: str | None = None
    created_at: Moment | None = None
    datapoints_count: int | None = None


class PromptVersion(Version, Kernel):
    """A version of a prompt."""


class Deployment(Saved):
    """Which version an environment has."""

    version_id: str
    environment_name: str | None = None
    environment_tag: str | None = None

    @property
    def is_default(self) -> bool:
        """Whether it is the environment that calls without one mean."""
        return self.environment_tag == "default"


class Deployments(RootModel[tuple[Deployment, ...]]):
    """Which versions are deployed."""


class Datapoint(Saved):
    """A datapoint of a version of a dataset."""

    id: str | None = None
    inputs: dict[str, JsonValue] | None = None
    messages: tuple[Object, ...] | None = None
    target: Object | None = None


class Evaluation(Saved):
    """Some runs, beside each other."""

    id: Id
    name: str | None = None
    created_at: Moment | None = None


class Run(Saved):
    """A run of one version; the `control` is the one that the others are measured by."""

    id: Id
    status: str | None = None
    control: bool = False
    created_at: Moment | None = None
    version: Object | None = None
    dataset: Object | None = None


class RunStats(Saved):
    """How many rows a run had."""

    run_id: str
    num_logs: int | None = None


class Stats(Saved):
    """The numbers of an evaluation."""

    run_stats: tuple[RunStats, ...] = ()


class Judge(Saved):
    """The evaluator that a judgement is by."""

    path: str
    version_id: str


class Judgment(Saved):
    """What an evaluator said of a log."""

    evaluator: Judge
    judgment: JsonValue = None
    output: str | None = None
    error: str | None = None


class Log(Saved):
    """What came out."""

    id: Id
    inputs: dict[str, JsonValue] | None = None
    messages: tuple[Object, ...] | None = None
    output: str | None = None
    output_message: Object | None = None
    error: str | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None


class ProductionLog(Log):
    """What came out outside of evaluations; `prompt` is the version that was called."""

    prompt: Object | None = None
    created_at: Moment | None = None
    source: str | None = None
    metadata: Object | None = None


class EvaluationLog(Saved):
    """A row of a run."""

    run_id: str
    datapoint: Datapoint | None = None
    log: Log
    evaluator_logs: tuple[Judgment, ...] = ()
