"""ports.Resources and ports.Logs: the fakes and the adapters keep the same words."""

from datetime import timedelta

import pytest

from assay.domain.errors import AlreadyExists, Conflict, NotFound, TooMuch
from assay.domain.feedback import Feedback
from assay.domain.log import EARLIEST, LATEST, Log, Report, of_reference, of_session
from assay.domain.project import Project
from tests.support.aws import stores
from tests.support.fake_logs import FakeLogs
from tests.support.fake_resources import FakeResources
from tests.support.virtual_time import START


@pytest.fixture(params=["fake", "adapter"])
def resources(request):
    if request.param == "fake":
        yield FakeResources()
    else:
        with stores() as made:
            yield made.resources


@pytest.fixture(params=["fake", "adapter"])
def logs(request):
    if request.param == "fake":
        yield FakeLogs()
    else:
        with stores() as made:
            yield made.logs


def project(name="sums", identifier="pr_1"):
    return Project(id=identifier, created_at=START, updated_at=START, name=name)


def log(identifier, output="so"):
    return Log(
        id=identifier,
        created_at=START,
        updated_at=START,
        project_id="pr_1",
        config_id="config_1",
        report=Report(output=output),
    )


def test_what_is_deleted_is_found_no_more_and_its_name_is_free(resources):
    resources.create("org", project())
    resources.delete("org", project())
    with pytest.raises(NotFound):
        resources.get("org", Project, "pr_1")
    assert resources.listed("org", Project, "projects") == []
    resources.create("org", project(identifier="pr_2"))
    assert resources.named("org", Project, "projects/sums").id == "pr_2"


def test_the_newest_of_a_list_are_read_and_no_others(resources):
    for number in (2, 1, 3):
        resources.create("org", project(identifier=f"pr_{number}", name=f"sums {number}"))
    assert [one.id for one in resources.newest("org", Project, "projects", 2)] == ["pr_3", "pr_2"]
    assert resources.newest("other", Project, "projects", 2) == []


def test_what_has_changed_since_it_was_read_is_not_deleted(resources):
    resources.create("org", project())
    resources.replace("org", project(), project().revised(START, active_config_id="config_1"))
    with pytest.raises(Conflict):
        resources.delete("org", project())
    assert [one.active_config_id for one in resources.listed("org", Project, "projects")] == ["config_1"]


def test_deleting_twice_conflicts(resources):
    resources.create("org", project())
    resources.delete("org", project())
    with pytest.raises(Conflict):
        resources.delete("org", project())


def test_a_new_name_moves_with_the_resource(resources):
    resources.create("org", project())
    resources.replace("org", project(), project().revised(START, name="products"))
    assert resources.named("org", Project, "projects/products").revision == 1
    with pytest.raises(NotFound):
        resources.named("org", Project, "projects/sums")
    resources.create("org", project(identifier="pr_2"))


def test_a_name_that_is_taken_cannot_be_moved_to(resources):
    resources.create("org", project())
    resources.create("org", project("products", "pr_2"))
    with pytest.raises(AlreadyExists):
        resources.replace("org", project(), project().revised(START, name="products"))
    assert resources.get("org", Project, "pr_1") == project()
    assert resources.named("org", Project, "projects/products").id == "pr_2"


def test_renaming_what_has_changed_meanwhile_conflicts_and_takes_no_name(resources):
    resources.create("org", project())
    resources.replace("org", project(), project().revised(START, active_config_id="config_1"))
    with pytest.raises(Conflict):
        resources.replace("org", project(), project().revised(START, name="products"))
    with pytest.raises(NotFound):
        resources.named("org", Project, "projects/products")


def test_names_are_each_organisations_own(resources):
    resources.create("org", project())
    with pytest.raises(NotFound):
        resources.named("other", Project, "projects/sums")


FEEDBACK = Feedback(id="ann_1", type="rating", value="good", created_at=START)


def listed(logs, organisation="org", project_id="pr_1"):
    """All entries of a project."""
    return list(logs.listed(organisation, project_id, EARLIEST, LATEST))


def test_logs_are_read_in_the_order_asked_for_and_listed_with_their_sizes(logs):
    made = [log("data_1"), log("data_2", "x" * 150_000)]
    logs.save("org", made)
    assert logs.get_many("org", ["data_2", "data_1", "data_2"]) == [made[1], made[0], made[1]]
    second, first = listed(logs)
    assert (first.id, second.id, second.size - first.size) == ("data_1", "data_2", 150_000 - len("so"))


