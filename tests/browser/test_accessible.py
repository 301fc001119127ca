"""What axe finds in the pages: nothing serious, whatever the light and the width."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site, a_lab

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}


def grave(page: Page) -> list[str]:
    """The serious things that axe finds. It is put in by the browser's own tools, beside the page's policy."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"] if one["impact"] in GRAVE]


@pytest.fixture(scope="module")
def running():
    lab = a_lab(datapoints=20)
    lab.begin(1, "watched")
    with Site(lab) as site:
        yield site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 380])
def test_no_state_of_a_page_has_a_serious_fault(page, finished, running, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(finished.url("shorter-prompt"))
    for one in page.locator("summary").all():
        one.click()
    found = grave(page)
    page.locator("#table tbody button").nth(6).click()
    expect(page.locator("#detail")).to_be_visible()
    found += grave(page)
    for url in (finished.url(), running.url("watched"), finished.url("shorter-prompt").split("?")[0]):
        with_errors = url.endswith("shorter-prompt")
        if not with_errors:
            page.goto(url)
            found += grave(page)
    assert found == []
