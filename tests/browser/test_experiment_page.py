"""The page of an experiment that has ended, as the person who ran it uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site, a_lab, apart

ROWS = "#table tbody tr"


@pytest.fixture
def opened(page: Page, finished: Site) -> Page:
    """The page of the second experiment."""
    page.goto(finished.url("shorter-prompt"))
    expect(page.locator(ROWS).first).to_be_visible()
    return page


def column(page: Page, title: str) -> list[str]:
    """The texts of a column, from the top."""
    titles = [one.strip(" ↑↓") for one in page.locator("#table thead th").all_inner_texts()]
    return page.locator(f"{ROWS} td:nth-child({titles.index(title) + 1})").all_inner_texts()


def shown(page: Page) -> str:
    return page.locator("#shown").inner_text()


def test_it_says_first_whether_the_run_is_better_and_how_surely(opened):
    expect(opened.locator("h1")).to_contain_text("shorter-prompt")
    expect(opened.locator("h1 .status")).to_have_text("completed")
    expect(opened.locator(".answer")).to_contain_text("Worse than baseline on Exact match")
    line = opened.locator("tbody.score", has_text="Exact match")
    expect(line.locator(".verdict.worse")).to_have_text(
        re.compile(r"Worse by \d+\.\d points \(with 95% confidence, \d+\.\d to \d+\.\d points\)\.")
    )
    assert re.search(
        r"Exact match: \d+\.\d%, 95% interval .* to .*%; the base",
        str(line.locator("svg").first.get_attribute("aria-label")),
    )


def test_a_score_without_a_difference_says_what_the_datapoints_would_have_shown(opened):
    line = opened.locator("tbody.score", has_text="Helpful")
    expect(line.locator(".verdict.same")).to_have_text(
        re.compile(
            r"No difference that \d+ datapoints can show; they would show \d+\.\d points\.|The same on all \d+ datapoints\."
        )
    )


def test_how_sure_a_score_is_unfolds_with_its_distribution(opened):
    line = opened.locator("tbody.score", has_text="Exact match")
    line.locator("summary").click()
    expect(line.locator("svg.histogram")).to_be_visible()
    expect(line.locator("dl")).to_contain_text("95% interval")
    expect(line.locator("dl")).to_contain_text("Smallest visible difference")


def test_errors_are_named_before_the_numbers_can_be_believed(opened):
    doubts = opened.locator(".doubts")
    expect(doubts).to_contain_text("4 of 120 rows have no output (4 refused). They count in no mean.")


def test_what_it_took_is_said_in_latency_tokens_and_money(opened):
    took = opened.locator("section", has=opened.locator("#took"))
    expect(took).to_contain_text("Latency p50400 ms")
    expect(took).to_contain_text(re.compile(r"Tokens[\d,]+ in, [\d,]+ out"))
    expect(took).to_contain_text(re.compile(r"Cost of models\$[\d,.]+"))


def test_rows_that_failed_or_got_worse_come_first(opened):
    outputs = column(opened, "Output")
    assert [text.startswith("refused: ") for text in outputs[:5]] == [True, True, True, True, False]
    worse = column(opened, "Exact match")[4:]
    assert "▼" in worse[0]
    assert shown(opened) == "120 rows, errors and what changed first."


def test_a_click_on_a_column_sorts_up_then_down_then_not(opened):
    first = column(opened, "Row")
    head = opened.locator("th button", has_text="Row")
    head.click()
    assert column(opened, "Row")[:3] == ["1", "2", "3"]
    expect(opened.locator("th[aria-sort=ascending]")).to_contain_text("Row")
    head.click()
    assert column(opened, "Row")[:3] == ["120", "119", "118"]
    head.click()
    assert column(opened, "Row") == first


def test_a_filter_shows_what_is_worse_or_failed_and_says_how_many(opened):
    opened.locator("#filters label", has_text="Errors").click()
    assert all(text.startswith("refused: ") for text in column(opened, "Output"))
    assert shown(opened).startswith("4 of 120 rows")
    opened.locator("#filters label", has_text="Worse").click()
    assert all("▼" in row for row in opened.locator(ROWS).all_inner_texts())


def test_what_failed_is_said_with_its_reason_and_leads_to_the_rows(opened):
    fault = opened.locator(".faults li")
    expect(fault).to_contain_text("4 rows have no output")
    expect(fault).to_contain_text("The content filter refused this question.")
    opened.fill("#query", "subscription")
    fault.get_by_role("link", name="Show where 4 rows have no output: refused").click()
    expect(opened.locator("#filters input:checked + *, #filters label:has(:checked)")).to_have_text(
        "No output: refused 4"
    )
    assert all(text.startswith("refused: ") for text in column(opened, "Output"))
    assert shown(opened).startswith("4 of 120 rows")


def test_a_search_looks_into_whatever_a_row_has(opened):
    opened.fill("#query", "TICKET 1007")
    assert column(opened, "Row") == ["8"]
    opened.fill("#query", "content filter")
    assert len(column(opened, "Row")) == 4
    opened.fill("#query", "no row says so")
    assert shown(opened) == "0 of 120 rows, errors and what changed first."


def test_a_hundred_rows_are_shown_at_a_time(opened):
    assert opened.locator(ROWS).count() == 100
    opened.locator("#more").click()
    assert opened.locator(ROWS).count() == 120
    expect(opened.locator("#more")).to_be_hidden()


def test_a_row_in_full_has_all_that_went_in_and_came_out(opened):
    opened.locator("#filters label", has_text="Worse").click()
    opened.locator(f"{ROWS} button").first.click()
    detail = opened.locator("#detail")
    for said in (
        "You answer customers of Fathom, briefly.",
        "It helps.",
        "compared two texts",
        "31 tokens in",
        "400 ms",
    ):
        expect(detail).to_contain_text(re.compile(re.escape(said) if said != "It helps." else r"It (helps|does not)\."))
    expect(detail.locator(".trial").first.locator("ins").first).to_contain_text(
        re.compile(r"Preferences|Payments|Anything else")
    )
    expect(detail.locator(".trial.base")).to_contain_text("baseline")
    expect(detail.locator("summary", has_text="Metadata")).to_be_visible()


def test_an_error_in_full_says_its_kind_and_its_message(opened):
    opened.locator(f"{ROWS} button").first.click()
    expect(opened.locator("#detail .failed").first).to_have_text("refused: The content filter refused this question.")


def test_trials_stand_side_by_side_and_those_that_disagree_are_found(page):
    lab = a_lab(datapoints=20, trials=2)
    answers = iter(range(10**6))
    lab.begin(1, "twice")
    right = lab.provider.answer
    lab.provider.answer = lambda messages: "No." if next(answers) % 7 == 0 else right(messages)
    apart(lab.finish)
    with Site(lab) as site:
        page.goto(site.url("twice"))
        page.locator("#filters label", has_text="Trials disagree").click()
        page.locator(f"{ROWS} button").first.click()
        expect(page.locator("#detail .trial")).to_have_count(2)
        boxes = [box.bounding_box() for box in page.locator("#detail .trial").all()]
        assert boxes[0]["y"] == boxes[1]["y"]
        expect(page.locator("#detail h3", has_text="Trial 2")).to_be_visible()


def test_what_ran_is_there_to_the_last_word(opened):
    what = opened.locator("section", has=opened.locator("#what-ran"))
    expect(what).to_contain_text("openai/gpt-x")
    expect(what).to_contain_text("support-questions")
    what.locator("summary", has_text="Exact match").click()
    expect(what).to_contain_text("log['output'] == testcase['target']['answer']")


def test_everything_can_be_done_with_the_keyboard(opened):
    opened.keyboard.press("Tab")
    expect(opened.locator(".skip")).to_be_focused()
    opened.keyboard.press("Enter")
    expect(opened.locator("#rows")).to_be_focused()
    opened.keyboard.press("Tab")
    expect(opened.locator("#query")).to_be_focused()
    opened.keyboard.type("subscription")
    opened.keyboard.press("Tab")
    opened.keyboard.press("ArrowRight")
    expect(opened.locator("#filters input:checked")).to_have_value("worse")
    opened.keyboard.press("Tab")
    expect(opened.locator(".scroll:focus")).to_have_count(1)
    opened.keyboard.press("Tab")
    expect(opened.locator("th button:focus")).to_have_text("Row")
    opened.keyboard.press("Enter")
    expect(opened.locator("th button:focus")).to_have_text("Row ↑")
    first = column(opened, "Row")
    opened.locator(f"{ROWS} button").first.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("#detail-title")).to_contain_text(f"Row {first[0]}")
    opened.keyboard.press("ArrowRight")
    expect(opened.locator("#detail-title")).to_contain_text(f"Row {first[1]}")
    opened.keyboard.press("Escape")
    expect(opened.locator("#detail")).to_be_hidden()
    expect(opened.locator(f"{ROWS} button:focus")).to_have_text(first[1])


def test_the_address_of_an_open_row_opens_it_again(opened, page):
    opened.locator(f"{ROWS} button").nth(5).click()
    title = opened.locator("#detail-title").inner_text()
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#detail-title")).to_have_text(title)


@pytest.mark.parametrize("width", [360, 768])
def test_nothing_sticks_out_of_a_narrow_page(page, finished, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(finished.url("shorter-prompt"))
    expect(page.locator(ROWS).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(f"{ROWS} button").first.click()
    assert page.locator("#detail").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_follows_the_systems_wish_for_dark(browser, finished):
    for scheme, is_dark in (("light", False), ("dark", True)):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(finished.url("shorter-prompt"))
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", ground)[:3])) < 80) == is_dark
        context.close()


def test_the_file_stands_by_itself_and_asks_nobody_for_anything(page, finished, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(finished.lab.runs.pages["acme/ev_x2"], encoding="utf-8")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    expect(page.locator(ROWS)).to_have_count(100)
    page.locator(f"{ROWS} button").first.click()
    expect(page.locator("#detail")).to_be_visible()
    assert {url.partition("#")[0] for url in asked} == {file.as_uri()}


def test_it_prints_without_its_tools_and_with_what_is_folded(opened):
    opened.emulate_media(media="print")
    expect(opened.locator("#tools")).to_be_hidden()
    expect(opened.locator("svg.histogram").first).to_be_visible()
