"""Word problems with their answers, as `assay demo` evaluates them: rows of `{question, answer}` in JSON lines."""

from pathlib import Path

from pydantic import BaseModel, ValidationError

from assay.domain.complaints import complaints
from assay_cli.errors import CommandFailed, unreadable

SAMPLE = Path(__file__).parent / "data" / "word_problems.jsonl"
FINAL_ANSWER = "####"


class Problem(BaseModel):
    """A question and its answer. In an answer in GSM8K's style the final one stands after `####`."""

    question: str
    answer: str | int | float

    @property
    def final_answer(self) -> str:
        return str(self.answer).rpartition(FINAL_ANSWER)[2].strip()

    @property
    def datapoint(self) -> dict[str, dict[str, str]]:
        """The problem as the API takes it."""
        return {"inputs": {"question": self.question}, "target": {"answer": self.final_answer}}


def read_problems(file: Path) -> list[Problem]:
    """The problems of a file. Raises CommandFailed, naming the line, where one is none, and where there are none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{file} cannot be read: {unreadable(error)}") from error
    problems = [parse(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not problems:
        raise CommandFailed(f"{file} holds no problems.")
    return problems


def parse(file: Path, number: int, line: str) -> Problem:
    """The problem in one line. Raises CommandFailed."""
    try:
        return Problem.model_validate_json(line)
    except ValidationError as error:
        first = next(complaints(error))
        place = ".".join(map(str, first.place)) or "the row"
        raise CommandFailed(f"{file} line {number}: {place}: {first.message}") from error
