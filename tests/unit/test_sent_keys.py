"""Provider keys that a client sends: there for the passes that need them, gone when nothing more can run."""

import pytest
from pydantic import SecretStr, ValidationError

from assay.dialects.humanloop.requests import CreateEvaluationRequest
from assay.dialects.launches import launcher
from assay.domain.errors import IllegalTransition, InvalidRequest
from assay.domain.failure import PassFailed
from assay.domain.trigger import HumanloopLaunch
from assay.use_cases.fail_evaluation import fail_evaluation
from assay.use_cases.sent_keys import NOTHING_SENT, SentKeys
from assay.use_cases.update_evaluation.evaluators import add_evaluators
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import an_evaluator_version
from tests.support.engine import ORGANISATION, Engine

KEYS = {"openai": SecretStr("sk-1")}
OTHER = {"openai": SecretStr("sk-2")}
LAUNCH = {"config_id": "c", "evaluator_ids": [], "dataset_id": "d"}


def kept(engine):
    return engine.request_keys.read(ORGANISATION, "ev_1")


def changing(engine, keys):
    """What a client's change of the evaluation takes, with keys that come along."""
    sent = SentKeys(keys, engine.request_keys)
    return {"resources": engine.resources, "executions": engine.executions, "sent": sent, "clock": engine.clock}


@pytest.fixture
def engine():
    made = Engine(datapoints=4)
    SentKeys(KEYS, made.request_keys).keep_for(made.this)
    return made


def test_where_none_come_none_are_kept():
    engine = Engine(datapoints=1)
    SentKeys({}, engine.request_keys).keep_for(engine.this)
    NOTHING_SENT.keep_for(engine.this)
    assert engine.request_keys.kept == {}


def test_keys_are_gone_when_the_evaluation_is_complete(engine):
    assert kept(engine) == KEYS
    engine.finish()
    assert kept(engine) == {}


def test_keys_are_gone_when_the_evaluation_has_failed_and_come_again_with_its_resumption(engine):
    fail_evaluation(PassFailed(this=engine.this, reason="ABORTED"), **engine.ends)
    assert kept(engine) == {}
    update_status(ORGANISATION, "ev_1", "running", **changing(engine, OTHER))
    assert kept(engine) == OTHER
    engine.next_pass()
    assert kept(engine) == {}


def test_keys_are_gone_when_the_evaluation_is_cancelled(engine):
    update_status(ORGANISATION, "ev_1", "cancelled", **changing(engine, {}))
    engine.next_pass()
    assert kept(engine) == {}


def test_keys_that_come_with_a_judge_outlive_the_end_of_the_pass_before(engine):
    engine.resources.create(ORGANISATION, an_evaluator_version(id="evv_2", evaluator_id="evfn_2"))
    engine.finish()
    ended = engine.this
    add_evaluators(ORGANISATION, "ev_1", (), ("evv_2",), **changing(engine, OTHER))
    engine.request_keys.forget(ended)
    assert kept(engine) == OTHER
    engine.next_pass()
    assert kept(engine) == {}


def test_a_change_that_is_refused_keeps_no_keys(engine):
    fail_evaluation(PassFailed(this=engine.this, reason="ABORTED"), **engine.ends)
    engine.resources.create(ORGANISATION, an_evaluator_version(id="evv_2", evaluator_id="evfn_2"))
    with pytest.raises(IllegalTransition):
        add_evaluators(ORGANISATION, "ev_1", (), ("evv_2",), **changing(engine, OTHER))
    with pytest.raises(IllegalTransition):
        update_status(ORGANISATION, "ev_1", "pending", **changing(engine, OTHER))
    assert kept(engine) == {}


def test_a_request_shows_its_keys_to_nobody_who_prints_it():
    launch = CreateEvaluationRequest.model_validate({**LAUNCH, "provider_api_keys": {"openai": "sk-1", "ai21": "x"}})
    assert launch.keys == KEYS
    assert "sk-1" not in repr(launch) + launch.model_dump_json()


@pytest.mark.parametrize("sent", [None, {}, {"openai": None}, {"openai": ""}, {"ai21": "x", "mock": "y"}])
def test_of_providers_that_cannot_be_called_no_key_is_taken(sent):
    assert CreateEvaluationRequest.model_validate({**LAUNCH, "provider_api_keys": sent}).keys == {}


@pytest.mark.parametrize("sent", ["sk-1", ["sk-1"], {"openai": ["sk-1"]}, {"openai": "s" * 513}])
def test_keys_of_another_form_are_refused_and_not_repeated(sent):
    with pytest.raises(ValidationError) as refused:
        CreateEvaluationRequest.model_validate({**LAUNCH, "provider_api_keys": sent})
    assert "sk-1" not in str(refused.value)


def test_a_trigger_holds_no_keys_and_takes_none_from_its_events():
    keys = {"provider_api_keys": {"openai": "sk-1"}}
    with pytest.raises(ValidationError, match="provider_api_keys"):
        HumanloopLaunch(project_id="p", body=keys)
    launch = HumanloopLaunch(project_id="p", body={**LAUNCH, "provider_api_keys": {}})
    with pytest.raises(InvalidRequest, match="provider_api_keys"):
        launcher(ports=None)(ORGANISATION, launch.model_copy(update={"body": {**LAUNCH, **keys}}), str)
