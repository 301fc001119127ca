"""One word per thing: folder, resource, use case, state, setting. A newcomer guesses and is right."""

import ast
import json
import re
from pathlib import Path

import pytest

from assay.domain.lane import EVENTS_A_TURN
from assay.use_cases.call_config import PATIENCE
from tests.story.tree import (
    ROOT,
    app_of,
    definition,
    folders,
    functions,
    made,
    placeholders,
    resource_of,
    resources,
    scripts,
    states,
    template,
)
from tests.support.entry_points import ATTEMPTS

ANOTHER_USE_CASE = {
    "create_evaluation": "start_evaluation",  # HTTP, events and both dialects start evaluations in one place
}
ANOTHER_FUNCTION = {
    "Lane failed": "fail_evaluation",  # what cannot go on ends in one place, be it a lane or the whole
}
MOST_STATEMENTS = 5
BRANCHES = (ast.Try, ast.TryStar, ast.If, ast.IfExp, ast.Match, ast.For, ast.While, ast.comprehension, ast.Lambda)
DEATHS = {"Lambda.TooManyRequestsException", "States.TaskFailed", "States.Timeout", "States.ALL"}


def test_every_folder_of_functions_is_a_function_of_the_template_and_the_other_way_round():
    assert {resource_of(folder) for folder in [*folders(), *scripts()]} == set(functions())


@pytest.mark.parametrize("folder", [*folders(), *scripts()])
def test_a_function_takes_its_code_from_the_folder_of_its_name(folder):
    assert functions()[resource_of(folder)]["CodeUri"] == f"functions/{folder}"
    assert functions()[resource_of(folder)]["Handler"] == "app.handler"


@pytest.mark.parametrize("folder", folders())
def test_every_function_has_a_use_case_of_its_name(folder):
    name = ANOTHER_USE_CASE.get(folder, folder)
    use_cases = ROOT / "layers/core/assay/use_cases"
    assert (use_cases / f"{name}.py").exists() or (use_cases / name / "__init__.py").exists()


def test_no_exception_from_a_name_is_listed_that_is_none():
    assert not [folder for folder, name in ANOTHER_USE_CASE.items() if folder not in folders() or folder == name]
    assert set(ANOTHER_FUNCTION) <= set(states())


@pytest.mark.parametrize("folder", folders())
def test_an_entry_point_parses_calls_one_use_case_and_answers(folder):
    body = app_of(folder).body
    assert isinstance(body[0], ast.Expr), "app.py begins by saying what it is."
    others = [node for node in body[1:] if not isinstance(node, ast.Import | ast.ImportFrom | ast.Assign)]
    assert [getattr(node, "name", type(node).__name__) for node in others] == ["handler"]


@pytest.mark.parametrize("folder", folders())
def test_a_handler_has_five_statements_at_most_and_decides_nothing(folder):
    handler = app_of(folder).body[-1]
    assert isinstance(handler, ast.FunctionDef)
    assert len(handler.body) <= MOST_STATEMENTS
    assert not [type(node).__name__ for node in ast.walk(handler) if isinstance(node, BRANCHES)]


def test_every_placeholder_of_the_state_machine_is_substituted_and_every_substitution_is_used():
    assert placeholders() == set(resources("AWS::Serverless::StateMachine")["Evaluation"]["DefinitionSubstitutions"])


def test_a_placeholder_is_called_after_the_resource_that_stands_for_it():
    for name, value in resources("AWS::Serverless::StateMachine")["Evaluation"]["DefinitionSubstitutions"].items():
        assert value in ({"Fn::GetAtt": [name, "Arn"]}, {"Ref": name})


@pytest.mark.parametrize("state", [name for name, state in states().items() if state["Type"] == "Task"])
def test_a_state_that_works_carries_the_words_of_its_function(state):
    folder = ANOTHER_FUNCTION.get(state, state.lower().replace(" ", "_"))
    assert folder in folders()
    assert states()[state]["Resource"] == f"${{{resource_of(folder)}}}"


@pytest.mark.parametrize("state", [name for name, state in states().items() if state["Type"] == "Task"])
def test_a_state_that_works_outlasts_its_function_and_retries_only_its_death(state):
    task = states()[state]
    timeout = functions()[task["Resource"][2:-1]]["Timeout"]
    assert task["TimeoutSeconds"] >= timeout
    caught = [name for rule in [*task["Retry"], *task.get("Catch", ())] for name in rule["ErrorEquals"]]
    assert set(caught) <= DEATHS, "The local cloud gives every exception one name: none may be named here."


