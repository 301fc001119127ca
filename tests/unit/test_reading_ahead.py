"""Summing up reads the next chunk while it works on the present one."""

from threading import Event

import pytest

from assay.use_cases.fold import ahead


def test_the_next_chunk_is_read_while_the_present_one_is_worked_on():
    begun = [Event() for _ in range(3)]

    def read(number):
        begun[number].set()
        return number * 10

    found = ahead(read, range(3))
    assert next(found) == 0
    assert begun[1].wait(30)
    assert not begun[2].is_set()
    assert list(found) == [10, 20]


def test_what_goes_wrong_in_reading_ends_the_work():
    def read(number):
        return [1.0][number]

    with pytest.raises(IndexError):
        list(ahead(read, range(2)))


def test_there_may_be_nothing_to_read():
    assert list(ahead(str, range(0))) == []
