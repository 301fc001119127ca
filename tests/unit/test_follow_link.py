"""What a link opens, and what it does not: without a key, and so with every doubt against it."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from assay.domain.errors import NotFound
from assay.domain.experiment import Experiment
from assay.domain.link import LIFE, Sight, names_in, path_to, signed
from assay.domain.project import Project
from assay.use_cases.follow_link import follow_link
from tests.support.build import NOON, TIMES
from tests.support.fake_resources import FakeResources

SECRET = SecretStr("a secret")
PLACE = path_to("acme", "sums & more", "run/1")


class Web:
    """A project with an experiment, another project with one, and another organisation with the same."""

    def __init__(self):
        self.resources = FakeResources()
        for organisation, prefix in (("acme", ""), ("evil", "e-")):
            self.resources.create(
                organisation,
                Project(id=f"{prefix}p", name="sums & more", **TIMES),
                Project(id=f"{prefix}p2", name="other", **TIMES),
                Experiment(id=f"{prefix}x", project_id=f"{prefix}p", name="run/1", **TIMES),
                Experiment(id=f"{prefix}x2", project_id=f"{prefix}p2", name="run/1", **TIMES),
            )

    def change(self, kind, identifier, **changes):
        before = self.resources.get("acme", kind, identifier)
        self.resources.replace("acme", before, before.revised(NOON, **changes))

    def follow(self, path, kind=None, identifier="x", made=NOON, now=NOON):
        sight = Sight(organisation="acme", kind=kind or "experiment", id=identifier, until=made + LIFE)
        token = signed(sight, SECRET) if kind else None
        return follow_link(path, token, secret=SECRET, resources=self.resources, now=now)


def test_an_experiments_link_opens_the_experiment():
    seen = Web().follow(PLACE, "experiment")
    assert (seen.organisation, seen.project.id, seen.experiment.id) == ("acme", "p", "x")


def test_a_path_that_came_decoded_is_the_same_path():
    assert Web().follow("/app/acme/p/sums & more/experiments/run/1", "experiment").experiment.id == "x"


@pytest.mark.parametrize(
    "path",
    [
        path_to("evil", "sums & more", "run/1"),
        path_to("acme", "other", "run/1"),
        path_to("acme", "sums & more", "run/2"),
        path_to("acme", "sums & more"),
        PLACE + "/",
        "/app/",
    ],
)
def test_a_token_opens_no_path_but_its_own(path):
    with pytest.raises(NotFound):
        Web().follow(path, "experiment")


def test_a_projects_link_opens_the_project_and_its_experiments_and_no_others():
    web = Web()
    assert web.follow(path_to("acme", "sums & more"), "project", "p").experiment is None
    assert web.follow(PLACE, "project", "p").experiment.id == "x"
    for path in (path_to("acme", "other"), path_to("acme", "other", "run/1"), path_to("acme", "sums & more", "none")):
        with pytest.raises(NotFound):
            web.follow(path, "project", "p")


def test_a_link_that_was_revoked_opens_nothing_and_one_made_later_does():
    web, later = Web(), NOON + timedelta(minutes=1)
    web.change(Experiment, "x", links_from=later)
    with pytest.raises(NotFound):
        web.follow(PLACE, "experiment", now=later)
    assert web.follow(PLACE, "experiment", made=later, now=later).experiment.id == "x"


def test_revoking_a_projects_links_cuts_off_those_of_its_experiments():
    web, later = Web(), NOON + timedelta(minutes=1)
    web.change(Project, "p", links_from=later)
    for kind, identifier in (("experiment", "x"), ("project", "p")):
        with pytest.raises(NotFound):
            web.follow(PLACE, kind, identifier, now=later)


def test_a_link_ends():
    with pytest.raises(NotFound):
        Web().follow(PLACE, "experiment", now=NOON + LIFE)


def test_without_a_token_only_what_is_public_opens():
    web = Web()
    with pytest.raises(NotFound):
        web.follow(PLACE)
    web.change(Experiment, "x", public=True)
    assert web.follow(PLACE).experiment.id == "x"
    for path in (
        path_to("evil", "sums & more", "run/1"),
        path_to("acme", "other", "run/1"),
        path_to("acme", "sums & more"),
    ):
        with pytest.raises(NotFound):
            web.follow(path)


@pytest.mark.parametrize(
    "path", ["/app/A/p/b/experiments/c", "/app/a#b/p/b/experiments/c", "/app/a/p/b/experiments/c/d"]
)
def test_a_path_that_is_none_of_ours_is_looked_up_nowhere(path):
    assert names_in(path) is None


def test_a_name_of_any_length_is_looked_up_nowhere_beyond_what_a_name_can_be():
    with pytest.raises(NotFound):
        Web().follow(path_to("acme", "p" * 5000, "x"))