def test_every_transition_leads_to_a_state_of_the_same_level():
    levels = [definition(), *(state["ItemProcessor"] for state in states().values() if "ItemProcessor" in state)]
    for level in levels:
        assert {level["StartAt"], *transitions(level)} == set(level["States"])


EVENTS = {"Task": 5, "Choice": 2, "Wait": 2}
"""In an execution's history: a state is entered and exited, and what a task does is scheduled, started and succeeds."""
AFTER_A_LANE = {"Lane failed", "Done"}


def test_a_turn_of_a_lane_takes_no_more_events_of_a_childs_history_than_the_plan_counts_on():
    lane = states()["Evaluate lanes"]["ItemProcessor"]["States"]
    turn = [state["Type"] for name, state in lane.items() if name not in AFTER_A_LANE]
    assert sum(EVENTS[kind] for kind in turn) == EVENTS_A_TURN


def transitions(level):
    """The names that the states of a level go to."""
    for state in level["States"].values():
        for step in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            yield from (step[word] for word in ("Next", "Default") if word in step)


def test_what_is_called_without_anybody_waiting_is_tried_thrice_and_then_kept_for_two_weeks():
    queues = resources("AWS::SQS::Queue")
    configured = {name: one["EventInvokeConfig"] for name, one in functions().items() if "EventInvokeConfig" in one}
    assert "ScoreOutputsFunction" in configured
    for config in configured.values():
        assert config["MaximumRetryAttempts"] + 1 == ATTEMPTS
        kept = config["DestinationConfig"]["OnFailure"]
        assert kept["Type"] == "SQS"
        queue = queues[kept["Destination"]["Fn::GetAtt"][0]]
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert queue["SqsManagedSseEnabled"]


@pytest.mark.parametrize("name", functions())
def test_every_function_has_a_timeout_and_a_memory_size(name):
    assert isinstance(functions()[name]["Timeout"], int)
    assert functions()[name]["MemorySize"]


@pytest.mark.parametrize("folder", folders())
def test_every_function_of_python_has_both_layers_and_the_sandbox_alone_what_is_offered_to_user_code(folder):
    offered = ["OfferedLayer"] if folder == "run_python" else []
    layers = [one["Ref"] for one in made("AWS::Lambda::Function")[resource_of(folder)]["Layers"]]
    assert [re.findall("^.*Layer", one)[0] for one in layers] == ["CoreLayer", "DependenciesLayer", *offered]


@pytest.mark.parametrize("name", functions())
def test_every_function_logs_into_a_group_of_its_own_that_forgets(name):
    group = name.removesuffix("Function") + "Logs"
    assert functions()[name]["LoggingConfig"] == {"LogGroup": {"Ref": group}}
    assert resources("AWS::Logs::LogGroup")[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_there_is_no_log_group_without_a_function_but_that_of_the_api():
    groups = {name.removesuffix("Function") + "Logs" for name in functions()}
    assert set(resources("AWS::Logs::LogGroup")) == {*groups, "AccessLogGroup"}


def test_a_function_behind_the_api_answers_before_the_api_gives_up():
    behind = {
        name: one["Timeout"]
        for name, one in functions().items()
        if any(event["Type"] == "Api" for event in one.get("Events", {}).values())
    }
    assert len(behind) >= 3
    assert {name for name, seconds in behind.items() if seconds > 29} == {"CallConfigFunction"}


def test_a_model_that_answers_after_the_api_gave_up_is_heard_and_the_caller_told_so():
    assert functions()["CallConfigFunction"]["Timeout"] >= PATIENCE + 15
    told = template()["Resources"]["Api"]["Properties"]["GatewayResponses"]["INTEGRATION_TIMEOUT"]
    detail = json.loads(told["ResponseTemplates"]["application/json"])["detail"]
    assert told["StatusCode"] == 504
    assert "kept among the logs" in detail


def test_every_parameter_and_condition_of_the_template_is_used():
    uses = ('{"Ref": "%s"', '"Condition": "%s"', '{"Fn::If": ["%s"', "${%s}")
    text = json.dumps(template())
    for name in [*template()["Parameters"], *template()["Conditions"]]:
        assert any(use % name in text for use in uses), f"{name} is not used."


def test_no_file_of_the_package_is_called_after_nothing():
    empty = {"utils", "helpers", "common", "manager", "service", "processor", "base", "misc"}
    roots = (ROOT / "layers/core/assay", ROOT / "functions", ROOT / "cli/assay_cli", ROOT / "tests")
    ours = [path for root in roots for path in root.rglob("*") if "node_modules" not in path.parts]
    assert not [path for path in ours if Path(path).stem in empty]
