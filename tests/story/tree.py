"""The project as it lies in its folders: what each part of it says, before anybody compares."""

import ast
import json
import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@cache
def template() -> dict[str, Any]:
    """template.yaml, its short tags written out (`!Ref X` is {"Ref": "X"})."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the template's resources of a type, by logical id."""
    every = template()["Resources"]
    return {name: one.get("Properties", {}) for name, one in every.items() if one["Type"] == kind}


def functions() -> dict[str, dict[str, Any]]:
    """The properties of the template's functions; what they do not say for themselves is from Globals."""
    own = resources("AWS::Serverless::Function")
    return {name: {**shared(name), **own[name], "Environment": variables(own[name])} for name in own}


def shared(name: str) -> dict[str, Any]:
    """What a function has from Globals."""
    ignored = template()["Resources"][name].get("IgnoreGlobals", [])
    return {key: value for key, value in template()["Globals"]["Function"].items() if key not in ignored}


def variables(properties: dict[str, Any]) -> dict[str, Any]:
    """A function's own environment variables."""
    own: dict[str, Any] = properties.get("Environment", {}).get("Variables", {})
    return own


@cache
def transformed() -> dict[str, dict[str, Any]]:
    """The resources that CloudFormation gets to see, once SAM has added roles and permissions."""
    given = deepcopy(template())
    for resource in given["Resources"].values():
        if (place := CODE.get(resource["Type"])) is not None:
            resource["Properties"][place] = "s3://artefacts/code"
        if resource["Type"] == "AWS::Serverless::StateMachine":
            resource["Properties"]["DefinitionUri"] = "s3://artefacts/definition"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
    made: dict[str, dict[str, Any]] = translator.translate(given, {})["Resources"]
    return made


def made(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the transformed template's resources of a type, by logical id."""
    return {name: one.get("Properties", {}) for name, one in transformed().items() if one["Type"] == kind}


def kinds() -> set[str]:
    """The types of the transformed template's resources."""
    return {one["Type"] for one in transformed().values()}


def folders() -> list[str]:
    """The folders of functions/ that hold Python, by name."""
    return sorted(app.parent.name for app in (ROOT / "functions").glob("*/app.py"))


def scripts() -> list[str]:
    """The folders of functions/ that hold JavaScript, by name."""
    return sorted(app.parent.name for app in (ROOT / "functions").glob("*/app.mjs"))


def resource_of(folder: str) -> str:
    """The function resource that a folder is for: `run_python` -> `RunPythonFunction`."""
    return "".join(word.capitalize() for word in folder.split("_")) + "Function"


def app_of(folder: str) -> ast.Module:
    """The syntax tree of a folder's app.py."""
    return ast.parse((ROOT / "functions" / folder / "app.py").read_text())


@cache
def definition() -> dict[str, Any]:
    """The state machine, as JSON."""
    parsed: dict[str, Any] = json.loads((ROOT / "statemachine/evaluation.asl.json").read_text())
    return parsed


def states() -> dict[str, dict[str, Any]]:
    """Every state by name, those within the Map included."""
    found: dict[str, dict[str, Any]] = {}
    left = [definition()]
    while left:
        for name, state in left.pop()["States"].items():
            assert name not in found, f"Two states are called {name}."
            found[name] = state
            left += [state["ItemProcessor"]] if "ItemProcessor" in state else []
    return found


def placeholders() -> set[str]:
    """The names of the `${…}` in the state machine's definition."""
    return set(re.findall(r"\$\{(\w+)\}", json.dumps(definition())))
