"""A project of experiments, run in this process, and a server on loopback that shows its pages as the stack would."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler
from threading import Lock
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from assay.dialects.braintrust.pages import view
from assay.domain.completion import Completion
from assay.domain.dataset import Datapoint
from assay.domain.errors import ProviderRefused
from assay.domain.evaluation import Pass
from assay.domain.experiment import Experiment
from assay.domain.link import LIFE, Sight, path_to, signed
from assay.domain.messages import Message
from assay.domain.project import Project
from assay.domain.sandbox import CodeBatch, CodeResults
from assay.domain.score import Usage
from assay.domain.task import Task
from tests.support.build import TIMES, a_dataset_version, a_judge_version, a_task, an_evaluation, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine
from tests.support.fakes import FakeCodeRunner
from tests.support.serving import served

SECRET = SecretStr("of the links of tests")
PROJECT = "Support answers"
QUESTIONS = (
    ("How do I reset my password?", "Open Settings, choose Security, then “Reset password”. A link comes by mail."),
    ("My card was declined twice. What now?", "Cards are declined by the bank: wait an hour, then try again."),
    ("Can I move the subscription to another workspace?", "Yes: an owner of both can move it under Billing."),
    ("Where is the invoice for March?", "Under Billing, Invoices; March is the third from the top."),
    ("The export stops at 10,000 rows. Why?", "Exports on the free plan hold 10,000 rows."),
)
EXACT = an_evaluator_version(
    id="evv_exact",
    name="Exact match",
    code="def judge(log, testcase):\n    return log['output'] == testcase['target']['answer']\n",
)
LENGTH = an_evaluator_version(
    id="evv_words",
    name="Words",
    return_type="number",
    arguments_type="target_free",
    higher_is_better=None,
    code="def words(log):\n    return len(log['output'].split())\n",
)
JUDGE = a_judge_version(
    id="evv_helpful",
    name="Helpful",
    task=Task(model="judge-x", prompt_template="Does {{log.output}} help? Better is {{testcase.target.answer}}"),
)
TASK = a_task(
    chat_template=(
        Message(role="system", content="You answer customers of Fathom, briefly."),
        Message(role="user", content="{{question}}"),
    )
)


class Printing(FakeCodeRunner):
    """As FakeCodeRunner, of code that prints."""

    async def run(self, batch: CodeBatch) -> CodeResults:
        said = await super().run(batch)
        results = tuple(one.model_copy(update={"stdout": "compared two texts\n"}) for one in said.results)
        return CodeResults(results=results)


class Lab(Engine):
    """An engine whose evaluations make experiments of one project, one after another."""

    def __init__(self, datapoints: int, trials: int, rows: list[Datapoint] | None = None) -> None:
        super().__init__(datapoints=0, trials=trials, evaluators=(EXACT, LENGTH, JUDGE), task=TASK)
        self.trials, self.rows = trials, rows or [a_row(number) for number in range(datapoints)]
        self.datasets.append(ORGANISATION, "evts_1", "s", self.rows)
        self.resources.create(ORGANISATION, Project(id="pr_1", name=PROJECT, **TIMES))
        self.resources.delete(ORGANISATION, self.evaluation)
        self.code_runner = Printing()
        self.provider.latency = 0.4

    def begin(self, number: int, name: str, **fields: Any) -> Experiment:
        """Makes the experiment, with its evaluation about to begin."""
        times = {kind: at.replace(minute=number) for kind, at in TIMES.items()}
        evaluation = an_evaluation(
            id=f"ev_x{number}",
            experiment_id=f"x{number}",
            dataset=a_dataset_version(datapoints=len(self.rows), name="support-questions"),
            trials=self.trials,
            rounds=((EXACT.id, LENGTH.id, JUDGE.id),),
            created_at=self.clock.now(),
            updated_at=self.clock.now(),
        )
        made = {"id": f"x{number}", "project_id": "pr_1", "name": name, "evaluation_id": evaluation.id}
        experiment = Experiment(**made, **times, **fields)
        self.resources.create(ORGANISATION, experiment, evaluation)
        self.evaluation = evaluation
        self.this = Pass(organisation=ORGANISATION, evaluation_id=evaluation.id, number=1)
        self.provider.answer = partial(said, number)
        self.judge.answer = lambda messages: "It helps.\nTrue" if "Settings" in str(messages) else "It does not.\nFalse"
        return experiment

    def alone(self, number: int, name: str) -> None:
        """An evaluation that makes no experiment, from beginning to end."""
        made = self.begin(number, name)
        self.resources.delete(ORGANISATION, made)
        after = self.evaluation.revised(self.clock.now(), name=name, experiment_id=None)
        self.resources.replace(ORGANISATION, self.evaluation, after)
        self.evaluation = after
        apart(self.finish)

    def run(self, number: int, name: str, **fields: Any) -> Experiment:
        """The experiment, from beginning to end."""
        experiment = self.begin(number, name, **fields)
        apart(self.finish)
        return experiment


def a_lab(datapoints: int = 120, trials: int = 1) -> Lab:
    """A lab with questions."""
    return Lab(datapoints, trials)


TURN = Lock()
"""Whose turn it is with what a lab keeps in memory: that of its work, or that of who looks at its pages meanwhile."""


def apart(work: Any) -> Any:
    """What comes of work in a thread of its own, where no other loop is running."""
    with TURN, ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def a_row(number: int) -> Datapoint:
    """A question with the answer that is wanted."""
    question, answer = QUESTIONS[number % len(QUESTIONS)]
    return Datapoint(
        id=f"dp_evts_1_{number}",
        inputs={"question": f"{question} (ticket {1000 + number})"},
        target={"answer": answer},
        metadata={"topic": "billing" if number % 2 else "account"},
    )


def said(experiment: int, messages: Any) -> Any:
    """What the model answers: the first experiment is right more often than the second."""
    question = str(messages[-1].content)
    ticket = int(question.rpartition("ticket ")[2].rstrip(")"))
    answer = next(right for asked, right in QUESTIONS if question.startswith(asked))
    if ticket % 37 == 5:
        return ProviderRefused("The content filter refused this question.")
    if (ticket * 7919 + experiment) % (11 if experiment == 1 else 5) == 0:
        answer = answer.replace("Settings", "Preferences").replace("Billing", "Payments") + " Anything else?"
    message = Message(role="assistant", content=answer)
    usage = Usage(prompt_tokens=31, output_tokens=len(answer.split()))
    return Completion(text=answer, message=message, finish_reason="stop", usage=usage)


class Site:
    """A server with the pages of a lab."""

    def __init__(self, lab: Engine) -> None:
        self.lab = lab
        self.ports = SimpleNamespace(
            link_secret=SimpleNamespace(value=SECRET),
            **{
                name: getattr(lab, name)
                for name in (
                    "resources",
                    "datasets",
                    "runs",
                    "experiment_rows",
                    "progress",
                    "posted",
                    "prices",
                    "clock",
                )
            },
        )
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        self.serving = ExitStack()
        self.port = self.serving.enter_context(served(type("Handler", (Handler,), {"site": self})))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.serving.close()

    @property
    def root(self) -> str:
        """The address of the stage."""
        return f"http://127.0.0.1:{self.port}/_aws/execute-api/api/prod"

    def url(self, experiment: str | None = None, **query: str) -> str:
        """The address of an experiment's page, by the experiment's name; of the project's without one."""
        kept = self.lab.resources.kept.values()
        found = next((one for one in kept if isinstance(one, Experiment) and one.name == experiment), None)
        sight = Sight(
            organisation=ORGANISATION,
            kind="experiment" if found else "project",
            id=found.id if found else "pr_1",
            until=self.lab.clock.now() + LIFE,
        )
        path = path_to(ORGANISATION, PROJECT, experiment)
        more = "".join(f"&{name}={value}" for name, value in query.items())
        return f"{self.root}{path}?token={signed(sight, SECRET)}{more}"

    def answer(self, target: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """What the function answers to a GET."""
        place = urlsplit(target)
        path = place.path.removeprefix("/_aws/execute-api/api/prod")
        self.asked.append(target)
        event = {
            "path": path,
            "headers": dict(headers),
            "queryStringParameters": dict(parse_qsl(place.query)) or None,
            "requestContext": {"path": f"/prod{path}", "stage": "prod", "apiId": "api"},
        }
        with TURN:
            found: dict[str, Any] = json.loads(json.dumps(view(event, self.ports)))
        return found


class Handler(BaseHTTPRequestHandler):
    """Hands requests to a site."""

    site: Site

    def do_GET(self) -> None:
        found = self.site.answer(self.path, self.headers)
        body = found["body"].encode()
        self.send_response(found["statusCode"])
        for name, value in {**found["headers"], "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the library's name
        """Nothing is said of it."""
