"""What reading an evaluation costs, as a ratio to a Lambda that does nothing, behind the same API in the same minutes."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence

import httpx

from assay.adapters.dynamodb.posted import DynamoPosted, Kept, Place, log_key, result_key
from assay.adapters.dynamodb.table import Table
from assay.adapters.s3.bucket import Bucket
from assay.domain.evaluation import Evaluation
from assay.domain.identity import log_id
from assay.domain.log import Log, Report
from assay.domain.posted import PostedLog, PostedResult
from assay.domain.score import Score
from tests.bench.bare import add_bare
from tests.bench.engine import completed
from tests.bench.table import Line
from tests.e2e.launching import LENGTH, Launched, launch, said, sums
from tests.e2e.local_cloud import LocalCloud
from tests.support.build import TIMES

ROWS = 10_000
ROUNDS = 20
ORGANISATION = "local"
JUDGE = LENGTH | {
    "name": "judge",
    "type": "llm",
    "code": None,
    "model_config": {"provider": "mock", "model": "mock", "prompt_template": "Rate this: {{log.output}}"},
}
"""A model that costs nothing: code would run ten thousand processes before there is a page to read."""
EXTERNAL = LENGTH | {"name": "outside", "type": "external", "code": None}
GET_BUDGET, PAGE_BUDGET = 3, 4

Ask = Callable[[], object]


def lines(cloud: LocalCloud, _: object) -> Iterator[Line]:
    """The figures of reading."""
    with cloud.client() as api:
        bare = cloud.variables["ASSAY_URL"] + add_bare(cloud)
        generated = launch(api, sums(ROWS), evaluators=[JUDGE], config={"provider": "mock"}, max_concurrency=100)
        completed(cloud, generated.id)
        posted = launch(api, sums(ROWS), evaluators=[EXTERNAL], hl_generated=False)
        post_all(cloud, posted)
        asks = {"bare": lambda: api.get(bare).raise_for_status(), **readings(api, generated, posted)}
        medians = interleaved(asks, ROUNDS)
    for name, seconds in medians.items():
        note = f"{1000 * seconds:.0f} ms to {1000 * medians['bare']:.0f} ms"
        if name != "bare":
            budget = GET_BUDGET if name == "evaluations.get" else PAGE_BUDGET
            yield Line(name, seconds / medians["bare"], budget, "x bare", note=note)


def readings(api: httpx.Client, generated: Launched, posted: Launched) -> dict[str, Ask]:
    """What is measured, by name."""
    asks: dict[str, Ask] = {"evaluations.get": lambda: said(api.get(f"/evaluations/{generated.id}"))}
    for kind, evaluation in (("generated", generated), ("posted", posted)):
        for which, page in (("first", 1), ("middle", ROWS // 20), ("last", ROWS // 10)):
            name = f"list_datapoints, {ROWS:,} rows {kind}, {which} page"
            asks[name] = lambda evaluation=evaluation, page=page: full_page(api, evaluation, page)  # type: ignore[misc]
    return asks


def full_page(api: httpx.Client, evaluation: Launched, page: int) -> None:
    """Reads a page, and sees that it is one: ten rows, each with its log and a score."""
    found = said(api.get(f"/evaluations/{evaluation.id}/datapoints", params={"page": page}))
    assert len(found["records"]) == 10
    assert all(row["log"]["output"] and len(row["evaluation_results"]) == 1 for row in found["records"])


def interleaved(asks: dict[str, Ask], rounds: int) -> dict[str, float]:
    """The median seconds of each, asked for in turns: so whatever else the machine does befalls all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in asks}
    for round_ in range(rounds + 3):
        for name, ask in asks.items():
            start = time.perf_counter()
            ask()
            if round_ >= 3:  # before that, functions wake up
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(some) for name, some in seconds.items()}


def post_all(cloud: LocalCloud, evaluation: Launched) -> None:
    """Gives every row a log and a result as a client would post them, straight into the table: by requests it takes
    half an hour.
    """
    table = Table(cloud.aws("dynamodb"), cloud.outputs["TableName"])
    items = [{"PutRequest": {"Item": item}} for item in posted_items(cloud, table, evaluation)]
    for first in range(0, len(items), 25):
        answer = table.client.batch_write_item(RequestItems={table.name: items[first : first + 25]})
        assert not answer.get("UnprocessedItems")


def posted_items(cloud: LocalCloud, table: Table, evaluation: Launched) -> Iterator[dict[str, object]]:
    """The items of the logs and of the results."""
    bucket = Bucket(cloud.aws("s3"), cloud.outputs["BucketName"])
    store, place = DynamoPosted(table, bucket, random=lambda: 0.5), Place(ORGANISATION, evaluation.id)
    kept = Evaluation.model_validate_json(table.get(*place, "@")["document"]["S"])  # type: ignore[index]
    for ordinal, point in enumerate(datapoint_ids(evaluation)):
        identifier = log_id(evaluation.id, ordinal)
        log = Log(
            id=identifier,
            project_id=kept.project_id,
            config_id=kept.config_id,
            report=Report(output=f"The answer is {ordinal + 1}.", source_datapoint_id=point),
            **TIMES,
        )
        score = Score(evaluator=kept.posted[0], value=ordinal % 7)
        posted = PostedLog(ordinal=ordinal, datapoint_id=point, revision=1, log=log)
        result = PostedResult(ordinal=ordinal, log_id=identifier, score=score, **TIMES)
        for key, value in ((log_key(ordinal), posted), (result_key(result), result)):
            yield store.put(place, key, Kept(0, None), value)["Put"]["Item"]


def datapoint_ids(evaluation: Launched) -> Sequence[str]:
    """The ids of all datapoints, in order."""
    pages = range(1, ROWS // 1000 + 1)
    where = f"/evaluations/{evaluation.id}/datapoints"
    found = [said(evaluation.api.get(where, params={"page": page, "size": 1000})) for page in pages]
    return [row["datapoint"]["id"] for page in found for row in page["records"]]
