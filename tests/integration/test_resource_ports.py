"""ports.Resources and ports.Logs: the fakes and the adapters keep the same words."""

import pytest

from assay.domain.errors import AlreadyExists, Conflict, NotFound
from assay.domain.log import Log, Report
from assay.domain.project import Project
from tests.support.aws import stores
from tests.support.fake_resources import FakeLogs, FakeResources
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


def test_logs_are_read_in_the_order_asked_for_and_listed_with_their_sizes(logs):
    made = [log("data_1"), log("data_2", "x" * 150_000)]
    logs.save("org", made)
    assert logs.get_many("org", ["data_2", "data_1", "data_2"]) == [made[1], made[0], made[1]]
    sizes = [len(one.model_dump_json()) for one in made]
    assert logs.listed("org", "pr_1") == [("data_1", sizes[0]), ("data_2", sizes[1])]


def test_logs_of_others_are_not_found(logs):
    logs.save("org", [log("data_1")])
    with pytest.raises(NotFound):
        logs.get_many("other", ["data_1"])
    assert (logs.listed("other", "pr_1"), logs.listed("org", "pr_2")) == ([], [])


def test_more_logs_than_a_transaction_holds_are_kept(logs):
    made = [log(f"data_{number:03d}") for number in range(95)]
    logs.save("org", made)
    assert [entry.id for entry in logs.listed("org", "pr_1")] == [one.id for one in made]


def test_a_large_log_lies_in_the_bucket_with_its_size_and_digest_in_the_item():
    with stores() as made:
        made.logs.save("org", [log("data_1", "x" * 150_000)])
        item = made.table.get("org", "data_1", "log")
        assert (set(item), int(item["size"]["N"]) > 150_000) == ({"pk", "sk", "size", "sha256"}, True)
        assert made.logs.get_many("org", ["data_1"])[0].report.output == "x" * 150_000
