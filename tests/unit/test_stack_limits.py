"""What a row of user code may use, as the stack's parameters say it."""

import asyncio
import json

from samtranslator.yaml_helper import yaml_parse

from assay.adapters.code_runner import LambdaCodeRunner
from assay.domain.sandbox import CodeBatch, SandboxLimits, StackLimits
from assay.settings import SandboxSettings
from tests.story.tree import ROOT


class Client:
    """Lambda, as far as it notes what it is asked to run."""

    def __init__(self):
        self.limits = []

    def invoke(self, *, Payload, FunctionName):  # noqa: N803
        self.limits.append(SandboxLimits.model_validate(json.loads(Payload)["limits"]))
        return {"Payload": self}

    def read(self):
        return b'{"results": [], "level": "rlimits"}'


def test_a_batch_is_run_under_the_limits_of_the_stack_and_a_task_has_time_of_its_own(monkeypatch):
    said = '{"seconds":3,"task_seconds":30,"memory_mb":128,"stdout_kb":0,"result_kb":1}'
    for name, value in (("RUN_PYTHON_FUNCTION", "f"), ("RUN_NODE_FUNCTION", "f"), ("SANDBOX_LIMITS", said)):
        monkeypatch.setenv(f"ASSAY_{name}", value)
    client = Client()
    runner = LambdaCodeRunner(lambda: client, {"python": "f"}, SandboxSettings.read().sandbox_limits)
    for call in ("positional", "scorer", "task"):
        asyncio.run(runner.run(CodeBatch(code="", function="", call=call, rows=())))
    scorer = SandboxLimits(wall=3, cpu=3, memory=128 << 20, stdout=0, result=1024)
    assert client.limits == [scorer, scorer, scorer.model_copy(update={"wall": 30, "cpu": 30})]


def test_the_defaults_of_the_template_are_those_of_the_code():
    parameters = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]
    defaults = {name: parameters[f"Sandbox{name}"]["Default"] for name in PARAMETERS}
    assert defaults == {name: getattr(StackLimits(), field) for name, field in PARAMETERS.items()}
    assert StackLimits().of("scorer") == SandboxLimits()


PARAMETERS = {
    "Seconds": "seconds",
    "TaskSeconds": "task_seconds",
    "Memory": "memory_mb",
    "Stdout": "stdout_kb",
    "Result": "result_kb",
}
