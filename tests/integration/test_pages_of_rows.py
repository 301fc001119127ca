"""Pages of an evaluation's rows: each row where it belongs, and a price that knows neither the page nor the size."""

from itertools import count

import pytest

from assay import bootstrap
from assay.adapters.dynamodb.posted import DynamoPosted, Kept, Place, log_key, result_key
from assay.domain.dataset import Datapoint
from assay.domain.evaluation import Evaluation
from assay.domain.identity import datapoint_id, log_id
from assay.domain.log import Log, Report
from assay.domain.posted import PostedLog, PostedResult
from assay.domain.score import ScoredRow
from tests.integration.world import CONFIG, EVALUATOR, MEASURE, evaluation_request, made, paged, run
from tests.support.build import TIMES, a_score, an_output
from tests.support.meter import metered

ANSWER = "The answer is this very number, as every answer here says at some length: {:05d}."
NUMBERS = count()
SLACK = 1.05
"""Ordinals, offsets and marks have a digit more or less."""


class Evaluated:
    """An evaluation with a dataset of `rows` datapoints, of which what stands in the stores is written by a test."""

    def __init__(self, api, cloud, organisation, rows, *, generated=True):
        self.api, self.stores, self.organisation, self.rows = api, cloud.stores, organisation, rows
        name = f"of {next(NUMBERS)}"
        config = made(api.post("/model-configs", {**CONFIG, "project": name}), 200)
        project = config["project_id"]
        dataset = made(api.post(f"/projects/{project}/datasets", {"name": name, "description": ""}))["id"]
        self.points = [datapoint(dataset, n) for n in range(rows)]
        self.stores.datasets.append(organisation, dataset, "segment", self.points)
        kinds = (EVALUATOR, MEASURE) if generated else (EVALUATOR | {"type": "external"},)
        evaluators = [made(api.post("/evaluators", {**kind, "name": f"{kind['name']} {name}"}))["id"] for kind in kinds]
        wish = evaluation_request(config["config"]["id"], dataset, *evaluators, hl_generated=generated)
        self.id = made(api.post(f"/projects/{project}/evaluations", wish))["id"]
        run(cloud, organisation, self.id, ("prepare_evaluation",))
        self.plan = self.stores.runs.plan(organisation, self.id)

    def output(self, ordinal, text=None):
        point = self.points[ordinal].id
        return an_output(text or ANSWER.format(ordinal), ordinal=ordinal, datapoint_id=point)

    def scored(self, ordinal):
        scores = (a_score(ordinal % 2 == 0, version.id) for version in self.plan.evaluators)
        return ScoredRow(ordinal=ordinal, scores=tuple(scores))

    def finish(self, text=None):
        """Writes all chunks, complete; every output says `text` where there is one."""
        for chunk in range(self.plan.chunks):
            ordinals, where = self.plan.chunk(chunk), (self.organisation, self.id)
            self.stores.runs.save_outputs(*where, chunk, [self.output(n, text) for n in ordinals])
            self.stores.runs.save_scores(*where, 0, chunk, [self.scored(n) for n in ordinals])

    def checkpoint(self, *chunks):
        """Writes parts of chunks: of 50 rows each, in halves that lie between each other."""
        for chunk in chunks:
            ordinals, where = self.plan.chunk(chunk), (self.organisation, self.id)
            for number, start in enumerate(range(ordinals.start, ordinals.stop, 50)):
                some = range(start, min(start + 50, ordinals.stop))
                for half in (0, 1):
                    name = f"000001-{2 * number + half:06d}"
                    rows = some[half::2]
                    self.stores.runs.save_output_part(*where, chunk, name, [self.output(n) for n in rows])
                    self.stores.runs.save_score_part(*where, 0, chunk, name, [self.scored(n) for n in rows])

    def post(self, ordinals):
        """Writes logs and results as clients post them, without the checks of each."""
        evaluation = self.stores.resources.get(self.organisation, Evaluation, self.id)
        posted = DynamoPosted(self.stores.table, self.stores.bucket, random=lambda: 0.5)
        place, none = Place(self.organisation, self.id), Kept(0, None)
        for n in ordinals:
            identifier = log_id(self.id, n)
            report = Report(output=ANSWER.format(n))
            log = Log(id=identifier, project_id="pr", config_id=evaluation.config_id, report=report, **TIMES)
            point = self.points[n].id
            score = a_score(n % 2 == 0, evaluation.posted[0])
            result = PostedResult(ordinal=n, log_id=identifier, score=score, **TIMES)
            posted_log = PostedLog(ordinal=n, datapoint_id=point, revision=1, log=log)
            for key, value in ((log_key(n), posted_log), (result_key(result), result)):
                item = posted.put(place, key, none, value)["Put"]["Item"]
                self.stores.table.client.put_item(TableName="assay", Item=item)

    def page(self, number, size=10):
        return self.api.get(f"/evaluations/{self.id}/datapoints?page={number}&size={size}")


