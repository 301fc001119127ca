"""The environment: what the template gives to a function is what the function reads, no less and no more."""

import pytest
from pydantic import ValidationError

from assay import bootstrap, quarantine
from assay.domain.lane import LaneTurn
from assay.settings import PREFIX, Settings
from tests.story.tree import functions
from tests.support.build import a_task
from tests.support.entry_points import FarContext


def asked(*names):
    """Asks for ports as the routes of an API function do."""
    for name in names:
        getattr(bootstrap.ports(), name)


TURN = LaneTurn(organisation="acme", evaluation_id="ev_1", lane=0)


def generating():
    bootstrap.generate(TURN, FarContext())
    bootstrap.open_provider(a_task(provider="mock"))


def scoring():
    bootstrap.score(TURN, FarContext())
    bootstrap.open_provider(a_task(provider="mock"))


def triggering():
    bootstrap.trigger()
    asked("datasets", "dataset_rows", "limits")


def invoking():
    asked("invocation")
    bootstrap.open_provider(a_task(provider="mock"))


def calling():
    asked("resources", "logs", "datasets", "posted", "scoring")
    bootstrap.ports().calling({})
    bootstrap.open_provider(a_task(provider="mock"))


PATHS = {
    "AuthorizeFunction": bootstrap.authorize,
    "ManageResourcesFunction": lambda: asked(
        "resources", "datasets", "logs", "runs", "progress", "posted", "scoring", "link_secret", "erasures"
    ),
    "EraseContentFunction": bootstrap.erase,
    "ImportRowsFunction": lambda: asked("resources", "dataset_rows", "uploads"),
    "CreateEvaluationFunction": lambda: asked(
        "resources", "datasets", "executions", "limits", "request_keys", "link_secret"
    ),
    "LaunchEvalFunction": lambda: asked("resources", "datasets", "executions", "limits", "runs", "link_secret"),
    "ViewExperimentFunction": lambda: asked("resources", "datasets", "runs", "link_secret"),
    "GetEvaluationFunction": lambda: asked(
        "resources", "datasets", "logs", "runs", "progress", "executions", "link_secret"
    ),
    "UpdateEvaluationFunction": lambda: asked(
        "resources", "datasets", "logs", "runs", "posted", "executions", "scoring", "request_keys", "link_secret"
    ),
    "InvokeFunctionFunction": invoking,
    "CallConfigFunction": calling,
    "PrepareEvaluationFunction": bootstrap.prepare,
    "GenerateOutputsFunction": generating,
    "ScoreOutputsFunction": scoring,
    "SummarizeExperimentFunction": bootstrap.summarize,
    "FailEvaluationFunction": bootstrap.fail,
    "TriggerEvalFunction": triggering,
    "ReportHealthFunction": bootstrap.levels.__wrapped__,
    "RunPythonFunction": quarantine.sandbox.__wrapped__,
    "RunNodeFunction": lambda: None,
}
"""How a function comes by all the ports that it may use."""

VALUES = {
    "ASSAY_MAX_LANES": "20",
    "ASSAY_DEFAULT_CONCURRENCY": "20",
    "ASSAY_CACHE_BY_DEFAULT": "false",
    "ASSAY_CACHE_DAYS": "30",
    "ASSAY_SANDBOX_LIMITS": "{}",
    "ASSAY_SANDBOX_EXTRAS": "true",
    "ASSAY_MAX_ROWS": "9",
    "ASSAY_MAX_COST": "0",
}


def own(name):
    """The names of the function's variables."""
    return set(functions()[name]["Environment"])


def fields(*groups):
    """The variables in which the fields of groups of settings stand; with a default or without."""
    return {PREFIX + field.upper() for group in groups for field in group.model_fields}


@pytest.fixture
def environment(monkeypatch):
    """Sets the variables of a function, those alone, in a process that has no ports yet."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bootstrap.client.cache_clear()

    def provide(names):
        bootstrap.ports.cache_clear()
        for name in fields(*Settings.__subclasses__()):
            monkeypatch.delenv(name, raising=False)
        for name in names:
            monkeypatch.setenv(name, VALUES.get(name, "x"))

    yield provide
    bootstrap.ports.cache_clear()
    bootstrap.client.cache_clear()


def test_the_variables_of_the_template_are_the_fields_of_the_settings():
    given = {name for function in functions() for name in own(function) if name.startswith(PREFIX)}
    assert given == fields(*Settings.__subclasses__())


def test_a_way_to_the_ports_is_known_for_every_function():
    assert set(PATHS) == set(functions())


def lacking(name):
    """The variables that the function misses on its way to the ports."""
    try:
        PATHS[name]()
    except ValidationError as error:
        return [PREFIX + str(one["loc"][0]).upper() for one in error.errors()]
    return []


@pytest.mark.parametrize("name", functions())
def test_a_function_finds_all_its_settings(name, environment):
    environment(own(name))
    assert lacking(name) == []


def required(name):
    """The variables of the function whose fields have no default."""
    every = (group.model_fields.items() for group in Settings.__subclasses__())
    needed = {PREFIX + field.upper() for fields in every for field, about in fields if about.is_required()}
    return sorted(own(name) & needed)


@pytest.mark.parametrize(("name", "variable"), [(name, each) for name in functions() for each in required(name)])
def test_a_function_has_no_setting_that_it_does_not_read(name, variable, environment):
    environment(own(name) - {variable})
    assert lacking(name) == [variable]
