"""Models are built when they are first used, and by one thread at a time."""

import sys
from threading import Barrier, Thread

import pytest
from pydantic import TypeAdapter

from assay.domain.value import DEFERRED, Model

THREADS, MODELS = 8, 60


@pytest.fixture
def busy():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def at_once(use):
    """What the threads got that all did the same at the same time: a result, or what was raised."""
    together, got = Barrier(THREADS), []

    def one():
        together.wait()
        try:
            got.append(use())
        except Exception as error:  # noqa: BLE001
            got.append(repr(error))

    threads = [Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def a_model():
    class Late(Model):
        number: int
        more: dict[str, int] | None = None

    return Late


def test_a_model_that_is_imported_is_not_built_until_it_is_used():
    late = a_model()
    assert not late.__pydantic_complete__
    late(number=1)
    assert late.__pydantic_complete__


def test_threads_that_use_a_model_first_and_at_once_all_get_what_it_makes(busy):
    for late in [a_model() for _ in range(MODELS)]:
        assert at_once(lambda late=late: late(number="1").model_dump_json()) == ['{"number":1,"more":null}'] * THREADS


def test_threads_that_read_a_tuple_of_a_model_first_and_at_once_all_get_it(busy):
    for late in [a_model() for _ in range(MODELS)]:
        adapter = TypeAdapter(tuple[late, ...], config=DEFERRED)
        read = at_once(lambda adapter=adapter: adapter.validate_json('[{"number": 1}]')[0].number)
        assert read == [1] * THREADS
