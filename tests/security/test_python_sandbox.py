"""User code and its limits: whatever a row does is that row's loss only (quality.md §2, row 17)."""

import json
import os
import re
import tempfile
import time
from pathlib import Path

import pytest

from assay.adapters.sandbox import host
from assay.adapters.sandbox.listener import Listener
from assay.domain.sandbox import CodeBatch
from tests.security.attacks import ATTACKS, code
from tests.security.sandboxes import Remaining, result, results, value


@pytest.fixture
def scratch(tmp_path, monkeypatch) -> Path:
    """Where batches have their directories."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_kernel_grants_the_filter(sandbox):
    assert sandbox.level == "seccomp+rlimits"


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_costs_its_own_row_and_no_other(sandbox, attack):
    expected = ATTACKS[attack][1]
    wall = 0.5 if "took longer" in expected else 20  # a busy machine is no attack
    before, attacked, after, last = results(sandbox, code(attack), 1, "attack", 2, 3, wall=wall, cpu=20)
    assert re.search(expected, attacked.error or ""), attacked
    assert attacked.value is None
    assert [(r.value, r.error) for r in (before, after, last)] == [(2, None), (4, None), (6, None)]


def test_fifty_megabytes_of_output_are_cut_and_the_result_is_kept(sandbox):
    answer = result(sandbox, "def score(row):\n  for _ in range(50):\n    print('x' * 1_000_000)\n  return 1")
    assert answer.value == 1
    assert answer.stdout.startswith("x" * 65536)
    assert answer.stdout.endswith("… (cut at 64 KB)")
    assert len(answer.stdout) < 65600


def test_what_was_printed_before_a_row_was_stopped_is_shown(sandbox):
    answer = result(sandbox, "def score(row):\n  print('so far')\n  while True: pass", wall=0.3)
    assert answer.stdout == "so far\n"


def test_processor_time_is_limited_apart_from_waiting_time(sandbox):
    answer = result(sandbox, "def score(row):\n  while True: pass", wall=10, cpu=1)
    assert answer.error == "The code used more than 1 s of processor time."


def test_what_a_row_breaks_in_its_interpreter_is_whole_for_the_next(sandbox):
    source = """
import builtins, json, os, sys
def score(row):
    seen = [len("four"), "marked" in sys.modules, hasattr(json, "marked"), "MARK" in os.environ, sys.getrecursionlimit()]
    builtins.len = lambda _: 999
    builtins.print = json.loads = json.dumps = None
    sys.modules["marked"] = json.marked = sys
    os.environ["MARK"] = "1"
    sys.setrecursionlimit(77_777)
    sys.stdout = sys.stderr = None
    return seen
"""
    first, *others = results(sandbox, source, 1, 2, 3)
    assert first.value == [4, False, False, False, first.value[4]]
    assert [other.value for other in others] == [first.value] * 2


def test_a_row_cannot_answer_for_another(sandbox):
    source = """
import os
def score(row):
    if row == "forger":
        for descriptor in range(64):
            for _ in range(100):
                try: os.write(descriptor, b'="forged"')
                except OSError: break
        os._exit(0)
    return row
"""
    answers = results(sandbox, source, 1, "forger", 2, 3)
    assert [a.value for a in answers] == [1, None, 2, 3]
    assert [a.stdout for a in answers if a.value is not None] == ["", "", ""]


def test_a_row_has_its_own_descriptors_and_no_others(sandbox):
    source = """
import os
def score(row):
    def kind(descriptor):
        try: return os.fstat(descriptor).st_mode >> 12
        except OSError: return None
    return [kind(descriptor) for descriptor in range(64)]
"""
    device, pipe, socket = 0o2, 0o1, 0o14
    assert value(sandbox, source) == [device, pipe, pipe, socket] + [None] * 60


def test_a_row_may_forge_no_more_than_its_own_answer(sandbox):
    source = "import os\ndef score(row):\n  os.write(3, b'=\"forged\"')\n  os._exit(0)"
    assert [r.value for r in results(sandbox, source, 1, 2)] == ["forged", "forged"]


def test_threads_do_not_outlive_their_row(sandbox):
    source = """
import os, threading
def score(row):
    def haunt():
        while True: os.write(1, b"boo")
    if row == 1:
        for _ in range(4): threading.Thread(target=haunt).start()
    return row
"""
    first, second, third = results(sandbox, source, 1, 2, 3)
    assert (first.value, second.value, third.value) == (1, 2, 3)
    assert (second.stdout, third.stdout) == ("", "")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can open the memory of its own undumpable process")
def test_a_row_finds_nothing_of_an_earlier_row_in_its_memory(sandbox):
    source = """
import re
def score(row):
    left, right = (bytes(byte ^ 1 for byte in half.encode()) for half in row["halves"])
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for start, end in re.findall(r"(?m)^([0-9a-f]+)-([0-9a-f]+) rw", maps.read()):
            memory.seek(int(start, 16))
            page = memory.read(int(end, 16) - int(start, 16))
            found += sum(page.startswith(right, hit.end()) for hit in re.finditer(left, page))
    return found
