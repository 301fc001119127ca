"""Resources and the limits of providers: the fakes and the adapters keep the same words (assay/ports)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from assay.domain.completion import Completion
from assay.domain.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.ids import make_id
from assay.domain.messages import Message
from assay.domain.project import Project
from assay.domain.provider_limit import Denial, Hold, ProviderLimit
from assay.domain.score import Usage
from assay.domain.task import Config
from tests.support.build import (
    NOON,
    TIMES,
    a_config,
    a_task,
    an_evaluation,
)


def a_project(name="sums", identifier="pr_1"):
    return Project(id=identifier, name=name, **TIMES)


def identifier(number):
    """Ids as they come one second after the other, of which the later sorts later."""
    return make_id("pr_", NOON + timedelta(seconds=number), bytes([255 - number % 256] * 14))


def test_a_resource_is_got_by_its_id_and_kind_alone(ports, acme):
    ports.resources.create(acme, a_project())
    assert ports.resources.get(acme, Project, "pr_1") == a_project()
    for organisation, kind, wanted in ((acme, Config, "pr_1"), (acme, Project, "pr_2"), (f"{acme}0", Project, "pr_1")):
        with pytest.raises(NotFound):
            ports.resources.get(organisation, kind, wanted)
    for strange in ("", "x" * 5000, "@", "pr_1#", "\0"):
        with pytest.raises(NotFound):
            ports.resources.get(acme, Project, strange)


def test_an_id_is_taken_once(ports, acme):
    ports.resources.create(acme, a_config())
    with pytest.raises(AlreadyExists):
        ports.resources.create(acme, a_config(name="another"))
    assert ports.resources.get(acme, Config, "config_1").name == "adder"
    ports.resources.create(f"{acme}0", a_config(name="another"))


def test_a_unique_name_is_taken_once(ports, acme):
    ports.resources.create(acme, a_project())
    with pytest.raises(AlreadyExists, match=r"sums|taken"):
        ports.resources.create(acme, a_project(identifier="pr_2"))
    with pytest.raises(NotFound):
        ports.resources.get(acme, Project, "pr_2")
    ports.resources.create(acme, a_project("products", "pr_2"))


def test_of_several_resources_all_are_created_or_none(ports, acme):
    ports.resources.create(acme, a_project())
    with pytest.raises(AlreadyExists):
        ports.resources.create(acme, a_config(), a_project(identifier="pr_2"))
    with pytest.raises(NotFound):
        ports.resources.get(acme, Config, "config_1")
    assert ports.resources.listed(acme, Config, "pr_1/configs") == []


def test_many_are_got_in_the_order_of_their_ids_however_many(ports, acme):
    made = [a_project(f"sums {n}", identifier(n)) for n in range(130)]
    for one in made:
        ports.resources.create(acme, one)
    wanted = [one.id for one in reversed(made)] + [made[3].id] * 2
    assert [one.id for one in ports.resources.get_many(acme, Project, wanted)] == wanted
    assert ports.resources.get_many(acme, Project, iter(())) == []
    for lacking in ("pr_unknown", "", "x" * 5000):
        with pytest.raises(NotFound):
            ports.resources.get_many(acme, Project, [*wanted, lacking])
    with pytest.raises(NotFound):
        ports.resources.get_many(acme, Config, wanted[:1])
    assert ports.resources.listed(acme, Project, "projects") == made


def test_large_resources_are_listed_whole(ports, acme):
    made = [a_config(id=f"config_{n:03d}", task=a_task(other={"x": "y" * 90_000})) for n in range(25)]
    for one in made:
        ports.resources.create(acme, one)
    assert ports.resources.listed(acme, Config, "pr_1/configs") == made


def test_a_list_is_in_order_of_creation_and_of_one_name_only(ports, acme):
    later, earlier = a_project("later", identifier(2)), a_project("earlier", identifier(1))
    ports.resources.create(acme, later)
    ports.resources.create(acme, earlier)
    ports.resources.create(acme, an_evaluation(project_id=earlier.id))
    assert ports.resources.listed(acme, Project, "projects") == [earlier, later]
    assert ports.resources.listed(acme, Evaluation, f"{later.id}/evaluations") == []
    assert ports.resources.listed(f"{acme}0", Project, "projects") == []


def test_a_resource_is_replaced_by_its_next_revision_only(ports, acme):
    before = a_project()
    ports.resources.create(acme, before)
    after = before.revised(NOON, active_config_id="config_1")
    ports.resources.replace(acme, before, after)
    assert ports.resources.get(acme, Project, "pr_1") == after
    with pytest.raises(Conflict):
        ports.resources.replace(acme, before, before.revised(NOON, active_config_id="config_2"))
    assert ports.resources.get(acme, Project, "pr_1") == after
    assert ports.resources.listed(acme, Project, "projects") == [after]


def test_what_is_not_there_cannot_be_replaced(ports, acme):
    with pytest.raises(Conflict):
        ports.resources.replace(acme, a_project(), a_project().revised(NOON))
    with pytest.raises(NotFound):
        ports.resources.get(acme, Project, "pr_1")


def test_of_many_who_replace_at_once_one_does(cloud, acme):
    cloud.stores.forget_items()
    resources, before = cloud.stores.resources, a_project()
    resources.create(acme, before)

    def replaced(number):
        try:
            resources.replace(acme, before, before.revised(NOON, active_config_id=f"config_{number}"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(replaced, range(20))) == 1


def test_what_is_larger_than_an_item_should_be_is_refused(cloud, acme):
    with pytest.raises(InvalidRequest, match="Too large"):
        cloud.stores.resources.create(acme, a_config(task=a_task(other={"x": "y" * 100_000})))
    with pytest.raises(InvalidRequest, match="Too large"):
        cloud.stores.resources.create(acme, a_config(task=a_task(other={"x": "é" * 50_000})))
    with pytest.raises(InvalidRequest, match="too long"):
        cloud.stores.resources.create(acme, a_project("é" * 600))


def test_the_longest_hold_of_an_account_is_kept_for_all_who_ask(ports, acme):
    def hold(seconds):
        return Hold(until=NOON + timedelta(seconds=seconds), seconds=seconds)

    assert ports.limits.read(acme, "key-1") == ProviderLimit()
    for seconds in (20, 60.5, 30):
        ports.limits.hold(acme, "key-1", hold(seconds))
    assert ports.limits.read(acme, "key-1") == ProviderLimit(hold=hold(60.5))
    for organisation, account in ((acme, "key-2"), (acme, "key-"), (f"{acme}0", "key-1")):
        assert ports.limits.read(organisation, account) == ProviderLimit()


def test_denials_are_kept_for_each_model_beside_the_hold(ports, acme):
    hold, denial = Hold(until=NOON, seconds=1), Denial(at=NOON, message="401: wrong key")
    for model in ("gpt-x", "models/gpt#y"):
        ports.limits.deny(acme, "key-1", model, denial)
    ports.limits.hold(acme, "key-1", hold)
    found = ports.limits.read(acme, "key-1")
    assert found == ProviderLimit(hold=hold, denials={"gpt-x": denial, "models/gpt#y": denial})


# Answers


def an_answer(text="Yes."):
    return Completion(text=text, message=Message(role="assistant", content=text), usage=Usage(prompt_tokens=3))


def test_answers_are_found_by_their_requests_many_at_once(ports, acme):
    requests = [f"{number:064x}" for number in range(150)]
    for request in requests[:120]:
        ports.answers.keep(acme, "pr_1", request, an_answer(request))
    found = ports.answers.find(acme, "pr_1", requests)
    assert found == {request: an_answer(request) for request in requests[:120]}
    assert ports.answers.find(f"{acme}0", "pr_1", requests) == {}
    assert ports.answers.find(acme, "pr_10", requests) == {}
    assert ports.answers.find(acme, "pr_1", []) == {}


def test_a_later_answer_takes_the_earlier_ones_place(ports, acme):
    ports.answers.keep(acme, "pr_1", "r", an_answer())
    ports.answers.keep(acme, "pr_1", "r", an_answer("No."))
    assert ports.answers.find(acme, "pr_1", ["r"]) == {"r": an_answer("No.")}
