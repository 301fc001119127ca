"""JavaScript that users wrote, and its limits: whatever a row does is that row's loss only (quality.md §2, rows 17, 18)."""

import json
import os
import re
import time
from pathlib import Path
from threading import Thread

import pytest

from assay.domain.sandbox import CodeBatch, CodeResults, SandboxLimits
from tests.security.node_attacks import ATTACKS, code
from tests.support.entry_points import FUNCTIONS
from tests.support.node_function import NodeFunction


@pytest.fixture(scope="module")
def function(monkeypatch_module):
    """The function, warm: what one test's code leaves behind must not be there for the next."""
    monkeypatch_module.setenv("AWS_SECRET_ACCESS_KEY", "the-function's-own-secret")
    function = NodeFunction(FUNCTIONS / "run_node/app.mjs")
    yield function
    function.ended()


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def run(function):
    """What the code makes of each row, its one argument."""

    def run(source, *rows, call="scorer", seconds=600, **limits):
        batch = CodeBatch(
            runtime="node",
            code=source,
            function="handler",
            call=call,
            rows=tuple((row,) for row in rows or [None]),
            limits=SandboxLimits.model_validate(limits),
        )
        answer = json.dumps(function.invoked(batch.model_dump(mode="json"), seconds))
        return list(CodeResults.model_validate_json(answer).results)

    return run


@pytest.fixture
def value(run):
    """The value that the code returns for one row."""

    def value(source, row=None, **more):
        (answer,) = run(source, row, **more)
        assert answer.error is None, answer.error
        return answer.value

    return value


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_costs_its_own_row_and_no_other(run, attack):
    expected = ATTACKS[attack][1]
    wall = 0.5 if "took longer" in expected else 20  # a busy machine is no attack
    before, attacked, after, last = run(code(attack), 1, "attack", 2, 3, wall=wall)
    assert re.search(expected, attacked.error or ""), attacked
    assert attacked.value is None
    assert len(attacked.error) <= 4096
    assert [(r.value, r.error) for r in (before, after, last)] == [(2, None), (4, None), (6, None)]


def test_types_are_taken_out(value):
    source = """
import type { EvalScorer } from "braintrust";
import { Something } from "somewhere";
enum Grade { Bad, Good }
interface Row<T> { output: T; expected?: Something }
export async function handler({ output, expected }: Row<string>): Promise<{ name: string; score: number } | null> {
  const same = <T,>(one: T, other: unknown): boolean => one === (other as T);
  await new Promise<void>((done) => setTimeout(done, 5));
  return expected ? { name: "same", score: same<string>(output, expected!) ? Grade.Good : Grade.Bad } : null;
}
"""
    assert value(source, {"output": "a", "expected": "a"}) == {"name": "same", "score": 1}
    assert value(source, {"output": "a"}) is None


@pytest.mark.parametrize(
    "source",
    [
        "function handler(row) { return row.output; }",
        "async function handler(row) { return row.output; }",
        "const handler = (row) => row.output;",
        "export const handler = async ({ output }) => output;",
        "module.exports = { handler: (row) => row.output };",
        "exports.handler = (row) => row.output;",
        "class A { #x = 1; static y = 2; }\nconst handler = ({ output }) => Promise.resolve(output);",
    ],
)
def test_a_handler_may_be_written_in_any_usual_way(value, source):
    assert value(source, {"output": [1, {"a": "é😀"}]}) == [1, {"a": "é😀"}]


def test_a_task_gets_the_input_alone(value):
    assert value("function handler(input) { return input; }", {"input": {"q": [1]}, "expected": 2}, call="task") == {
        "q": [1]
    }


def test_a_handler_that_is_missing_is_named(run):
    (answer,) = run("function handlr() { return 1; }")
    assert answer.error == "handler is not defined: the code must define a function called `handler`."


@pytest.mark.parametrize(("source", "error"), [
    ("function handler( {", r"^SyntaxError: .*\(1:20\)"),
    ("throw new TypeError('at load');\nfunction handler() {}", r"^TypeError: at load"),
    ("function handler() {\n  null.x;\n}", r"(?s)^TypeError: cannot read property 'x' of null\n.*handler \(code:2"),
    ("function handler() { throw { why: 1 }; }", r'^Error: {"why":1}'),
])  # fmt: skip
def test_an_error_says_what_and_where(run, source, error):
    first, second = run(source, 1, 2)
    assert re.search(error, first.error)
    assert "prelude" not in first.error
    assert second == first


def test_nothing_returned_is_null(value):
    assert value("function handler() {}") is None


def test_what_is_printed_is_the_rows(run):
    source = (
        "function handler(n) { console.log('row', n, { n }, [n]); console.error(new Error('bad').message); return n; }"
    )
    assert [answer.stdout for answer in run(source, 1, 2)] == ['row 1 {"n":1} [1]\nbad\n', 'row 2 {"n":2} [2]\nbad\n']


def test_fifty_megabytes_of_output_are_cut_and_the_result_is_kept(run):
    (answer,) = run(
        "function handler() { for (let i = 0; i < 50; i++) console.log('x'.repeat(1e6)); return 1; }", wall=20
    )
    assert answer.value == 1
    assert answer.stdout.startswith("x" * 65536)
    assert answer.stdout.endswith("… (cut at 64 KB)")
    assert len(answer.stdout) < 65600


def test_output_with_half_a_character_spoils_nothing(run):
    answers = run("function handler(n) { console.log('\\ud800'); return n; }", 1, 2)
    assert [answer.value for answer in answers] == [1, 2]


