"""The word problems that come with the command line."""

import json
import re
from pathlib import Path

PROBLEMS = Path(__file__).parents[2] / "cli/assay_cli/data/word_problems.jsonl"


def test_each_of_the_fifty_word_problems_asks_something_else_and_has_a_number_for_an_answer():
    problems = [json.loads(line) for line in PROBLEMS.read_text(encoding="utf-8").splitlines()]
    assert len({problem["question"] for problem in problems}) == len(problems) == 50
    assert all(problem.keys() == {"question", "answer"} for problem in problems)
    assert all(re.fullmatch(r"\d+(\.\d+)?", problem["answer"]) for problem in problems)
    assert all("?" in problem["question"] for problem in problems)