"""
    halves = ["".join(chr(ord(c) ^ 1) for c in half) for half in ("secret-of-the-", "first-row-5d41402a")]
    first, *others = results(
        sandbox, source, {"halves": halves, "secret": "secret-of-the-first-row-5d41402a"}, *[{"halves": halves}] * 3
    )
    assert first.value > 0
    assert [other.value for other in others] == [0, 0, 0]


def test_nothing_of_a_batch_remains(sandbox, scratch):
    before = host.children()
    assert Path(value(sandbox, "import os\ndef score(row): return os.getcwd()")).parent == scratch
    assert (list(scratch.iterdir()), host.children()) == ([], before)


def test_no_more_is_taken_from_a_row_than_its_limits_allow():
    answer, stdout = os.pipe(), os.pipe()
    for _, end in (answer, stdout):
        os.write(end, b"x" * 1000)
    listener = Listener(answer[0], stdout[0], (10, 20))
    assert listener.listen(time.monotonic() + 5)
    listener.drain()
    assert (listener.answer, listener.stdout) == (b"x" * 10, b"x" * 20)
    for end in (*answer, *stdout):
        os.close(end)


def test_without_the_filter_a_daemon_is_ended_with_its_batch(unfiltered):
    source = """
import ctypes, os, time
fork = ctypes.CDLL(None).fork
def score(row):
    read, write = os.pipe()
    child = fork()
    if child < 0:
        return 0  # an unprivileged uid is refused even so, by its limit on processes
    if child == 0:
        os.setsid()
        if fork() == 0:
            os.write(write, str(os.getpid()).encode())
            os.closerange(0, 64)
            time.sleep(600)
        os._exit(0)
    return int(os.read(read, 10))
"""
    first, second = results(unfiltered, source, 1, 2)
    assert (first.error, second.error) == (None, None)
    assert not [daemon for daemon in (first.value, second.value) if daemon and Path(f"/proc/{daemon}").exists()]
    assert (first.value > 0) == (os.getuid() == 0)


def test_without_the_filter_a_row_that_kills_its_harness_is_the_only_one_lost(unfiltered):
    source = "import os\ndef score(row):\n  if row == 2: os.kill(os.getppid(), 9)\n  return row"
    first, second, third = results(unfiltered, source, 1, 2, 3)
    assert (first.value, second.error, third.value) == (1, "The code ended the sandbox it ran in.", 3)


def test_without_the_filter_the_level_says_so_and_code_runs(unfiltered):
    assert unfiltered.level == "rlimits"
    assert value(unfiltered, "def score(row): return row", 1) == 1


def test_without_the_filter_a_file_stays_empty_and_goes_with_its_batch(unfiltered):
    source = """
import ctypes, os
def score(row):
    descriptor = ctypes.CDLL(None).open(b"mine", os.O_CREAT | os.O_RDWR, 0o600)
    try: os.write(descriptor, b"x")
    except OSError as error: return [error.strerror, os.path.getsize("mine"), os.getcwd()]
"""
    said, size, directory = value(unfiltered, source)
    assert (said, size, Path(directory).exists()) == ("File too large", 0, False)


def test_doubt_about_what_is_left_is_raised(sandbox, scratch):
    class Remover:
        """A deadline that takes the batch's directory away between two rows."""

        def remaining(self) -> float:
            for path in scratch.iterdir():
                path.rmdir()
            return 1e9

    batch = CodeBatch(code="def score(row): return row", function="score", rows=((1,), (2,)))
    with pytest.raises(host.SandboxTainted):
        sandbox.run(batch, Remover())


def test_a_short_deadline_ends_a_batch_early_but_not_before_one_row(sandbox):
    batch = CodeBatch(code="def score(row): return row", function="score", rows=((1,), (2,), (3,)))
    assert len(sandbox.run(batch, Remaining(4.9)).results) == 1
    assert len(sandbox.run(batch, Remaining(5.1)).results) == 3


def test_one_answer_is_at_most_four_megabytes(sandbox):
    source = "def score(row): return 'é' * 100_000"
    batch = CodeBatch(code=source, function="score", rows=((1,),) * 20)
    answer = sandbox.run(batch, Remaining())
    assert 1 < len(answer.results) < 20
    assert len(json.dumps(answer.model_dump())) <= 4 * 1024 * 1024 + 1000


def processor_time():
    """The seconds that this process and its children that have ended were at work, however busy the machine is."""
    return sum(os.times()[:4])


def test_a_thousand_rows_take_a_few_seconds_at_most(sandbox):
    started = processor_time()
    answers = results(sandbox, "def score(row): return row == 1", *[1] * 1000)
    assert all(answer.value is True for answer in answers)
    took = processor_time() - started
    assert 0.1 < took < 10, took
