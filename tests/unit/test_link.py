"""Links: nobody makes one without the secret, and none lives for ever."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from assay.domain.link import LIFE, LONGEST_PATH, Sight, names_in, opened, path_to, signed
from tests.support.virtual_time import START

SECRET = SecretStr("a secret")
SIGHT = Sight(organisation="acme", kind="experiment", id="e", until=START + LIFE)


def test_a_link_shows_what_it_was_made_for():
    assert opened(signed(SIGHT, SECRET), SECRET, START) == SIGHT


def test_a_link_ends():
    assert opened(signed(SIGHT, SECRET), SECRET, START + LIFE - timedelta(seconds=1)) == SIGHT
    assert opened(signed(SIGHT, SECRET), SECRET, START + LIFE) is None


def test_another_secret_opens_nothing():
    assert opened(signed(SIGHT, SECRET), SecretStr("another"), START) is None


def test_another_body_does_not_fit_the_signature():
    other = signed(SIGHT.model_copy(update={"organisation": "evil"}), SecretStr("theirs"))
    assert opened(other.partition(".")[0] + "." + signed(SIGHT, SECRET).partition(".")[2], SECRET, START) is None


@given(st.text(max_size=200))
def test_whatever_else_is_sent_opens_nothing(token):
    assert opened(token, SECRET, START) is None


@given(st.integers(0, 10_000), st.characters(codec="ascii", categories=["L", "N"]))
def test_no_letter_of_a_link_can_be_changed(place, letter):
    token = signed(SIGHT, SECRET)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token and place != len(token) - 1:  # the last letter of base64 has bits that nobody reads
        assert opened(changed, SECRET, START) is None


def test_a_link_may_stand_in_an_address_as_it_is():
    assert set(signed(SIGHT, SECRET)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("name", [".", "..", "...", "~..", "~", "a", "a/../b", "?", "#", "%2e%2e"])
def test_no_browser_takes_a_name_for_a_direction(name):
    path = path_to("acme", name, name)
    assert urljoin("https://assay.example/", path) == f"https://assay.example{path}"
    assert not {".", "..", "%2e", "%2e%2e"} & set(path.lower().split("/"))
    assert names_in(path) == ("acme", name, name)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_path_leads_to_the_names_that_it_was_made_of(project, experiment):
    path = path_to("acme", project, experiment)
    assert names_in(path) == (("acme", project, experiment) if len(path) <= LONGEST_PATH else None)
