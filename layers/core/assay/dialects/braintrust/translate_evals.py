"""What a request for an eval means in the core's words."""

from assay.dialects.braintrust.eval_requests import DataRequest, EvalRequest, InlineRow
from assay.dialects.braintrust.function_refs import parse_function_ref
from assay.domain.dataset import Datapoint
from assay.domain.errors import InvalidRequest
from assay.domain.eval_data import DatasetById, DatasetByName, EvalData, InlineRows
from assay.domain.ids import NewUuid
from assay.domain.transaction_id import parse, unreadable
from assay.use_cases.launch_eval import MOST_SCORERS, LaunchEval


def wish(request: EvalRequest, new_uuid: NewUuid) -> LaunchEval:
    """The request. Raises InvalidRequest."""
    if len(request.scores) > MOST_SCORERS:
        raise InvalidRequest(f"scores: at most {MOST_SCORERS}.", ("scores",))
    return LaunchEval(
        project_id=request.project_id,
        data=data(request.data, new_uuid),
        task=parse_function_ref(request.task, ("task",)),
        scores=tuple(parse_function_ref(each, ("scores", index)) for index, each in enumerate(request.scores)),
        experiment_name=request.experiment_name or request.name,
        metadata=request.metadata,
        tags=request.tags,
        repo_info=request.repo_info,
        public=bool(request.is_public),
        trials=request.trial_count or 1,
        max_concurrency=request.max_concurrency,
        timeout=None if request.timeout is None else request.timeout / 1000,
        max_cost=request.max_cost,
        cache=request.cache,
        base_experiment_id=request.base_experiment_id,
        base_experiment_name=request.base_experiment_name,
        strict=bool(request.strict),
        extra_messages=request.extra_messages,
        parameters=request.parameters or None,
    )


def data(request: DataRequest, new_uuid: NewUuid) -> EvalData:
    """Where the rows come from. Raises InvalidRequest."""
    if request.data is not None:
        rows = tuple(row(each, new_uuid) for each in request.data)
        return InlineRows(rows=rows, source_dataset_id=request.source_dataset_id)
    when = {"transaction": version(request.dataset_version), "environment": request.dataset_environment}
    if request.dataset_id is not None:
        return DatasetById(dataset_id=request.dataset_id, **when)
    return DatasetByName(project_name=request.project_name or "", dataset_name=request.dataset_name or "", **when)


def version(text: str | None) -> int | None:
    """A transaction in either of its forms. Raises InvalidRequest."""
    transaction = None if text is None else parse(text)
    if text is not None and transaction is None:
        raise InvalidRequest(f"data.dataset_version: {unreadable(text)}", ("data", "dataset_version"))
    return transaction


def row(given: InlineRow, new_uuid: NewUuid) -> Datapoint:
    """An inline row; one without an id gets one."""
    return Datapoint(
        id=given.id or str(new_uuid()),
        inputs=given.input,
        target=given.expected,
        metadata=given.metadata or {},
        tags=given.tags or (),
        origin=given.origin,
        trial_count=given.trial_count,
    )
