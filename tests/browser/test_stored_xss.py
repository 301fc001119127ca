"""Whatever stands in whatever field, a page shows it and nothing runs."""

import json
from datetime import datetime
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from assay.domain.report import FullReport, Report, ReportRow
from tests.browser.payloads import PAYLOADS
from tests.browser.site import PROJECT, Site, a_lab

WORDS_OF_OURS = {"status", "finding", "silence", "method", "kind"}
"""Fields that hold one of a few words, and that nobody else can write."""


def test_the_corpus_is_as_large_as_was_promised():
    assert len(set(PAYLOADS)) >= 60


@pytest.fixture(scope="module")
def site():
    lab = a_lab(datapoints=len(PAYLOADS), trials=2)
    lab.run(1, "base")
    lab.run(2, "poisoned")
    with Site(lab) as site:
        yield site


def poisoned(value, payload, numbers, name=""):
    """The value with the payload in every text of it that is not a word of ours or a moment, and in every name."""
    if isinstance(value, str) and name not in WORDS_OF_OURS and not is_moment(value):
        return f"{payload} {next(numbers)}"
    if isinstance(value, list):
        return [poisoned(one, payload, numbers) for one in value]
    if isinstance(value, dict):
        return {key: poisoned(one, payload, numbers, key) for key, one in value.items()}
    return value


def is_moment(text):
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def named(values, payload):
    """An object whose names are the payload, too."""
    return {f"{payload} {number}": value for number, value in enumerate(values.values())}


def a_poisoned_head(head, payload):
    """Everything on the page but its rows."""
    values = poisoned(json.loads(head.model_dump_json()), payload, count())
    values["configuration"] = named(values["configuration"], payload)
    values["errors_by_kind"] = {payload: 3}
    return Report.model_validate(values)


def a_poisoned_row(text, payload):
    """A row, whose scores keep the names of the head's."""
    values = poisoned(json.loads(text), payload, count())
    for field in ("inputs", "metadata"):
        values[field] = named(values[field], payload)
    return ReportRow.model_validate(values).model_dump_json()


def watched(page: Page) -> list[str]:
    """What should stay empty: every dialog and every request to somewhere else."""
    seen = list[str]()
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda one: None if one.url.startswith("http://127.0.0.1") else seen.append(one.url))
    page.add_init_script("window.pwned = () => { window.ran = true; }")
    return seen


def test_no_row_runs_anything_whatever_stands_in_it(page, site):
    seen, kept = watched(page), site.lab.runs.reports["acme/ev_x2"]
    rows = tuple(a_poisoned_row(row, payload) for row, payload in zip(kept.rows, PAYLOADS, strict=False))
    site.lab.runs.reports["acme/ev_x2"] = FullReport(kept.head, rows)
    page.goto(site.url("poisoned"))
    expect(page.locator("#table tbody tr")).to_have_count(len(rows))
    page.locator("#table tbody button").first.click()
    for _ in rows:
        page.evaluate("document.querySelectorAll('#detail summary').forEach((one) => one.click())")
        page.keyboard.press("ArrowRight")
    site.lab.runs.reports["acme/ev_x2"] = kept
    assert (seen, page.evaluate("window.ran")) == ([], None)


def test_no_heading_number_or_setting_runs_anything(page, site):
    seen, kept = watched(page), site.lab.runs.reports["acme/ev_x2"]
    for payload in PAYLOADS:
        site.lab.runs.reports["acme/ev_x2"] = FullReport(a_poisoned_head(kept.head, payload), kept.rows[:2])
        page.goto(site.url("poisoned"), wait_until="domcontentloaded")
        assert payload.strip() in page.locator("h1").evaluate("one => one.textContent") or "\x00" in payload
        assert page.evaluate("window.ran") is None, payload
    site.lab.runs.reports["acme/ev_x2"] = kept
    assert seen == []


def test_no_name_of_a_project_an_experiment_or_a_score_runs_anything_on_the_projects_page(page, site):
    seen, kept = watched(page), dict(site.lab.resources.kept)
    for payload in PAYLOADS:
        for key, one in kept.items():
            if hasattr(one, "evaluation_id"):
                site.lab.resources.kept[key] = one.model_copy(update={"name": f"{payload} {one.id}"})
        page.goto(site.url(), wait_until="domcontentloaded")
        assert page.evaluate("window.ran") is None, payload
    site.lab.resources.kept.update(kept)
    assert seen == []
    assert PROJECT in page.locator("h1").inner_text()
