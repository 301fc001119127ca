"""Posted logs before our evaluators: judged once each, also those whose own judging was lost, and as they were posted."""

import pytest

from assay.domain.dataset import Datapoint
from assay.domain.errors import Unfinished
from assay.domain.evaluation import Evaluation
from assay.domain.lane import LogTurn
from assay.domain.log import Report
from assay.domain.messages import Message
from assay.use_cases.update_evaluation.logs import PostLog, post_log
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import a_dataset_version, a_judge_version, a_task, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine
from tests.support.fake_posted import FakeLogScoring

LENGTH = an_evaluator_version(
    arguments_type="target_free", return_type="number", code="def length(log):\n    return len(log['output'])\n"
)


class Client:
    """Whoever posts the logs of an evaluation of `rows` rows; our evaluators are asked when `judge` says so."""

    def __init__(self, *evaluators, rows=3):
        self.engine = engine = Engine(datapoints=0, evaluators=evaluators or (LENGTH,))
        points = [Datapoint(id=f"dp_1_s_{n}", inputs={"a": "1", "b": str(n)}) for n in range(rows)]
        engine.datasets.append(ORGANISATION, "evts_1", "s", points)
        version = a_dataset_version(datapoints=rows)
        self.change(generated_by="client", dataset=version)
        self.scoring = FakeLogScoring()

    @property
    def ports(self):
        engine = self.engine
        return {"resources": engine.resources, "executions": engine.executions, "clock": engine.clock}

    def change(self, **fields):
        before = self.engine.current
        after = before.revised(self.engine.clock.now(), **fields)
        self.engine.resources.replace(ORGANISATION, before, after)

    def set_status(self, status):
        return update_status(ORGANISATION, "ev_1", status, **self.ports)

    def post(self, row, **report):
        wish = PostLog(evaluation_id="ev_1", datapoint_id=f"dp_1_s_{row}", report=Report(**report))
        engine = self.engine
        return post_log(
            ORGANISATION,
            wish,
            resources=engine.resources,
            datasets=engine.datasets,
            posted=engine.posted,
            scoring=self.scoring,
            clock=engine.clock,
        )

    def judge(self, row):
        turn = LogTurn(organisation=ORGANISATION, evaluation_id="ev_1", ordinal=row)
        self.engine.clock.run(self.engine.score(turn))

    def run_pass(self):
        self.engine.this = self.engine.current.latest_pass(ORGANISATION)
        return self.engine.finish()

    def values(self):
        found = self.engine.posted.results(ORGANISATION, "ev_1", range(100))
        return {(one.ordinal, one.score.evaluator): getattr(one.score, "value", None) for one in found}


def test_a_log_that_comes_before_the_plan_is_judged_by_the_pass_that_makes_the_plan():
    client = Client()
    client.set_status("running")
    client.post(1, output="four")
    client.judge(1)
    assert client.values() == {}
    client.run_pass()
    assert client.values() == {(1, "evv_1"): 4}


def test_a_log_that_comes_while_the_plan_is_being_made_is_judged_too():
    client = Client()
    save = client.engine.runs.save_plan

    def meanwhile(organisation, plan):
        client.set_status("running")
        client.post(0, output="x")
        client.judge(0)
        save(organisation, plan)

    client.engine.runs.save_plan = meanwhile
    client.run_pass()
    assert client.values() == {(0, "evv_1"): 1}


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_log_whose_judging_was_lost_is_judged_when_the_client_is_done_but_not_when_it_gives_up(status):
    client = Client()
    client.set_status("running")
    client.run_pass()
    client.post(0, output="judged")
    client.judge(0)
    client.post(2, output="missed")
    client.set_status(status)
    summary = client.run_pass()
    swept = {(2, "evv_1"): 6} if status == "completed" else {}
    assert client.values() == {(0, "evv_1"): 6, **swept}
    assert (summary.status, summary.n_outputs, summary.scores[0].n_scored) == (status, 2, 1 + len(swept))


def test_a_log_that_cannot_be_judged_now_asks_to_be_tried_again():
    client = Client()
    client.set_status("running")
    client.run_pass()
    client.post(0, output="x")
    client.engine.invocation_seconds = 30
    with pytest.raises(Unfinished):
        client.judge(0)
    assert client.values() == {}


def test_evaluators_see_the_inputs_and_messages_that_the_client_reports():
    code = "def seen(log):\n    return float(log['inputs']['a'] + log['messages'][0]['content'])\n"
    client = Client(an_evaluator_version(arguments_type="target_free", return_type="number", code=code))
    client.set_status("running")
    client.run_pass()
    client.post(0, output="x", inputs={"a": "4"}, messages=(Message(role="user", content="2"),))
    client.judge(0)
    assert client.values() == {(0, "evv_1"): 42}


def test_a_log_without_messages_has_those_that_the_config_makes_of_the_datapoint():
    judge = a_judge_version(task=a_task(prompt_template="{{log_prompt}}"))
    client = Client(judge)
    client.set_status("running")
    client.run_pass()
    log = client.post(1, output="x")
    asked = []
    client.engine.judge.answer = lambda messages: asked.append(messages[0].content) or "True"
    client.judge(1)
    assert [message.content for message in log.report.messages] == asked == ["Add 1 and 1."]


def test_a_judge_that_is_cut_off_keeps_what_it_said_and_is_asked_no_more():
    engine = Engine(datapoints=1000, width=10, evaluators=(a_judge_version(),))

    def cancelling(_):
        if engine.judge.calls == 300:
            ports = {"resources": engine.resources, "executions": engine.executions, "clock": engine.clock}
            update_status(ORGANISATION, "ev_1", "cancelled", **ports)
        return "True"

    engine.judge.answer = cancelling
    engine.finish()
    engine.this = engine.current.latest_pass(ORGANISATION)
    summary = engine.finish()
    assert engine.judge.calls <= 300 + 100 + 10
    assert summary.status == "cancelled"
    assert 300 - 10 <= summary.scores[0].n_scored <= engine.judge.calls


def test_code_begins_no_batch_once_the_evaluation_has_ended_and_what_it_said_is_kept():
    second = an_evaluator_version(id="evv_2", evaluator_id="evfn_2")
    engine = Engine(datapoints=2000, width=100, evaluators=(LENGTH, second))
    batches, run = [], engine.code_runner.run

    async def cancelling(batch):
        batches.append(len(batch.rows))
        if len(batches) == 2:
            engine.resources.replace(
                ORGANISATION, engine.current, engine.current.revised(engine.clock.now(), status="cancelled")
            )
        return await run(batch)

    engine.code_runner.run = cancelling
    summary = engine.finish()
    assert batches == [1000, 1000]
    assert engine.resources.get(ORGANISATION, Evaluation, "ev_1").status == "cancelled"
    assert [score.n_scored for score in summary.scores] == [1000, 1000]
