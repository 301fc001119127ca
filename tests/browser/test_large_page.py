"""The page of an experiment of 100,000 rows: it opens at once, holds the worst of them, and gets the rest when asked."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assay.domain.score import ScoredRow
from assay.use_cases.summarize_experiment import summarize_experiment
from tests.browser.site import EXACT, JUDGE, LENGTH, Site, a_lab, apart
from tests.support.build import a_score, an_output
from tests.support.engine import ORGANISATION

ROWS = 100_000
SECONDS = 2.0
MEGABYTES = 300
ANSWER = "Open Settings, choose Security, then “Reset password”; a link comes by mail within a minute or so. " * 4


def scored(ordinal):
    """One row in a hundred is wrong."""
    return ScoredRow(
        ordinal=ordinal,
        scores=(a_score(ordinal % 100 != 0, EXACT.id), a_score(ordinal % 90, LENGTH.id), a_score(True, JUDGE.id)),
    )


@pytest.fixture(scope="module")
def large():
    lab = a_lab(datapoints=ROWS)
    lab.begin(1, "large")
    apart(lab.prepare)
    plan = lab.runs.plan(ORGANISATION, "ev_x1")
    for chunk in range(plan.chunks):
        ordinals, where = plan.chunk(chunk), (ORGANISATION, "ev_x1")
        outputs = [an_output(ANSWER, ordinal=n, datapoint_id=f"dp_evts_1_{n}", latency=0.5) for n in ordinals]
        lab.runs.save_outputs(*where, chunk, outputs)
        lab.runs.save_scores(*where, 0, chunk, [scored(n) for n in ordinals])
    summarize_experiment(lab.this, **lab.ends, executions=lab.executions)
    with Site(lab) as site:
        yield site


def resident(browser) -> float:
    """The megabytes of the largest tab, with the browser's own code in it."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    tabs = [Path(f"/proc/{one['id']}/status").read_text() for one in processes if one["type"] == "renderer"]
    sizes = [int(line.split()[1]) for text in tabs for line in text.splitlines() if line.startswith("VmRSS:")]
    return max(sizes) / 1024


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_hundred_thousand_rows_open_in_two_seconds_and_in_little_memory(large, page, browser, record_property):
    begun = time.monotonic()
    page.goto(large.url("large"))
    expect(page.locator("#table tbody tr").first).to_be_visible()
    took = time.monotonic() - begun
    opened = resident(browser)
    expect(page.locator("#shown")).to_contain_text("of 100,000 rows that are on this page, the worst first")
    on_page = int(page.locator("#filters label").first.inner_text().split()[1].replace(",", ""))
    assert 500 <= on_page <= 2000
    for wanted in range(1, 6):
        page.locator("#load").click()
        expect(page.locator(f"#table tbody tr:nth-child({100 + 150 * wanted})")).to_be_attached()
    page.fill("#query", "ticket 1100")
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    held = resident(browser)
    record_property("opened", f"{took:.2f} s, {on_page} rows on the page, {opened:.0f} MB, then {held:.0f}")
    assert took < SECONDS
    assert max(opened, held) < MEGABYTES
