"""Rows of `{question, answer}`, as people have them lying about."""

import pytest

from assay_cli.errors import CommandFailed
from assay_cli.problems import SAMPLE, read_problems


@pytest.fixture
def file(tmp_path):
    def write(text):
        (tmp_path / "rows.jsonl").write_text(text, encoding="utf-8")
        return tmp_path / "rows.jsonl"

    return write


def test_the_sample_has_fifty_problems_each_with_a_number():
    problems = read_problems(SAMPLE)
    assert len(problems) == 50
    assert all(float(problem.final_answer) or problem.final_answer == "0" for problem in problems)


def test_a_final_answer_stands_after_the_hashes(file):
    [problem] = read_problems(file('{"question": "q", "answer": "6 * 3 = 18\\n#### 18"}\n'))
    assert problem.datapoint == {"inputs": {"question": "q"}, "target": {"answer": "18"}}


@pytest.mark.parametrize(("answer", "final"), [('"18"', "18"), ("18", "18"), ("0.5", "0.5"), ('" 7 "', "7")])
def test_an_answer_may_be_the_number_itself(file, answer, final):
    [problem] = read_problems(file(f'{{"question": "q", "answer": {answer}}}'))
    assert problem.final_answer == final


def test_blank_lines_and_further_fields_are_passed_over(file):
    assert len(read_problems(file('\n{"question": "q", "answer": "1", "level": 2}\n\n'))) == 1


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{", "line 2: the row"),
        ("[]", "line 2: the row"),
        ('{"question": "q"}', "line 2: answer: It is missing."),
        ('{"question": 1, "answer": "1"}', "line 2: question"),
        ('{"question": "q", "answer": null}', "line 2: answer"),
    ],
)
def test_a_row_that_is_no_problem_is_named(file, row, complaint):
    with pytest.raises(CommandFailed, match=complaint):
        read_problems(file('{"question": "q", "answer": "1"}\n' + row))


def test_a_file_without_problems_is_refused(file):
    with pytest.raises(CommandFailed, match="holds no problems"):
        read_problems(file("\n"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandFailed, match="cannot be read"):
        read_problems(tmp_path / "nothing")