def test_logs_of_others_are_not_found(logs):
    logs.save("org", [log("data_1")])
    with pytest.raises(NotFound):
        logs.get_many("other", ["data_1"])
    assert logs.present("other", ["data_1"]) == {}
    assert (listed(logs, "other"), listed(logs, "org", "pr_2")) == ([], [])


def test_more_logs_than_a_transaction_holds_are_kept(logs):
    made = [log(f"data_{number:03d}") for number in range(95)]
    logs.save("org", made)
    assert [entry.id for entry in listed(logs)] == [one.id for one in made][::-1]


def test_logs_are_listed_by_when_they_were_made_between_two_keys(logs):
    moments = [START + timedelta(days=day) for day in range(5)]
    made = [log(f"data_{day}").model_copy(update={"created_at": moment}) for day, moment in enumerate(moments)]
    logs.save("org", made[::-1])
    keys = [entry.key for entry in listed(logs)][::-1]
    assert [one.split(" ")[1] for one in keys] == [one.id for one in made]
    assert [entry.key for entry in logs.listed("org", "pr_1", keys[1], keys[3])] == [keys[3], keys[2], keys[1]]
    assert list(logs.listed("org", "pr_1", keys[3], keys[1])) == []
    assert list(logs.listed("org", "pr_1", EARLIEST, "x" * 2000)) in ([], listed(logs))


def test_a_change_holds_only_where_nobody_else_was_first(logs):
    first = log("data_1")
    logs.save("org", [first])
    changed = first.revised(report=Report(output="changed"), feedback=(FEEDBACK,))
    logs.replace("org", first, changed)
    assert logs.get_many("org", ["data_1"]) == [changed]
    assert [entry.feedback for entry in listed(logs)] == [{"rating": ("good",)}]
    with pytest.raises(Conflict):
        logs.replace("org", first, first.revised())
    with pytest.raises(Conflict):
        logs.delete("org", first)
    assert logs.get_many("org", ["data_1"]) == [changed]


def test_a_deleted_log_is_on_no_list(logs):
    said = Report(session_id="sesh_1", reference_id="mine")
    made = [log(f"data_{number}").model_copy(update={"report": said}) for number in (1, 2)]
    logs.save("org", made)
    for index in (of_session("sesh_1"), of_reference("mine")):
        assert list(logs.mentioned("org", index)) == [("data_1", "pr_1"), ("data_2", "pr_1")]
        assert next(logs.mentioned("org", index, newest_first=True)).id == "data_2"
        assert list(logs.mentioned("other", index)) == []
    logs.delete("org", made[0])
    assert logs.present("org", ["data_1", "data_2"]) == {"data_2": made[1]}
    assert [entry.id for entry in listed(logs)] == ["data_2"]
    assert list(logs.mentioned("org", of_session("sesh_1"))) == [("data_2", "pr_1")]
    with pytest.raises(Conflict):
        logs.delete("org", made[0])


def test_a_large_log_lies_in_the_bucket_and_its_item_has_its_digest():
    with stores() as made:
        made.logs.save("org", [log("data_1", "x" * 150_000)])
        item = made.table.get("org", "data_1", "log")
        assert set(item) == {"pk", "sk", "document", "revision", "sha256"}
        assert made.logs.get_many("org", ["data_1"])[0].report.output == "x" * 150_000


def test_a_large_report_is_written_again_only_where_it_changes():
    with stores() as made:
        first = log("data_1", "x" * 150_000)
        made.logs.save("org", [first])
        second = first.revised(feedback=(FEEDBACK,))
        made.logs.replace("org", first, second)
        assert len(list(made.bucket.keys("org/logs/pr_1/data_1/"))) == 1
        third = second.revised(report=Report(output="y" * 150_000))
        made.logs.replace("org", second, third)
        assert made.logs.get_many("org", ["data_1"]) == [third]
        made.logs.replace("org", third, third.revised(report=Report(output="small")))
        assert made.logs.get_many("org", ["data_1"])[0].report.output == "small"


def test_more_than_an_item_holds_is_not_said_about_a_log():
    with stores() as made:
        first = log("data_1")
        made.logs.save("org", [first])
        loud = tuple(FEEDBACK.model_copy(update={"value": "x" * 1000}) for _ in range(200))
        with pytest.raises(TooMuch):
            made.logs.replace("org", first, first.revised(feedback=loud))
