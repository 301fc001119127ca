"""The page of a project: its experiments over time, and any two of them side by side."""

import re

from playwright.sync_api import expect

from tests.browser.site import Site, a_lab


def test_experiments_are_listed_with_their_numbers_and_drawn_over_time(page, finished):
    page.goto(finished.url())
    expect(page.locator("h1")).to_have_text("Support answers")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("shorter-prompt")
    label = page.locator("svg.trend").first.get_attribute("aria-label")
    assert label.index("baseline") < label.index("shorter-prompt")
    assert "95% interval" in label


def test_two_experiments_are_chosen_and_the_newer_is_laid_beside_the_older(page):
    lab = a_lab(datapoints=40)
    for number, name in enumerate(("first", "second", "third"), start=1):
        lab.run(number, name)
    with Site(lab) as site:
        page.goto(site.url())
        button = page.locator("button", has_text="Compare the two")
        expect(button).to_be_disabled()
        page.get_by_label("Compare first").check()
        page.get_by_label("Compare third").check()
        expect(page.get_by_label("Compare second")).to_be_disabled()
        button.click()
        expect(page.locator("h1")).to_contain_text("third")
        expect(page.locator(".facts")).to_contain_text("beside first")
        expect(page.locator("#table tbody tr").first).to_be_visible()


def test_an_evaluation_that_makes_no_experiment_is_listed_opened_and_compared(page):
    lab = a_lab(datapoints=20)
    lab.run(1, "first")
    lab.alone(2, "second")
    with Site(lab) as site:
        page.goto(site.url())
        line = page.locator("tbody tr").first
        expect(line.locator("th")).to_have_text("second evaluation")
        expect(line.locator("td.number").first).to_have_text("20")
        expect(page.locator("svg.trend")).to_have_count(3)
        line.get_by_role("link", name="second").click()
        expect(page.locator("h1")).to_contain_text("second")
        page.go_back()
        page.get_by_label("Compare first").check()
        page.get_by_label("Compare second").check()
        page.locator("button", has_text="Compare the two").click()
        expect(page.locator(".facts")).to_contain_text("beside first")
        refused = site.answer(f"{page.url.removeprefix(site.root)}nope", {})
        assert refused["statusCode"] == 400
        assert "No experiment with id &#39;x1nope&#39;." in refused["body"]
        back = re.search(r'<a href="(\?token=[^"&]+)">Show it as it is</a>', refused["body"])
        page.goto(f"{page.url.partition('?')[0]}{back[1]}")
        expect(page.locator("h1")).to_contain_text("second")


def test_an_experiment_is_opened_from_its_project(page, finished):
    page.goto(finished.url())
    page.get_by_role("link", name="baseline").click()
    expect(page.locator("h1")).to_contain_text("baseline")
    expect(page.locator(".answer")).to_contain_text("There is no base to compare with.")
