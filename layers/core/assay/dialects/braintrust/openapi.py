"""The dialect as an OpenAPI document, made from its routes and models; dialects/braintrust/document.py serves it."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from assay.dialects import openapi
from assay.dialects.braintrust import (
    api_keys,
    datasets,
    environments,
    evals,
    experiments,
    functions,
    imports,
    invocations,
    links,
    projects,
    resources,
)
from assay.dialects.braintrust.cross_insert import CrossInserted, CrossInsertRequest
from assay.dialects.braintrust.document import ROUTES
from assay.dialects.braintrust.eval_requests import EvalRequest
from assay.dialects.braintrust.event_requests import (
    DatasetFeedbackRequest,
    ExperimentFeedbackRequest,
    InsertDatasetRequest,
    InsertExperimentRequest,
)
from assay.dialects.braintrust.rows import FetchRequest, Inserted, RowsResponse, Success
from assay.dialects.braintrust.summaries import SummaryResponse
from assay.dialects.braintrust.summarize import SummaryQuery
from assay.dialects.braintrust.wire import ObjectList
from assay.dialects.http import Route
from assay.dialects.openapi import Dialect, Shape
from assay.domain.estimate import Estimate

PROJECT, DATASET, EXPERIMENT = "/v1/project/{project_id}", "/v1/dataset/{dataset_id}", "/v1/experiment/{experiment_id}"
FUNCTION, PROMPT, PIN = "/v1/function/{function_id}", "/v1/prompt/{function_id}", environments.PATH
KEY = "/v1/api_key/{key_id}"

GOES_ON = (303, "It goes on; Location says where to wait for its end.", Any)
ENDED = (422, "It was ended by a limit, or cancelled. x-should-retry is false.", evals.BrokenOff)
FAILED = (500, "It failed. x-should-retry is false.", evals.BrokenOff)
LATER = ((202, "It goes on, for a client that prefers respond-async.", SummaryResponse), GOES_ON, ENDED, FAILED)

SHAPES: dict[tuple[str, str], Shape] = {
    ("POST", "/v1/project"): Shape(projects.ProjectResponse, projects.CreateProjectRequest),
    ("GET", "/v1/project"): Shape(ObjectList[projects.ProjectResponse], query=projects.ProjectsQuery),
    ("GET", PROJECT): Shape(projects.ProjectResponse),
    ("PATCH", PROJECT): Shape(projects.ProjectResponse, projects.UpdateProjectRequest),
    ("DELETE", PROJECT): Shape(projects.ProjectResponse),
    ("POST", "/v1/dataset"): Shape(datasets.DatasetResponse, datasets.CreateDatasetRequest),
    ("GET", "/v1/dataset"): Shape(ObjectList[datasets.DatasetResponse], query=datasets.DatasetsQuery),
    ("GET", DATASET): Shape(datasets.DatasetResponse),
    ("PATCH", DATASET): Shape(datasets.DatasetResponse, datasets.UpdateDatasetRequest),
    ("DELETE", DATASET): Shape(datasets.DatasetResponse),
    ("POST", DATASET + "/insert"): Shape(Inserted, InsertDatasetRequest),
    ("GET", DATASET + "/fetch"): Shape(RowsResponse, query=FetchRequest),
    ("POST", DATASET + "/fetch"): Shape(RowsResponse, FetchRequest),
    ("POST", DATASET + "/feedback"): Shape(Success, DatasetFeedbackRequest),
    ("POST", DATASET + "/upload"): Shape(imports.UploadResponse, imports.UploadRequest),
    ("POST", DATASET + "/import"): Shape(imports.ImportResponse, imports.ImportRequest),
    ("GET", DATASET + "/summarize"): Shape(datasets.DatasetSummary, query=datasets.SummarizeQuery),
    ("POST", "/v1/experiment"): Shape(experiments.ExperimentResponse, experiments.CreateExperimentRequest),
    ("GET", "/v1/experiment"): Shape(ObjectList[experiments.ExperimentResponse], query=experiments.ExperimentsQuery),
    ("GET", EXPERIMENT): Shape(experiments.ExperimentResponse),
    ("PATCH", EXPERIMENT): Shape(experiments.ExperimentResponse, experiments.ExperimentFields),
    ("DELETE", EXPERIMENT): Shape(experiments.ExperimentResponse),
    ("POST", EXPERIMENT + "/insert"): Shape(Inserted, InsertExperimentRequest),
    ("GET", EXPERIMENT + "/fetch"): Shape(RowsResponse, query=FetchRequest),
    ("POST", EXPERIMENT + "/fetch"): Shape(RowsResponse, FetchRequest),
    ("POST", EXPERIMENT + "/feedback"): Shape(Success, ExperimentFeedbackRequest),
    ("POST", EXPERIMENT + "/revoke_links"): Shape(Success),
    ("GET", PROJECT + "/link"): Shape(links.LinkResponse),
    ("POST", PROJECT + "/revoke_links"): Shape(Success),
    ("GET", EXPERIMENT + "/summarize"): Shape(SummaryResponse, query=SummaryQuery),
    ("POST", "/v1/function"): Shape(functions.FunctionResponse, functions.NewFunctionRequest),
    ("PUT", "/v1/function"): Shape(functions.FunctionResponse, functions.NewFunctionRequest),
    ("GET", "/v1/function"): Shape(ObjectList[functions.FunctionResponse], query=functions.FunctionsQuery),
    ("GET", FUNCTION): Shape(functions.FunctionResponse, query=functions.VersionQuery),
    ("PATCH", FUNCTION): Shape(functions.FunctionResponse, functions.FunctionFields),
    ("DELETE", FUNCTION): Shape(functions.DeletedFunction),
    ("POST", "/v1/prompt"): Shape(functions.FunctionResponse, functions.NewPromptRequest),
    ("PUT", "/v1/prompt"): Shape(functions.FunctionResponse, functions.NewPromptRequest),
    ("GET", "/v1/prompt"): Shape(ObjectList[functions.FunctionResponse], query=functions.FunctionsQuery),
    ("GET", PROMPT): Shape(functions.FunctionResponse, query=functions.VersionQuery),
    ("PATCH", PROMPT): Shape(functions.FunctionResponse, functions.PromptFields),
    ("DELETE", PROMPT): Shape(functions.DeletedFunction),
    ("POST", FUNCTION + "/invoke"): Shape(Any, invocations.InvokeRequest, events=True),
    ("POST", "/v1/eval"): Shape(
        SummaryResponse | Estimate, EvalRequest, headers=("Prefer", "Idempotency-Key"), events=True, also=LATER
    ),
    ("GET", EXPERIMENT + "/wait"): Shape(SummaryResponse, query=evals.WaitQuery, also=(GOES_ON, ENDED, FAILED)),
    ("POST", "/v1/insert"): Shape(CrossInserted, CrossInsertRequest),
    ("GET", PIN): Shape(environments.PinResponse),
    ("PUT", PIN): Shape(environments.PinResponse, environments.PinRequest),
    ("DELETE", PIN): Shape(environments.PinResponse),
    ("POST", "/v1/api_key"): Shape(api_keys.NewKeyResponse, api_keys.CreateKeyRequest),
    ("GET", "/v1/api_key"): Shape(ObjectList[api_keys.KeyResponse], query=api_keys.KeysQuery),
    ("GET", KEY): Shape(api_keys.KeyResponse),
    ("POST", KEY + "/rotate"): Shape(api_keys.NewKeyResponse, api_keys.RotateKeyRequest),
    ("DELETE", KEY): Shape(api_keys.KeyResponse),
}
"""By method and path; a route that is not here takes nothing and gives any JSON."""

DESCRIBED = (*resources.ROUTES, *imports.ROUTES, *invocations.ROUTES, *evals.ROUTES)

BRAINTRUST = Dialect(
    title="Assay, Braintrust dialect",
    version="1.0.0",
    root="",
    shapes=SHAPES,
    refusal=str,
    refusal_type="text/plain",
    key_name="bearer",
    key={"type": "http", "scheme": "bearer"},
)


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of the routes."""
    return openapi.document(BRAINTRUST, routes)


@cache
def text() -> str:
    """The document of this dialect's routes, as JSON that people can read."""
    return openapi.text(document((*DESCRIBED, *ROUTES)))


if __name__ == "__main__":
    sys.stdout.write(text())
