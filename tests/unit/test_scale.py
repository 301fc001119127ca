"""A million rows are summed up chunk by chunk, in little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from assay.adapters.s3.bucket import jsonl
from assay.adapters.s3.marks import Marks
from assay.adapters.s3.runs import MARKS, S3Runs
from assay.domain.dataset import SnapshotIndex
from assay.domain.evaluation import Pass
from assay.domain.plan import chunk_starts, lane_widths
from assay.domain.project import Project
from assay.domain.score import ScoredRow
from assay.use_cases.summarize_experiment import summarize_experiment
from tests.support.build import (
    TIMES,
    a_config,
    a_datapoint,
    a_dataset_version,
    a_plan,
    a_score,
    an_evaluation,
    an_evaluator_version,
    an_output,
)
from tests.support.fake_datasets import FakeDatasets, FakeRows
from tests.support.fake_posted import FakePosted
from tests.support.fake_resources import FakeResources
from tests.support.fake_runs import FakeProgress
from tests.support.fakes import FakeEvents, FakeExecutions, FakePrices, FakeRequestKeys
from tests.support.virtual_time import VirtualClock

ROWS = 1_000_000
MOST_BYTES = 1024**3
ORGANISATION = "acme"


class LargeBucket:
    """As adapters.s3.bucket.Bucket, with the outputs and scores of so many rows in it, made when they are read."""

    name = "bucket"

    def __init__(self, plan):
        self.plan, self.kept = plan, {}

    def keys(self, prefix):
        if "/parts/" not in prefix:
            yield from (f"{prefix}{chunk:08d}.jsonl" for chunk in range(self.plan.chunks))

    def get(self, key):
        if key in self.kept:
            return self.kept[key]
        if not key.endswith(".jsonl"):
            return None
        ordinals = self.plan.chunk(int(key.rpartition("/")[2].removesuffix(".jsonl")))
        if "/outputs/" in key:
            return jsonl(an_output("x" * 500, ordinal=n) for n in ordinals)
        return jsonl(ScoredRow(ordinal=n, scores=(a_score(n % 7 / 7), a_score(n % 3 == 0, "evv_2"))) for n in ordinals)

    def metadata(self, key):
        lengths = [len(line) for line in self.get(key).splitlines(keepends=True)]
        return {MARKS: Marks.of(self.plan.chunk(int(key.rpartition("/")[2].removesuffix(".jsonl")))[0], lengths).text}

    def rows(self, key, span):
        return self.get(key)[slice(*span)]

    def put(self, key, body, content_type="application/json"):
        self.kept[key] = body

    def put_once(self, key, body):
        self.kept.setdefault(key, body)


class LargeDatasets(FakeDatasets):
    """As FakeDatasets, with a version of any size, whose datapoints are made when they are read."""

    def snapshot(self, organisation, dataset_id, sequence, span):
        return [a_datapoint(id=f"dp_{index}", inputs={"a": str(index), "b": "x" * 100}) for index in span]


def summarised(rows, bucket=LargeBucket):
    """The summary of so many rows."""
    versions = (an_evaluator_version(return_type="number"), an_evaluator_version(id="evv_2"))
    widths, dataset = lane_widths(100), a_dataset_version(datapoints=rows)
    starts = chunk_starts(widths, SnapshotIndex.of([200] * rows), 1)
    plan = a_plan(rounds=(versions,), dataset=dataset, trials=1, widths=widths, starts=starts)
    resources, runs = FakeResources(), S3Runs(bucket(plan))
    rounds = (tuple(version.id for version in versions),)
    evaluation = an_evaluation(id=plan.evaluation_id, dataset=dataset, rounds=rounds, status="running")
    project = Project(id=evaluation.project_id, name="sums", **TIMES)
    resources.create(ORGANISATION, project, a_config(), *versions, evaluation)
    runs.save_plan(ORGANISATION, plan)
    return summarize_experiment(
        Pass(organisation=ORGANISATION, evaluation_id=evaluation.id, number=1),
        resources=resources,
        runs=runs,
        datasets=LargeDatasets(),
        experiment_rows=FakeRows(),
        progress=FakeProgress(),
        posted=FakePosted(resources),
        executions=FakeExecutions(),
        events=FakeEvents(),
        request_keys=FakeRequestKeys(),
        prices=FakePrices(),
        clock=VirtualClock(),
    )


def test_what_is_summed_up_is_every_row():
    summary = summarised(2500)
    assert (summary.status, summary.n_outputs, summary.n_missing) == ("completed", 2500, 0)
    assert [one.n_scored for one in summary.scores] == [2500, 2500]


def test_the_rows_of_a_small_run_are_read_once():
    read = list[str]()

    class Noting(LargeBucket):
        def get(self, key):
            read.append(key)
            return super().get(key)

    summarised(500, Noting)
    chunks = [key for key in read if "/outputs/" in key or "/scores/" in key]
    assert len(chunks) == len(set(chunks)) == 2


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_million_rows_are_summed_up_in_less_than_a_gigabyte():
    here = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-m", "tests.unit.test_scale"], cwd=here, capture_output=True, text=True, check=True
    )
    assert int(said.stdout) < MOST_BYTES


if __name__ == "__main__":
    assert summarised(ROWS).n_outputs == ROWS
    status = Path("/proc/self/status").read_text()  # ru_maxrss begins with what the process had that started this one
    sys.stdout.write(str(int(status.split("VmHWM:")[1].split()[0]) * 1024))
