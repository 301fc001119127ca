"""The page of a Humanloop evaluation, which makes no experiment: with whatever its users may write into it."""

import re

import pytest
from playwright.sync_api import expect

from assay.domain.dataset import Datapoint
from assay.domain.evaluation import Pass
from assay.domain.link import LIFE, Sight, path_to_evaluation, signed
from assay.domain.log import Log, Report
from assay.domain.messages import Message
from assay.domain.posted import PostedLog, PostedResult
from assay.domain.score import FailedScore, Failure, Score
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.status import update_status
from tests.browser.payloads import PAYLOADS
from tests.browser.site import SECRET, Lab, Site, apart
from tests.browser.test_stored_xss import watched
from tests.support.build import TIMES, a_config, a_dataset_version, a_task, an_evaluation, an_evaluator_version
from tests.support.engine import ORGANISATION

ALL = " ".join(PAYLOADS)
"""What stands in every name and description."""


def poisoned_row(number, payload):
    """A datapoint with the payload wherever a client may write."""
    return Datapoint(
        id=f"dp_evts_1_{number}",
        inputs={payload: payload},
        messages=(Message(role="user", content=payload, name=payload),),
        target={payload: payload, "answer": payload},
    )


def people(number):
    """People that judge, and how they call it."""
    return an_evaluator_version(
        id=f"evv_p{number}", name=f"{ALL} {number}", description=ALL, type="human", code=None, return_type="text"
    )


def posted(lab, number, payload):
    """A log of a row, with the payload in all that is said of it; and what people posted on it."""
    report = Report(output=payload, output_message=Message(role="assistant", content=payload), error=None)
    log = Log(id=f"data_{number}", project_id="pr_1", config_id="config_x", report=report, **TIMES)
    lab.posted.save_log(ORGANISATION, "ev_h", PostedLog(ordinal=number, datapoint_id=f"dp_evts_1_{number}", log=log))
    scores = (
        Score(evaluator="evv_p0", value=payload, reason=payload, stdout=payload),
        FailedScore(evaluator="evv_p1", failure=Failure(kind="reported", message=payload)),
    )
    for score in scores:
        result = PostedResult(ordinal=number, log_id=log.id, score=score, **TIMES)
        lab.posted.save_result(ORGANISATION, "ev_h", result)


@pytest.fixture(scope="module")
def site():
    """An evaluation whose client posts what it is made of, and has ended."""
    lab = Lab(0, 1, [poisoned_row(number, payload) for number, payload in enumerate(PAYLOADS)])
    judges = (people(0), people(1))
    config = a_config(id="config_x", task=a_task(model=ALL))
    evaluation = an_evaluation(
        id="ev_h",
        name=ALL,
        reason=ALL,
        config_id=config.id,
        dataset=a_dataset_version(datapoints=len(lab.rows), name=ALL),
        generated_by="client",
        rounds=(),
        posted=tuple(judge.id for judge in judges),
        status="running",
    )
    lab.resources.create(ORGANISATION, *judges, config, evaluation)
    lab.evaluation, lab.this = evaluation, Pass(organisation=ORGANISATION, evaluation_id="ev_h", number=1)
    apart(lab.prepare)
    summarize_experiment(lab.this, **lab.ends, executions=lab.executions)
    for number, payload in enumerate(PAYLOADS):
        posted(lab, number, payload)
    update_status(
        ORGANISATION, "ev_h", "completed", resources=lab.resources, executions=lab.executions, clock=lab.clock
    )
    apart(lab.next_pass)
    with Site(lab) as served:
        yield served


def address(site):
    """The evaluation's link."""
    sight = Sight(organisation=ORGANISATION, kind="evaluation", id="ev_h", until=site.lab.clock.now() + LIFE)
    return f"{site.root}{path_to_evaluation(ORGANISATION, 'ev_h')}?token={signed(sight, SECRET)}"


def test_nothing_that_users_of_humanloop_write_runs_in_a_page(page, site):
    seen = watched(page)
    page.goto(address(site))
    expect(page.locator("#table tbody tr")).to_have_count(len(PAYLOADS))
    assert "pwned()" in page.locator("h1").inner_text()
    for summary in page.locator("summary").all():
        summary.click()
    page.locator("#table tbody button").first.click()
    for _ in PAYLOADS:
        page.evaluate("document.querySelectorAll('#detail summary').forEach((one) => one.click())")
        page.keyboard.press("ArrowRight")
    assert (seen, page.evaluate("window.ran")) == ([], None)


def test_an_evaluation_is_searched_and_read_as_an_experiment_is(page, site):
    page.goto(address(site))
    fault = page.locator(".faults li", has_text=f"{len(PAYLOADS)} rows have no score of")
    fault.get_by_role("link").click()
    expect(page.locator("#shown")).to_have_text(re.compile(f"^{len(PAYLOADS)} rows"))
    page.fill("#query", "dp_evts_1_12")
    expect(page.locator("#table tbody tr")).to_have_count(1)
    page.locator("#table tbody button").first.click()
    expect(page.locator("#detail p.failed").first).to_contain_text(f"reported: {PAYLOADS[12]}")
