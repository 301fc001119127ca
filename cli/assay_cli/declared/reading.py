"""A declared evaluation from its file; whatever is wrong with it is said with the file and the line."""

import ast
import re
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from assay.domain.complaints import complaints
from assay_cli.declared import document
from assay_cli.declared.document import Document, Malformed
from assay_cli.declared.model import CodeEvaluator, CodeTask, DataFile, Declaration, ModelPrompt, StoredEvaluator
from assay_cli.errors import Misused, unreadable

RUNTIMES = {".py": "python", ".js": "node", ".mjs": "node", ".ts": "node"}
HANDLER = re.compile(r"\b(function|const|let|var)\s+handler\b")


class Problem(NamedTuple):
    """One thing that is wrong, and where."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Invalid(Misused):
    """Files of the user's cannot be used as they are: a line for each thing that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Declared(NamedTuple):
    """A declaration, the file that it stands in, and the texts of the files that it names."""

    file: Path
    declaration: Declaration
    document: Document
    texts: dict[Path, str]

    @property
    def name(self) -> str:
        """What the evaluation is called: as it says, else as its file."""
        return self.declaration.name or self.file.stem

    @property
    def data_file(self) -> Path | None:
        """The file of rows, if the data are one."""
        data = self.declaration.data
        return self.file.parent / data.file if isinstance(data, DataFile) else None

    @property
    def files(self) -> list[Path]:
        """Every file that the evaluation is made of."""
        named = [self.file.parent / path for path in self.texts]
        return [self.file, *named, *([self.data_file] if self.data_file else [])]


def read_declared(file: Path) -> Declared:
    """The declaration in a file. Raises Invalid."""
    try:
        found = document.read_document(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Misused(f"{file} cannot be read: {unreadable(error)}") from error
    except Malformed as error:
        raise Invalid([Problem(file, error.line, str(error))]) from error
    if found.value is None:
        raise Invalid([Problem(file, 1, "the file is empty: `assay init` writes one to begin with")])
    try:
        declaration = Declaration.model_validate(found.value)
    except ValidationError as error:
        raise Invalid(sorted(problems(file, found, error), key=attrgetter("line"))) from error
    texts, wrong = read_named(file, found, declaration)
    wrong += namesakes(file, found, declaration)
    if wrong:
        raise Invalid(wrong)
    return Declared(file, declaration, found, texts)


def problems(file: Path, found: Document, error: ValidationError) -> Iterator[Problem]:
    """What is wrong, each with the line where it stands."""
    for one in complaints(error):
        place = tuple(step for step in one.place if not str(step).startswith("with "))
        yield Problem(file, found.line(place), str(one._replace(place=place)))


def namesakes(file: Path, found: Document, declaration: Declaration) -> Iterator[Problem]:
    """The evaluators with a name that an earlier one has; the names of stored ones are not known here."""
    names: dict[str, int] = {}
    for number, one in enumerate(declaration.evaluators):
        name = None if isinstance(one, StoredEvaluator) else one.called
        if name in names:
            line = found.line(("evaluators", names[name]))
            problem = f"evaluators.{number}: '{name}' is the name of the one in line {line}, too: give it a name"
            yield Problem(file, found.line(("evaluators", number)), problem)
        elif name is not None:
            names[name] = number


def read_named(file: Path, found: Document, declaration: Declaration) -> tuple[dict[Path, str], list[Problem]]:
    """The texts of the prompt and code files that are named, and what is wrong with them."""
    texts: dict[Path, str] = {}
    wrong: list[Problem] = []
    for place, path, is_code in named_files(declaration):
        try:
            texts[path] = (file.parent / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            wrong.append(Problem(file, found.line(place), f"{path} cannot be read: {unreadable(error)}"))
            continue
        if is_code:
            wrong += code_problems(file.parent / path, texts[path])
    return texts, wrong


def named_files(declaration: Declaration) -> Iterator[tuple[document.Path, Path, bool]]:
    """The place in the declaration of each text file that it names, the file, and whether it is code."""
    task = declaration.task
    if isinstance(task, ModelPrompt) and task.prompt_file:
        yield ("task", "prompt_file"), task.prompt_file, False
    if isinstance(task, CodeTask):
        yield ("task", "code"), task.code, True
    for number, one in enumerate(declaration.evaluators):
        if isinstance(one, CodeEvaluator):
            yield ("evaluators", number, "code"), one.code, True


def code_problems(path: Path, text: str) -> Iterator[Problem]:
    """Why a file can be no code of ours: its language, its syntax, or that nothing in it is called `handler`."""
    runtime = RUNTIMES.get(path.suffix)
    if runtime is None:
        yield Problem(path, 1, f"code is {', '.join(RUNTIMES)}")
    elif runtime == "node":
        if not HANDLER.search(text):
            yield Problem(path, 1, "it defines no function named handler")
    else:
        yield from python_problems(path, text)


def python_problems(path: Path, text: str) -> Iterator[Problem]:
    """As `code_problems`, for Python."""
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        yield Problem(path, error.lineno or 1, error.msg)
        return
    if not any("handler" in names(statement) for statement in body):
        yield handlerless(path, body)


def handlerless(path: Path, body: list[ast.stmt]) -> Problem:
    """What is wrong with a file of Python in which no function is called `handler`."""
    for statement in body:
        if isinstance(statement, ast.ClassDef) and statement.name == "handler":
            return Problem(path, statement.lineno, "handler is a class, where a function is wanted")
    return Problem(path, 1, "it defines no function named handler")


def names(statement: ast.stmt) -> list[str]:
    """What a statement of a module names."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
