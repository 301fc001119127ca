"""API keys: what is handed out opens the door, and nothing else does."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.errors import IllegalTransition
from assay.domain.keys import ApiKey, hashed, make_secret, parse
from tests.support.build import NOON, TIMES

SECRET = make_secret(bytes(range(32)))
organisations = st.from_regex(r"[a-z][a-z0-9-]{0,39}", fullmatch=True)
tails = st.text("0123456789ABCXYZabcxyz", min_size=1, max_size=21)
entropy = st.binary(min_size=32, max_size=32)


def a_key(secret=SECRET, **fields):
    return ApiKey(id="acme.1", organisation="acme", scope="write", secret_sha256=hashed(secret), **TIMES, **fields)


@given(organisations, tails, entropy)
def test_a_key_that_was_made_is_taken_apart_again_and_admitted(organisation, tail, noise):
    secret = make_secret(noise)
    presented = parse(f"asy_{organisation}.{tail}_{secret}")
    assert presented is not None
    assert (presented.organisation, presented.id, presented.secret) == (organisation, f"{organisation}.{tail}", secret)
    assert a_key(secret).admits(presented.secret, NOON)


@given(entropy, entropy)
def test_another_secret_is_not_admitted(noise, other):
    assert a_key(make_secret(noise)).admits(make_secret(other), NOON) == (noise == other)


@given(st.text())
def test_whatever_is_presented_as_a_secret_only_the_right_one_is_admitted(secret):
    assert a_key().admits(secret, NOON) == (secret == SECRET)


def test_the_hash_that_is_kept_is_not_itself_a_secret():
    key = a_key()
    assert not key.admits(key.secret_sha256, NOON)
    assert SECRET not in key.model_dump_json()


def test_a_revoked_key_is_not_admitted():
    assert not a_key(revoked_at=NOON - timedelta(days=1)).admits(SECRET, NOON)


@pytest.mark.parametrize(("left", "admitted"), [(1, True), (0, False), (-1, False)])
def test_a_key_is_good_until_the_moment_it_expires(left, admitted):
    assert a_key(expires_at=NOON + timedelta(seconds=left)).admits(SECRET, NOON) == admitted


def test_a_secret_holds_all_256_bits():
    assert len(make_secret(b"\xff" * 32)) == len(make_secret(bytes(32))) == 43
    assert len({make_secret((1 << bit).to_bytes(32)) for bit in range(256)}) == 256


@given(st.text(st.characters()) | st.text("asy_acme.1-\n \u0660\ud800" + SECRET[:5], max_size=80))
def test_no_text_makes_taking_a_key_apart_fail(text):
    assert parse(text) is None or text.startswith("asy_")


@pytest.mark.parametrize(
    "text",
    [
        *("", "asy_", "asy__", f"acme.1_{SECRET}", f"asy_acme_{SECRET}", f"asy_.1_{SECRET}", f"asy_acme._{SECRET}"),
        *(f"asy_acme.1_{SECRET}\n", f" asy_acme.1_{SECRET}", f"asy_acme.1_{SECRET}x", f"asy_acme.1_{SECRET[:-1]}"),
        *(f"asy_Acme.1_{SECRET}", f"asy_1acme.1_{SECRET}", f"asy_acme#b.1_{SECRET}", f"asy_acme/../b.1_{SECRET}"),
        *(f"asy_{'a' * 41}.1_{SECRET}", f"asy_acme.1_{SECRET[:-1]}\u0661", f"Bearer asy_acme.1_{SECRET}"),
    ],
)
def test_what_has_not_the_form_of_a_key_is_none(text):
    assert parse(text) is None


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_replaced_secret_is_good_for_the_grace_and_no_longer_and_the_new_one_at_once(grace, later):
    new = make_secret(b"n" * 32)
    key = a_key().rotated(new, NOON, timedelta(seconds=grace))
    then = NOON + timedelta(seconds=later)
    assert key.admits(new, then)
    assert key.admits(SECRET, then) == (later < grace)


def test_rotating_twice_leaves_at_most_one_former_secret():
    second, third = make_secret(b"2" * 32), make_secret(b"3" * 32)
    day = timedelta(days=1)
    key = a_key().rotated(second, NOON, day).rotated(third, NOON, day)
    assert [key.admits(secret, NOON) for secret in (SECRET, second, third)] == [False, True, True]


def test_expiry_and_revocation_end_former_secrets_too():
    new = make_secret(b"n" * 32)
    key = a_key(expires_at=NOON + timedelta(hours=1)).rotated(new, NOON, timedelta(days=1))
    assert not key.admits(SECRET, NOON + timedelta(hours=2))
    assert not key.revoked(NOON).admits(SECRET, NOON)
    assert key.revoked(NOON).former is None


@pytest.mark.parametrize("end", [{"revoked_at": NOON}, {"expires_at": NOON}])
def test_a_key_that_has_ended_is_not_made_good_by_a_new_secret(end):
    with pytest.raises(IllegalTransition):
        a_key(**end).rotated(make_secret(b"n" * 32), NOON, timedelta())
