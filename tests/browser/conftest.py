"""A browser, and pages in it that must not complain."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.site import Site, a_lab

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30_000
"""Milliseconds for whatever a page is to do, on a machine that does much else."""
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """Where Chromium is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("The browser tests need Chromium on the PATH: install Debian's package `chromium`.", pytrace=False)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, for the tests of a module: it keeps a loop of asyncio running, which others would stumble over."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; nothing may be thrown in it, and nothing be refused by the page's policy."""
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    yield page
    assert not complaints


@pytest.fixture(scope="module")
def finished() -> Iterator[Site]:
    """A project with two experiments that have ended: the second shorter, and worse where it guesses."""
    lab = a_lab()
    lab.run(1, "baseline")
    lab.run(2, "shorter-prompt", description="Drops the two examples and asks for one paragraph.")
    with Site(lab) as site:
        yield site
