"""A config called outside any evaluation: whatever becomes of the call, its log says it."""

import pytest

from assay.dialects.humanloop.translate_calls import refusal
from assay.domain.errors import InvalidRequest, NotFound, ProviderGarbled, ProviderThrottled, ProviderUnavailable
from assay.domain.log import Report
from assay.domain.messages import Message
from assay.domain.project import Project
from assay.use_cases.call_config import PATIENCE, ConfigCall, call_config
from tests.support.build import TIMES, a_datapoint, a_task
from tests.support.fake_logs import FakeLogs
from tests.support.fake_resources import FakeResources
from tests.support.fakes import FakePrices, FakeProvider, FakeProviderLimits, counting_ids
from tests.support.virtual_time import VirtualClock

TASK = a_task(endpoint="chat", chat_template=(Message(role="user", content="{{a}}"),))


class World:
    """A project, and a model that says its last message back."""

    def __init__(self):
        self.resources, self.logs, self.clock, self.provider = (
            FakeResources(),
            FakeLogs(),
            VirtualClock(),
            FakeProvider(),
        )
        self.limits = FakeProviderLimits()
        self.project = Project(id="pr_1", name="p", **TIMES)
        self.resources.create("acme", self.project)

    def called(self, **wish):
        """The call, made of a datapoint whose input is an x."""
        whole = {"datapoint": a_datapoint(inputs={"a": "x"}), "report": Report(source="s"), "task": TASK, **wish}
        return self.clock.run(
            call_config(
                "acme",
                ConfigCall(project_id="pr_1", config_id="config_1", **whole),
                resources=self.resources,
                logs=self.logs,
                open_provider=self.provider,
                limits=self.limits,
                prices=FakePrices(),
                clock=self.clock,
                random=lambda: 0.5,
                new_id=counting_ids(),
            )
        )


@pytest.fixture
def world():
    return World()


def reports(world):
    """What was kept."""
    return [log.report for log in world.logs.kept.values()]


def test_samples_are_asked_for_at_once_and_each_is_kept(world):
    world.provider.latency = 2
    called = world.called(samples=3)
    assert world.provider.peak == 3
    assert [sample.log.report.output for sample in called.samples] == ["x", "x", "x"]
    assert [report.provider_latency for report in reports(world)] == [2, 2, 2]
    assert {report.source for report in reports(world)} == {"s"}


def test_inputs_that_are_missing_are_named_before_anybody_is_asked(world):
    with pytest.raises(InvalidRequest, match=r"variables: a\."):
        world.called(datapoint=a_datapoint(inputs={}))
    assert (world.provider.calls, reports(world)) == (0, [])


def test_an_answer_that_does_not_come_is_given_up_while_the_function_still_lives(world):
    world.provider.latency = PATIENCE + 1
    called = world.called()
    assert world.clock.monotonic() == PATIENCE
    (report,) = reports(world)
    assert (report.error, report.duration) == ("The model took longer than 280 seconds.", PATIENCE)
    assert refusal("openai", called).detail.code == 504


@pytest.mark.parametrize(
    "error", [ProviderUnavailable("down"), ProviderGarbled("senseless"), ProviderThrottled("slower")]
)
def test_a_provider_that_keeps_failing_is_unavailable_and_its_log_says_so(world, error):
    world.provider.answer = lambda _: error
    called = world.called()
    said = refusal("openai", called).detail
    assert (said.type, said.code, said.message) == ("service_unavailable_error", 503, str(error))
    assert [report.error for report in reports(world)] == [str(error)]
    assert world.provider.calls > 1


def test_a_log_says_how_long_the_last_call_took_and_how_long_all_of_them_did(world):
    world.provider.latency, world.provider.answer = 2, lambda _: ProviderUnavailable("down")
    world.called()
    (report,) = reports(world)
    assert (world.provider.calls, report.provider_latency) == (3, 2)
    assert report.duration == world.clock.monotonic() > 6


def test_a_log_says_what_the_prompt_and_the_output_cost_where_the_model_has_a_price(world):
    models = (TASK.model_copy(update={"model": name}) for name in ("gpt-x", "unpriced"))
    priced, other = (world.called(task=model).samples[0].log.report for model in models)
    assert (priced.prompt_cost, priced.output_cost) == (priced.prompt_tokens / 2, priced.output_tokens / 4)
    assert (other.prompt_tokens, other.prompt_cost, other.output_cost) == (priced.prompt_tokens, None, None)


def test_a_provider_that_wants_a_long_pause_is_not_waited_for(world):
    world.provider.answer = lambda _: ProviderThrottled("slower", retry_after=60)
    called = world.called()
    assert world.clock.monotonic() < 5
    assert refusal("openai", called).detail.code == 503
    assert "wants its callers to wait" in (reports(world)[0].error or "")
    world.called()
    assert world.provider.calls == 1


def test_of_a_project_that_is_deleted_meanwhile_nothing_is_kept(world):
    world.provider.answer = lambda _: world.resources.delete("acme", world.project) or "late"
    with pytest.raises(NotFound):
        world.called()
    assert reports(world) == []
