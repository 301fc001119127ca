"""What CloudWatch gets to count: few metrics, none of them about one run."""

import json
from contextlib import suppress

import pytest

from assay.adapters.metrics import MeteredEvents, metered
from assay.domain.errors import ProviderThrottled, ProviderUnavailable
from tests.support.build import a_summary, a_task, an_evaluation
from tests.support.fakes import FakeEvents, FakeProvider
from tests.support.virtual_time import VirtualClock


@pytest.fixture
def written(capsys, monkeypatch):
    """The metrics in the log: name to values, with the values of its dimensions."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "my-stack")

    def read():
        found = []
        for line in map(json.loads, capsys.readouterr().out.splitlines()):
            (directive,) = line["_aws"]["CloudWatchMetrics"]
            assert directive["Namespace"] == "Assay"
            dimensions = {name: line[name] for names in directive["Dimensions"] for name in names}
            assert dimensions.pop("service") == "my-stack"
            found += [(each["Name"], line[each["Name"]], dimensions) for each in directive["Metrics"]]
        return found

    return read


def calls(provider, number):
    """Calls a metered provider so many times; what it raises is let go."""
    clock = VirtualClock()

    async def work():
        async with metered(provider(a_task()), clock) as opened:
            for _ in range(number):
                with suppress(ProviderThrottled, ProviderUnavailable):
                    await opened.complete(a_task(), ())

    clock.run(work())


def test_the_latency_of_every_call_is_counted_a_hundred_at_most_to_a_line(written):
    calls(FakeProvider(answer=lambda _: "5", latency=0.25), 130)
    lines = written()
    assert [len(values) for _, values, _ in lines] == [100, 30]
    assert {(name, value) for name, values, _ in lines for value in values} == {("ProviderLatency", 250)}


@pytest.mark.parametrize(
    ("error", "name"),
    [(ProviderThrottled("later"), "ProviderThrottles"), (ProviderUnavailable("500"), "ProviderErrors")],
)
def test_a_call_that_fails_has_no_latency_and_is_counted_by_its_kind(written, error, name):
    calls(FakeProvider(answer=lambda _: error), 2)
    assert written() == [(name, [1, 1], {})]


def test_nothing_is_written_where_nothing_was_called(written):
    calls(FakeProvider(), 0)
    assert written() == []


def test_the_end_of_an_evaluation_is_counted_with_its_rows_errors_and_cost(written):
    events = FakeEvents()
    summary = a_summary(n_outputs=7, n_errors=3, errors_by_kind={"provider": 2, "template": 1}, cost=0.25)
    MeteredEvents(events).announce("acme", an_evaluation(status="failed"), summary)
    assert len(events.announced) == 1
    assert written() == [
        ("EvaluationsEnded", [1], {"status": "failed"}),
        ("Rows", [10], {}),
        ("Cost", [0.25], {}),
        ("RowErrors", [2], {"kind": "provider"}),
        ("RowErrors", [1], {"kind": "template"}),
    ]


def test_answers_that_were_given_before_are_counted_of_tasks_and_judges_alike(written):
    MeteredEvents(FakeEvents()).announce("acme", an_evaluation(status="completed"), a_summary(n_cached=4))
    assert ("CachedAnswers", [4], {}) in written()


def test_a_cost_that_nobody_knows_is_not_counted(written):
    MeteredEvents(FakeEvents()).announce("acme", an_evaluation(status="completed"), a_summary(cost=None))
    assert "Cost" not in [name for name, _, _ in written()]