def datapoint(dataset, n):
    """The n-th datapoint: as long as every other."""
    identifier = datapoint_id(dataset, "segment", n)
    return Datapoint(id=identifier, inputs={"a": f"{n:05d}", "b": "1"}, target={"output": f"{n:05d}"})


def ordinals(page):
    """Which rows stand on a page, and that each has the output and the scores of its own datapoint."""
    found = []
    for row in paged("row", page)["records"]:
        n = int(row["datapoint"]["inputs"]["a"])
        assert row["log"]["output"] == ANSWER.format(n)
        assert {one["value"] for one in row["evaluation_results"]} == {n % 2 == 0}
        found.append(n)
    return found


def price(evaluated, page):
    """The operations and the bytes that a page of ten rows takes."""
    evaluated.page(page)
    with metered(bootstrap.client("dynamodb"), bootstrap.client("s3")) as meter:
        answer = made(evaluated.page(page), 200)
    assert ordinals(answer) == list(range(10 * page - 10, 10 * page))
    return meter


def finished(evaluated, pages):
    """All chunks are complete."""
    evaluated.finish()


def live(evaluated, pages):
    """The chunks that are read, and their neighbours, are checkpointed."""
    chunks = [evaluated.plan.chunks_of(range(10 * page - 10, 10 * page)).start for page in pages]
    evaluated.checkpoint(*{near for chunk in chunks for near in (chunk, min(chunk + 1, evaluated.plan.chunks - 1))})


def posted(evaluated, pages):
    """The pages that are read have logs and results, and their neighbours: 10,000 one by one would take minutes."""
    evaluated.post([n for page in pages for n in range(max(10 * page - 30, 0), 10 * page + 20)])


@pytest.mark.parametrize("state", [finished, live, posted])
def test_the_price_of_a_page_grows_neither_with_its_number_nor_with_the_evaluation(cloud, api, organisation, state):
    prices = []
    for rows, pages in ((1_000, (1, 92)), (10_000, (1, 492, 902))):
        evaluated = Evaluated(api, cloud, organisation, rows, generated=state is not posted)
        state(evaluated, pages)
        prices += [price(evaluated, page) for page in pages]
    assert len({tuple(sorted(one.operations.items())) for one in prices}) == 1
    assert max(one.bytes for one in prices) <= SLACK * min(one.bytes for one in prices)
    assert prices[0].calls <= 20
    assert prices[0].bytes <= 100_000


def test_a_page_over_4_mb_is_refused_with_a_size_that_fits(cloud, api, organisation):
    evaluated = Evaluated(api, cloud, organisation, 8)
    evaluated.finish("x" * 240_000)
    refused = evaluated.page(1, 8)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["query", "size"])
    assert refused.body["detail"][0]["msg"].endswith("ask for pages of 4.")
    rows = [row for page in (1, 2) for row in made(evaluated.page(page, 4), 200)["records"]]
    assert [row["datapoint"]["id"] for row in rows] == [point.id for point in evaluated.points]


def test_a_page_that_would_fill_the_memory_is_refused_before_it_is_read(cloud, api, organisation):
    evaluated = Evaluated(api, cloud, organisation, 4)
    evaluated.finish("x" * 3_000_000)
    with metered(bootstrap.client("s3")) as meter:
        refused = evaluated.page(1, 4)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["query", "size"])
    assert meter.bytes < 100_000


def test_a_row_too_large_for_any_answer_is_refused_in_words(cloud, api, organisation):
    evaluated = Evaluated(api, cloud, organisation, 2)
    evaluated.finish("x" * 3_000_000)
    refused = evaluated.page(1, 1)
    assert refused.status == 422
    assert "more than can be carried" in refused.body["detail"][0]["msg"]
