"""How many calls a worker keeps in flight, in the face of 429s; and what providers' headers say of their limits."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.adapters.providers.limit_headers import LONGEST, pause, retry_after
from assay.domain.pace import SHRINK, WINDOW, Pace


def full(ceiling=100):
    return Pace(ceiling=ceiling, width=ceiling, since=0)


def test_a_429_shrinks_the_width_by_a_fifth_and_no_second_one_does_within_15_seconds():
    pace = full().throttled(1)
    assert pace.allowed == 80
    assert pace.throttled(1 + WINDOW - 0.1).allowed == 80
    assert pace.throttled(1 + WINDOW).allowed == 64


def test_a_clean_window_grows_it_by_one_up_to_what_was_asked_for():
    pace, now = full(10).throttled(0), 0
    assert pace.succeeded(WINDOW - 0.1) == pace
    widths = []
    for _ in range(4):
        now += WINDOW
        pace = pace.succeeded(now)
        widths.append(pace.allowed)
    assert widths == [9, 10, 10, 10]


def test_a_window_with_a_429_in_it_is_not_clean():
    pace = full().throttled(0).throttled(10)
    assert pace.succeeded(20) == pace
    assert pace.succeeded(10 + WINDOW).allowed == 81


@given(st.integers(1, 100), st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=60))
def test_at_least_one_call_and_at_most_the_ceiling_is_in_flight_whatever_happens(ceiling, history):
    pace, now = full(ceiling), 0.0
    for seconds, is_throttled in history:
        now += seconds
        before = pace
        pace = pace.throttled(now) if is_throttled else pace.succeeded(now)
        assert 1 <= pace.allowed <= ceiling
        assert pace.width >= before.width * SHRINK - 1


DATE = {"date": "Mon, 08 Sep 2025 12:00:00 GMT"}
NAMES = [
    "retry-after",
    "retry-after-ms",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-tokens",
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-tokens-reset",
]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6m0s"}, 0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1.5s"}, 1.5),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms"}, 0.02),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1h2m3s"}, 3723),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "soon"}, 0),
        ({"x-ratelimit-remaining-tokens": "0"}, 0),
        ({"x-ratelimit-remaining-tokens": "0.0", "x-ratelimit-reset-tokens": "2s"}, 2),
        ({"x-ratelimit-remaining-tokens": "-1", "x-ratelimit-reset-tokens": "2s"}, 0),
        ({"x-ratelimit-remaining-tokens": "nan", "x-ratelimit-reset-tokens": "2s"}, 0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "9" * 400 + "h"}, LONGEST),
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "6m0s",
            },
            360,
        ),
        (
            {
                **DATE,
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2025-09-08T12:00:07Z",
            },
            7,
        ),
        (
            {
                **DATE,
                "anthropic-ratelimit-input-tokens-remaining": "0",
                "anthropic-ratelimit-input-tokens-reset": "2025-09-08T12:00:02Z",
            },
            2,
        ),
        ({"anthropic-ratelimit-requests-remaining": "0", "anthropic-ratelimit-requests-reset": "2025-09-08"}, 0),
    ],
)
def test_where_nothing_remains_of_a_limit_the_provider_is_left_alone_until_it_is_reset(headers, seconds):
    assert pause(httpx.Headers(headers)) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({**DATE, "retry-after": "Mon, 08 Sep 2025 12:00:09 GMT"}, 9),
        ({**DATE, "retry-after": "Mon, 08 Sep 2025 11:00:00 GMT"}, 0),
        ({"retry-after": "Mon, 08 Sep 2025 12:00:09 GMT"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "nan", "retry-after": "7"}, 7),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7),
        ({"retry-after": "inf"}, LONGEST),
        ({"retry-after": "1e400"}, LONGEST),
        ({"retry-after-ms": "99999999999999999999"}, LONGEST),
        ({"retry-after": "3600"}, 3600),
        ({**DATE, "retry-after": "Mon, 08 Sep 9999 12:00:09 GMT"}, LONGEST),
        ({**DATE, "retry-after": "Mon, 08 Sep 2025 12:00:09 +9999"}, None),
    ],
)
def test_the_time_that_a_provider_names_is_read_in_every_form(headers, seconds):
    assert retry_after(httpx.Headers(headers)) == seconds


said = st.one_of(
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40), st.floats().map(repr)
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys([*DATE, *NAMES], said)))
def test_no_header_is_taken_for_a_pause_that_nobody_could_keep(said_by_name):
    headers = httpx.Headers([(name.encode(), said.encode("latin-1")) for name, said in said_by_name.items()])
    for seconds in (pause(headers), retry_after(headers) or 0):
        assert 0 <= seconds <= LONGEST
