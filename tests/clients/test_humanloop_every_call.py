"""Every call of `humanloop==0.7.35`, unmodified: with `validate=True`, and in the full test by the asynchronous methods and
as users make it, too. Each gives back what the SDK has a type for; what the service had withdrawn is a 410.
"""

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]

TYPES = {
    "projects.create": "ProjectResponse",
    "projects.get": "ProjectResponse",
    "projects.list": "PaginatedDataProjectResponse",
    "projects.update": "ProjectResponse",
    "projects.list_configs": ["ProjectConfigResponse"],
    "projects.deploy_config": ["EnvironmentProjectConfigResponse"],
    "projects.list_deployed_configs": ["EnvironmentProjectConfigResponse"],
    "projects.get_active_config": "GetModelConfigResponse",
    "projects.delete_deployed_config": "dict",
    "projects.deactivate_config": "ProjectResponse",
    "projects.export": "PaginatedDataLogResponse",
    "projects.create_feedback_type": "FeedbackTypeModel",
    "projects.update_feedback_types": 410,
    "projects.delete": "NoneType",
    "model_configs.register": "ProjectConfigResponse",
    "model_configs.get": "ModelConfigResponse",
    "model_configs.export": "str",
    "model_configs.serialize": "str",
    "model_configs.deserialize": "ModelConfigResponse",
    "datasets.create": "DatasetResponse",
    "datasets.create_datapoint": ["DatapointResponse"],
    "datasets.get": "DatasetResponse",
    "datasets.list": ["DatasetResponse"],
    "datasets.list_all_for_project": ["DatasetResponse"],
    "datasets.list_datapoints": "PaginatedDataDatapointResponse",
    "datasets.update": "DatasetResponse",
    "datasets.delete": "dict",
    "datapoints.get": "DatapointResponse",
    "datapoints.update": 410,
    "datapoints.delete": 410,
    "evaluators.create": "EvaluatorResponse",
    "evaluators.get": "EvaluatorResponse",
    "evaluators.list": ["EvaluatorResponse"],
    "evaluators.update": "EvaluatorResponse",
    "evaluators.delete": "NoneType",
    "logs.get": "LogResponse",
    "logs.list": "PaginatedDataLogResponse",
    "logs.update": "LogResponse",
    "logs.update_by_ref": "LogResponse",
    "logs.delete": "NoneType",
    "feedback_api.feedback": "FeedbackResponse",
    "evaluations.create": "EvaluationResponse",
    "evaluations.update_status": "EvaluationResponse",
    "evaluations.log": "CreateLogResponse",
    "evaluations.result": "EvaluationResultResponse",
    "evaluations.add_evaluators": "EvaluationResponse",
    "evaluations.get": "EvaluationResponse",
    "evaluations.list": "PaginatedDataEvaluationResponse",
    "evaluations.list_all_for_project": ["EvaluationResponse"],
    "evaluations.list_datapoints": "PaginatedDataEvaluationDatapointSnapshotResponse",
    "sessions.create": "CreateSessionResponse",
    "sessions.get": "SessionResponse",
    "sessions.list": "PaginatedDataSessionResponse",
    "chats.create": "ChatResponse",
    "chats.create_model_config": "ChatResponse",
    "chats.create_deployed": "ChatResponse",
    "completions.create": "CompletionResponse",
    "completions.create_model_config": "CompletionResponse",
    "completions.create_deployed": "CompletionResponse",
}
LOGGED = ["CreateLogResponse", ["CreateLogResponse"]]
"""One log, and then some in one call."""


def kinds(expected):
    """What may stand for it: an object without a type of its own is a Dictionary where it is read strictly."""
    return ["dict", "Dictionary"] if expected == "dict" else [expected]


@pytest.fixture(
    scope="module",
    params=["strictly", *(pytest.param(how, marks=pytest.mark.long) for how in ("asynchronously", "lax"))],
)
def told(request, run_script, has_period_pydantic, cloud):
    """Each call with what it gave back."""
    how = "lax" if request.param == "strictly" and not has_period_pydantic else request.param
    return run_script("humanloop_every_call.py", how, cloud)


def test_every_call_gives_back_what_the_sdk_has_a_type_for(told):
    unlike = [[place, what] for place, what in told if place != "logs.log" and what not in kinds(TYPES[place])]
    assert unlike == []
    assert {place for place, _ in told} == {*TYPES, "logs.log"}


def test_a_log_or_some_are_answered_as_they_were_sent(told):
    assert [what for place, what in told if place == "logs.log"] == LOGGED
