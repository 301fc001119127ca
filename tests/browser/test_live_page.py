"""The page of an experiment while its run goes on."""

from playwright.sync_api import Page, expect

from assay.domain.lane import LaneProgress
from assay.domain.price import Spent
from assay.use_cases.summarize_experiment import summarize_experiment
from tests.browser.site import Site, a_lab, apart
from tests.support.engine import ORGANISATION


def figure(page: Page, name: str):
    return page.locator(f"[data-live={name}]")


def test_a_page_that_is_watched_becomes_the_finished_one_without_being_loaded_anew(page):
    lab = a_lab()
    lab.begin(1, "watched")
    with Site(lab) as site:
        page.goto(site.url("watched"))
        page.evaluate("window.sameDocument = true")
        expect(page.locator(".status")).to_have_text("pending")
        expect(figure(page, "done")).to_have_text("0 of 120")
        lanes = apart(lab.prepare)
        some = LaneProgress(chunk=0, rows=40, errors_by_kind={"refused": 1, "timeout": 2}, spent=Spent(prompt_tokens=9))
        lab.progress.report(ORGANISATION, "ev_x1", 0, some)
        expect(figure(page, "done")).to_have_text("40 of 120")
        expect(figure(page, "errors")).to_have_text("3 (1 refused, 2 timeout)")
        expect(figure(page, "cost")).to_have_text("$4.50")
        expect(figure(page, "rate")).to_contain_text(" a ")
        expect(figure(page, "left")).to_contain_text("about")
        apart(lambda: lab.clock.run(lab.lanes(lanes)))
        expect(figure(page, "done")).to_have_text("120 of 120")
        expect(figure(page, "left")).to_have_text("being summed up")
        expect(page.locator("#live-scores")).to_contain_text("Exact match")
        apart(lambda: summarize_experiment(lab.this, **lab.ends, executions=lab.executions))
        expect(page.locator(".status")).to_have_text("completed")
        expect(page.locator("#table tbody tr")).to_have_count(100)
        page.locator("#table tbody button").first.click()
        expect(page.locator("#detail")).to_be_visible()
        assert page.evaluate("window.sameDocument") is True


def test_a_run_that_is_cancelled_shows_what_there_is_and_why(page):
    lab = a_lab(datapoints=40)
    lab.begin(1, "stopped")
    lanes = apart(lab.prepare)
    apart(lambda: lab.clock.run(lab.lanes(lanes)))
    stopped = lab.current.revised(lab.clock.now(), status="cancelled", reason="Stopped at max_cost: $2 of $1 spent.")
    lab.resources.replace(ORGANISATION, lab.current, stopped)
    apart(lambda: summarize_experiment(lab.this, **lab.ends, executions=lab.executions))
    with Site(lab) as site:
        page.goto(site.url("stopped"))
        expect(page.locator(".status")).to_have_text("cancelled")
        expect(page.locator(".note")).to_have_text("Stopped at max_cost: $2 of $1 spent.")
        expect(page.locator("#table tbody tr")).to_have_count(40)
