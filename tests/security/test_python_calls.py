"""How Python that users wrote is loaded and called, and what it may answer (docs/user-code.md)."""

import pytest

from assay.adapters.sandbox.python import PythonSandbox
from assay.domain.sandbox import CodeBatch
from tests.security.sandboxes import Remaining, result, results, value


def test_the_module_runs_anew_for_each_row_and_its_output_is_that_rows(sandbox):
    source = "print('imported')\ncount = 0\ndef score(row):\n  global count\n  count += 1\n  return count"
    assert [(r.value, r.stdout) for r in results(sandbox, source, 1, 2)] == [(1, "imported\n")] * 2


def test_code_that_cannot_be_loaded_says_so_for_each_row(sandbox):
    answers = results(sandbox, "def score(row) return 1", 1, 2)
    assert [a.error for a in answers] == ["SyntaxError: expected ':' (<code>, line 1)"] * 2


def test_a_source_that_cannot_be_compiled_harms_nobody(sandbox):
    hostile = "def score(row): return " + "-" * 200_000 + "1"
    assert result(sandbox, hostile).error
    assert value(sandbox, "def score(row): return 1") == 1


def test_an_error_shows_the_lines_of_user_code_and_no_path_of_the_host(sandbox):
    source = "import json\n\ndef parse(text):\n    return json.loads(text)\n\ndef score(row):\n    return parse('{')"
    error = result(sandbox, source).error
    assert error.splitlines() == [
        "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "  line 4, in parse: return json.loads(text)",
        "  line 7, in score: return parse('{')",
    ]


@pytest.mark.parametrize("answer", [None, True, 0, 1.5, "é\n", [1, None], {"a": [{}]}])
def test_a_result_is_any_json_and_none_is_one(sandbox, answer):
    assert value(sandbox, "def score(row): return row", answer) == answer


def test_a_coroutine_function_is_awaited(sandbox):
    source = (
        "import asyncio\nasync def score(row):\n  await asyncio.sleep(0.01)\n  return await asyncio.to_thread(abs, row)"
    )
    assert value(sandbox, source, -3) == 3


def test_libraries_that_are_offered_can_be_imported_and_others_cannot(tmp_path):
    (tmp_path / "offered.py").write_text("ANSWER = 42")
    source = "import offered\ndef score(row): return offered.ANSWER"
    assert value(PythonSandbox(libraries=[tmp_path]), source) == 42
    assert "No module named 'offered'" in result(PythonSandbox(), source).error
    assert "No module named 'assay'" in result(PythonSandbox(), "import assay\ndef score(row): return 1").error


def test_a_set_has_one_order_in_every_run(sandbox):
    source = "def score(row): return list({'a', 'b', 'c', 'd', 'e', 'f'})"
    assert value(sandbox, source) == value(sandbox, source)


HANDLED = [
    ("def handler(output, expected):\n  return {'score': float(output == expected)}", {"score": 1.0}),
    ("async def handler(**row):\n  return sorted(row)", ["expected", "input", "metadata", "output"]),
    ("import functools\n@functools.cache\ndef handler(output):\n  return output", "o"),
]


@pytest.mark.parametrize(("source", "returned"), HANDLED)
def test_a_handler_is_called_with_the_keywords_that_it_accepts(sandbox, source, returned):
    row = {"input": "i", "output": "o", "expected": "o", "metadata": {}}
    answer = sandbox.run(CodeBatch(code=source, function="handler", call="scorer", rows=((row,),)), Remaining())
    assert [(each.value, each.error) for each in answer.results] == [(returned, None)]


def test_the_error_of_code_without_a_handler_names_it(sandbox):
    source = "def scorer(output):\n  return 1"
    answer = sandbox.run(CodeBatch(code=source, function="handler", call="scorer", rows=(({},),)), Remaining())
    assert answer.results[0].error == "NameError: the code defines no function 'handler'"
