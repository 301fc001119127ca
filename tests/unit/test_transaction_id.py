"""Transaction ids grow, have 19 digits, and have a pretty form that leads back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assay.domain.transaction_id import MARK, both, counter, first_of, following, moment, parse, pretty, unreadable

IDS = st.integers(MARK << 48, (MARK + 1 << 48) - 1)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
RECORDED, RECORDED_PRETTY = 1000192656880881099, "81cd05ee665fdfb3"  # pragma: allowlist secret


def test_the_recorded_pair_leads_both_ways():
    assert pretty(RECORDED) == RECORDED_PRETTY
    assert parse(RECORDED_PRETTY) == parse(str(RECORDED)) == RECORDED


@given(IDS)
def test_the_pretty_form_leads_back(transaction):
    assert len(pretty(transaction)) == 16
    assert parse(pretty(transaction)) == transaction


def test_the_number_in_hexadecimal_is_neither_form_and_the_refusal_says_what_was_sent():
    sent = f"{RECORDED:016x}"
    assert parse(sent) is None
    assert unreadable(sent).startswith(f"'{sent}' is no version.")


def test_a_version_is_named_in_both_forms():
    assert both(RECORDED) == f"{RECORDED} ({RECORDED_PRETTY})"
    assert both(5) == "5"


@given(st.text(max_size=24))
def test_what_is_neither_form_is_no_transaction_id(text):
    found = parse(text)
    assert found is None or str(found) == text.lstrip("0") or found == 0 or len(text) == 16


@given(MOMENTS)
def test_a_transaction_id_tells_its_second_and_has_19_digits(now):
    assert moment(first_of(now)) == now.replace(microsecond=0)
    assert counter(first_of(now)) == 0
    assert len(str(first_of(now))) == 19


@given(MOMENTS, st.lists(st.integers(-400, 400), max_size=50))
def test_transaction_ids_grow_whatever_the_clocks_do(now, skews):
    last = 0
    for skew in skews:
        this = following(last, max(now + timedelta(seconds=skew), datetime(1970, 1, 1, tzinfo=UTC)))
        assert this > last
        last = this
