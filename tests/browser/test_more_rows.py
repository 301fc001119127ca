"""Rows beyond those on the page, as the script asks for them."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from assay.domain.experiment import Experiment
from assay.domain.report import FullReport
from tests.browser.site import Site, a_lab
from tests.support.engine import ORGANISATION


@pytest.fixture(scope="module")
def site():
    lab = a_lab(datapoints=250)
    lab.run(1, "first")
    lab.run(2, "second")
    with Site(lab) as served:
        yield served


def asked(site, experiment, **query):
    """What the function answers to the script."""
    place = urlsplit(site.url(experiment, **query))
    return site.answer(f"{place.path}?{place.query}", {"host": "127.0.0.1"})


def test_rows_come_in_the_order_of_the_dataset_beside_their_base(site):
    first = json.loads(asked(site, "second", view="rows", **{"from": "0"})["body"])
    rest = json.loads(asked(site, "second", view="rows", **{"from": str(first["next"])})["body"])
    rows = [*first["rows"], *rest["rows"]]
    assert [row["index"] for row in rows] == list(range(250))
    assert rest["next"] == 250
    assert all(row["base"] for row in rows)


def test_rows_come_without_a_base_that_is_no_longer_there(site):
    base = site.lab.resources.get(ORGANISATION, Experiment, "x1")
    site.lab.resources.delete(ORGANISATION, base)
    answer = asked(site, "second", view="rows")
    site.lab.resources.create(ORGANISATION, base)
    assert answer["statusCode"] == 200
    assert not any(row["base"] for row in json.loads(answer["body"])["rows"])


@pytest.mark.parametrize("first", ["-1", "x", "1.5"])
def test_a_place_that_is_none_is_not_there(site, first):
    assert asked(site, "second", view="rows", **{"from": first})["statusCode"] == 404


def test_beyond_the_last_row_there_is_nothing(site):
    assert json.loads(asked(site, "second", view="rows", **{"from": "10000"})["body"]) == {"rows": [], "next": 250}


@pytest.fixture
def partial(site):
    """The same, with the worst twenty rows of the second on its page."""
    kept = site.lab.runs.reports["acme/ev_x2"]
    site.lab.runs.reports["acme/ev_x2"] = FullReport(kept.head, kept.rows[:20])
    yield site
    site.lab.runs.reports["acme/ev_x2"] = kept


def test_a_search_says_what_it_searched_and_goes_through_the_whole_run_if_it_is_to(page, partial):
    page.goto(partial.url("second"))
    said, rest = page.locator("#shown"), page.locator("#rest")
    expect(said).to_have_text("The 20 of 250 rows that are on this page, the worst first.")
    expect(rest).to_be_hidden()
    page.fill("#query", "move the subscription")
    expect(said).to_contain_text("found among the 20 rows on this page; the run has 250.")
    rest.click()
    expect(said).to_have_text("50 of 250 rows.")
    expect(page.locator("#table tbody tr")).to_have_count(50)
    expect(rest).to_be_hidden()
    page.fill("#query", "")
    page.locator("th button", has_text="Row").click()
    expect(said).to_contain_text("sorted among themselves")


def test_a_search_that_fails_can_be_gone_on_with(page, partial):
    page.goto(partial.url("second"))
    page.fill("#query", "no row says so")
    page.route("**/*view=rows*", lambda route: route.fulfill(status=200, body="not JSON"))
    page.locator("#rest").click()
    expect(page.locator("#shown")).to_contain_text("Try again.")
    page.unroute("**/*view=rows*")
    page.locator("#rest").click()
    expect(page.locator("#shown")).to_have_text("0 of 250 rows.")


def test_a_row_is_drawn_once_however_often_the_table_changes(page, partial):
    page.goto(partial.url("second"))
    page.evaluate("window.line = document.querySelector('#table tbody tr')")
    page.locator("th button", has_text="Row").click()
    page.locator("#filters label", has_text="Errors").click()
    page.locator("#filters label", has_text="All").click()
    assert page.evaluate("document.contains(window.line)")