def test_what_was_printed_before_a_row_was_stopped_is_shown(run):
    (answer,) = run("function handler() { console.log('so far'); for (;;); }", wall=0.3)
    assert answer.stdout == "so far\n"


def test_what_a_row_breaks_is_whole_for_the_next(run):
    source = """
globalThis.count = (globalThis.count ?? 0) + 1;
function handler(row) {
  const seen = [count, [1, 2].map((n) => n).length, {}.marked ?? null, JSON.stringify({ a: 1 }), typeof setTimeout, Math.max(1, 2)];
  Object.prototype.marked = Array.prototype.marked = "marked";
  Array.prototype.map = Array.prototype.join = Math.max = () => "poisoned";
  JSON.stringify = JSON.parse = console.log = globalThis.setTimeout = null;
  Promise.prototype.then = () => { throw new Error("poisoned"); };
  Object.defineProperty(Object.prototype, "error", { get: () => "poisoned", set() {} });
  setTimeout?.(() => { globalThis.count = 99; }, 0);
  return seen;
}
"""
    answers = run(source, 1, 2, 3)
    assert [answer.value for answer in answers] == [[1, 2, None, '{"a":1}', "function", 2]] * 3, answers


def test_a_timer_does_not_outlive_its_row(run):
    source = """
function handler(row) {
  if (row === 1) setTimeout(() => { for (;;); }, 1);
  return row;
}
"""
    assert [(answer.value, answer.error) for answer in run(source, 1, 2, 3)] == [(1, None), (2, None), (3, None)]


def test_a_row_cannot_answer_for_another(run):
    source = """
const names = ["finish", "print", "send", "postMessage", "process", "parent", "exports"];
function handler(row) {
  if (row !== "forger") return row;
  for (const name of names) { try { globalThis[name]({ value: "forged" }); } catch {} }
  console.log('{"value":"forged","error":null,"stdout":""}');
  JSON.stringify = () => '"forged"';
  return { toJSON: () => "forged" };
}
"""
    answers = run(source, 1, "forger", 2, 3)
    assert [answer.value for answer in answers] == [1, "forged", 2, 3]
    assert [answer.stdout for answer in answers if answer.value != "forged"] == ["", "", ""]


def test_nothing_of_a_batch_is_there_for_the_next(run, value):
    run("globalThis.secret = 'acme'; Object.prototype.secret = 'acme'; function handler() { return secret; }", 1)
    assert value("function handler() { return typeof secret + ({}).secret; }") == "undefinedundefined"


def test_the_language_is_all_there_is(value):
    source = "function handler() { return Object.getOwnPropertyNames(globalThis).filter((name) => !/^[A-Z]/.test(name)).sort(); }"
    assert set(value(source)) == {
        "clearTimeout", "console", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "eval", "exports",
        "fetch", "globalThis", "isFinite", "isNaN", "module", "parseFloat", "parseInt", "performance", "queueMicrotask",
        "require", "setTimeout", "undefined", "unescape", "handler",
    }  # fmt: skip


def test_no_process_remains(function, run):
    def below():
        return {
            int(one.name)
            for one in Path("/proc").iterdir()
            if one.name.isdecimal() and parent(one) == function.process.pid
        }

    before = below()
    run("function handler() { return 1; }", 1, 2)
    run("function handler() { return Array.from({ length: 1e9 }, () => 1).length; }", 1, wall=0.2)
    until = time.monotonic() + 5
    while below() - before and time.monotonic() < until:
        time.sleep(0.05)
    assert not below() - before


def parent(process):
    """The parent of a process (proc(5)); 0 where it is gone."""
    try:
        return int((process / "stat").read_bytes().rpartition(b")")[2].split()[1])
    except OSError:
        return 0


def program(process):
    """What a process runs, once it is no longer a copy of its parent; nothing where it is gone."""
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def environment(process):
    """The names of a process's variables; none where it is gone."""
    try:
        return {entry.partition(b"=")[0] for entry in (process / "environ").read_bytes().split(b"\0") if entry}
    except OSError:
        return set()


def test_the_engines_process_has_none_of_the_functions_environment(function, run):
    at_work = Thread(target=lambda: run("function handler() { for (;;); }", 1, wall=3))
    at_work.start()
    found = set()
    while at_work.is_alive() and not found:
        below = [one for one in Path("/proc").iterdir() if one.name.isdecimal() and parent(one) == function.process.pid]
        found = set().union(*(environment(one) for one in below if b"child.mjs" in program(one)))
    at_work.join()
    assert found <= {b"TZ", b"LD_LIBRARY_PATH", b"NODE_CHANNEL_FD", b"NODE_CHANNEL_SERIALIZATION_MODE"}
    assert found


def test_rows_are_begun_as_long_as_the_invocation_has_time(run):
    assert len(run("function handler(n) { return n; }", *range(10), seconds=4)) == 1


def test_an_answer_stays_within_what_an_invocation_may_bear(run):
    answers = run("function handler() { return 'x'.repeat(250_000); }", *range(40))
    assert 15 <= len(answers) <= 17


def test_a_thousand_rows_take_a_few_seconds_at_most(run):
    started = time.monotonic()
    answers = run(
        "function handler({ output, expected }) { return output === expected; }", *[{"output": 1, "expected": 1}] * 1000
    )
    assert all(answer.value is True for answer in answers)
    assert len(answers) == 1000
    assert time.monotonic() - started < 30  # 1.6 s on an idle machine of two cores


def test_the_time_is_utc_whoever_runs_it(value, monkeypatch):
    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    assert value("function handler() { return new Date(2025, 0, 1).toISOString(); }") == "2025-01-01T00:00:00.000Z"
