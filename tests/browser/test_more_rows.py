"""Rows beyond those on the page, as the script asks for them."""

import json
from urllib.parse import urlsplit

import pytest

from assay.domain.experiment import Experiment
from tests.browser.site import Site, a_lab
from tests.support.engine import ORGANISATION


@pytest.fixture
def site():
    lab = a_lab(datapoints=250)
    lab.run(1, "first")
    lab.run(2, "second")
    with Site(lab) as served:
        yield served


def asked(site, experiment, **query):
    """What the function answers to the script."""
    place = urlsplit(site.url(experiment, **query))
    return site.answer(f"{place.path}?{place.query}", {"host": "127.0.0.1"})


def test_rows_come_in_the_order_of_the_dataset_beside_their_base(site):
    first = json.loads(asked(site, "second", view="rows", **{"from": "0"})["body"])
    rest = json.loads(asked(site, "second", view="rows", **{"from": str(first["next"])})["body"])
    rows = [*first["rows"], *rest["rows"]]
    assert [row["index"] for row in rows] == list(range(250))
    assert rest["next"] == 250
    assert all(row["base"] for row in rows)


def test_rows_come_without_a_base_that_is_no_longer_there(site):
    base = site.lab.resources.get(ORGANISATION, Experiment, "x1")
    site.lab.resources.delete(ORGANISATION, base)
    answer = asked(site, "second", view="rows")
    assert answer["statusCode"] == 200
    assert not any(row["base"] for row in json.loads(answer["body"])["rows"])


@pytest.mark.parametrize("first", ["-1", "x", "1.5"])
def test_a_place_that_is_none_is_not_there(site, first):
    assert asked(site, "second", view="rows", **{"from": first})["statusCode"] == 404


def test_beyond_the_last_row_there_is_nothing(site):
    assert json.loads(asked(site, "second", view="rows", **{"from": "10000"})["body"]) == {"rows": [], "next": 250}
