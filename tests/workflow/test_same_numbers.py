"""One experiment's numbers are the same in the summary, on the page, at the command line and in the API."""

import json
import re

import pytest

from assay.domain.experiment import Experiment
from assay.report import words
from assay_cli.running.score_lines import score_lines, statistics_of
from tests.cli.running import assay
from tests.integration.world import made
from tests.workflow.evals import CLOSE, EXACT, sum_row

ROWS = [{**sum_row(n), **({"expected": "?"} if n % 3 == 0 else {})} for n in range(24)]


pytestmark = pytest.mark.usefixtures("loopback")


def stored(evals, experiment_id, name):
    """What lies in the bucket beside the experiment's rows."""
    stores = evals.cloud.stores
    evaluation_id = stores.resources.get(evals.organisation, Experiment, experiment_id).evaluation_id
    return stores.runs.bucket.get(f"{evals.organisation}/evaluations/{evaluation_id}/{name}").decode()


def visible(page):
    """The text of a page, without its script, its style and its tags."""
    shown = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", shown).split())


def test_whoever_reads_an_experiment_reads_the_same_numbers(evals):
    evals.run(24, experiment_name="base")
    identifier = evals.run(ROWS, scores=[EXACT, CLOSE], experiment_name="changed")["experiment_id"]

    api = made(evals.api.get(f"/experiment/{identifier}/summarize?summarize_scores=true"), 200)
    printed = assay("show", "changed", "--json").out
    summary = json.loads(stored(evals, identifier, "summary.json"))["statistics"]
    report = json.loads(stored(evals, identifier, "report.jsonl").splitlines()[0])["scores"]

    assert json.loads(printed[printed.index('{\n  "') :])["statistics"] == api["statistics"]
    assert list(api["statistics"].values()) == summary == [score["statistics"] for score in report]


def test_whoever_looks_at_an_experiment_sees_the_same_numbers(evals):
    evals.run(24, experiment_name="base")
    identifier = evals.run(ROWS, scores=[EXACT, CLOSE], experiment_name="changed")["experiment_id"]
    api = made(evals.api.get(f"/experiment/{identifier}/summarize?summarize_scores=true"), 200)
    table = " ".join(assay("show", "changed").out.split())
    page = visible(stored(evals, identifier, "report.html"))
    exact = statistics_of(api)["ExactMatch"]
    assert (exact.mean, exact.comparison.losses) == (api["scores"]["ExactMatch"]["score"], 8)
    assert words.amount(exact, exact.mean) == "66.7%"
    assert all(line.mean in table and line.interval in table for line in score_lines(api))
    for one in statistics_of(api).values():
        assert words.amount(one, one.mean) in page
        assert words.between(one) in page
        assert words.difference(one, one.comparison.diff) in page


def test_a_run_in_which_nothing_was_scored_says_that_and_not_that_nothing_differs(evals):
    evals.run(24, experiment_name="base")
    identifier = evals.run([], experiment_name="empty")["experiment_id"]
    page = visible(stored(evals, identifier, "report.html"))
    assert "Nothing was scored." in page
    assert "No difference" not in page
