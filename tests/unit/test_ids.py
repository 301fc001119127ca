"""Ids: they sort by time, fit a URL, and say nothing else."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122

from hypothesis import example, given
from hypothesis import strategies as st

from assay.domain.ids import ALPHABET, base62, content_id, make_id, make_uuid

entropy = st.binary(min_size=16, max_size=16)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MOMENT = datetime(2025, 9, 8, 0, 0, 0, 1000, tzinfo=UTC)


@given(moments, entropy)
def test_an_id_is_its_prefix_and_21_letters_and_digits(now, noise):
    made = make_id("ev_", now, noise)
    assert made.startswith("ev_")
    assert len(made) == 3 + 21
    assert set(made[3:]) <= set(ALPHABET)
    assert made[3:].isalnum()


@given(moments, st.timedeltas(timedelta(milliseconds=1), timedelta(days=300)), entropy, entropy)
@example(datetime(2038, 3, 20, 0, 0, 0, 1000, tzinfo=UTC), timedelta(milliseconds=1), b"\xff" * 16, b"\x00" * 16)
def test_of_two_ids_the_one_made_a_millisecond_or_more_later_sorts_later(now, passed, first_noise, second_noise):
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    first, second = make_id("ev_", now, first_noise), make_id("ev_", now + passed, second_noise)
    assert first.encode() < second.encode()


@given(moments, entropy)
def test_an_id_depends_on_the_moment_and_not_on_the_time_zone(now, noise):
    elsewhere = now.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert make_id("ev_", now, noise) == make_id("ev_", elsewhere, noise)


def test_ids_of_the_same_millisecond_differ_by_their_entropy():
    made = {make_id("ev_", MOMENT, number.to_bytes(16)) for number in range(1000)}
    assert len(made) == 1000


@given(st.integers(0, 2**200), st.integers(1, 40))
def test_base_62_keeps_a_number_modulo_its_length(number, length):
    read = 0
    for digit in base62(number, length):
        read = read * 62 + ALPHABET.index(digit)
    assert read == number % 62**length


@given(st.text(), st.text())
@example("a", "a\n")
@example("a", "A")
def test_equal_content_has_an_equal_id_and_other_content_another(one, other):
    assert content_id("config_", one) == content_id("config_", one)
    assert (content_id("config_", one) == content_id("config_", other)) == (one == other)


def test_the_id_of_a_content_never_changes():
    made = content_id("config_", "the same tomorrow")
    assert made == "config_NHrzdItaRhRKbbE7fX1GE"  # pragma: allowlist secret
    assert len(made) == len("config_") + 21


@given(moments, st.timedeltas(timedelta(milliseconds=1), timedelta(days=300)), entropy, entropy)
def test_uuids_are_of_version_7_and_sort_by_time(now, passed, first_noise, second_noise):
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    first, second = make_uuid(now, first_noise), make_uuid(now + passed, second_noise)
    assert (first.version, first.variant) == (7, RFC_4122)
    assert str(first) < str(second)
