"""How `sam` is called: for which machine, with which environment, and what is said when it fails."""

import sys
from pathlib import Path

import pytest
from samcli.cli.types import CfnParameterOverridesType

from assay_cli import sam, sandbox_settings
from assay_cli.errors import StepFailed, ToolMissing
from assay_cli.places import Places

LAMBDA = sam.Target.aws("3.13", "arm64")


@pytest.fixture
def places(tmp_path):
    found = Places(tmp_path, tmp_path / ".assay")
    found.prepare()
    return found


def test_programs_get_no_provider_key():
    outer = {"PATH": "/bin", "OPENAI_API_KEY": "sk-secret", "ANTHROPIC_API_KEY": "sk-secret", "HOME": "/home/someone"}
    given = sam.environment(outer, LAMBDA)
    assert "sk-secret" not in given.values()
    assert given["HOME"] == "/home/someone"


def test_programs_beside_this_interpreter_come_first():
    assert sam.environment({"PATH": "/bin"}, LAMBDA)["PATH"] == f"{Path(sys.executable).parent}:/bin"


def test_the_layer_is_built_for_the_target():
    assert sam.environment({}, LAMBDA)["LAYER_PLATFORM"] == "aarch64-manylinux_2_28"
    assert sam.environment({}, sam.Target.here())["LAYER_PLATFORM"] == ""
    assert sam.Target.here().python == f"{sys.version_info.major}.{sys.version_info.minor}"


def test_the_stack_is_told_for_which_machine_it_is():
    assert LAMBDA.parameters == {"Runtime": "python3.13", "Architecture": "arm64"}


def test_builds_for_different_machines_share_no_cache(places):
    caches = {sam.Build.for_aws(places, sam.Target.aws(*each)).cache for each in [("3.13", "arm64"), ("3.12", "arm64")]}
    assert len(caches | {sam.Build.local(places, LAMBDA).cache}) == 3


def test_no_secret_is_on_the_command_line(places):
    command = sam.deploy_command(places, sam.Build.local(places, LAMBDA), "assay", "local", {"Runtime": "python3.13"})
    assert command[-2:] == ["--parameter-overrides", "Runtime=python3.13"]
    assert not any("key" in word.lower() for word in command)


def test_sam_reads_every_parameter_whole_empty_ones_and_those_with_blanks_too(places):
    wanted = {**sandbox_settings.parameters({}), "Blank": "a, b c", "Quote": 'a "b"'}
    assert "" in wanted.values()
    command = sam.deploy_command(places, sam.Build.local(places, LAMBDA), "assay", "local", wanted)
    overrides = tuple(command[command.index("--parameter-overrides") + 1 :])
    assert CfnParameterOverridesType().convert(overrides, None, None) == wanted


def test_a_tool_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(sam, "TOOLS", ("no-such-tool",))
    with pytest.raises(ToolMissing, match="`no-such-tool` is not installed"):
        sam.require_tools("/bin")


def test_a_program_that_fails_is_quoted_and_its_whole_output_kept(places):
    script = "print('Building'); print('Error: no bucket'); print('Use --s3-bucket'); raise SystemExit(1)"
    with pytest.raises(StepFailed, match="failed: Error: no bucket Use --s3-bucket"):
        sam.run(places, [sys.executable, "-c", script], LAMBDA, places.deploy_log)
    assert "Building\n" in places.deploy_log.read_text()


def test_a_program_that_succeeds_is_listened_to(places):
    said = sam.run(places, [sys.executable, "-c", f"print({sam.UP_TO_DATE!r})"], LAMBDA, places.deploy_log)
    assert sam.UP_TO_DATE in said


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("", "it said nothing"),
        ("one\ntwo\n", "two"),
        ("Error: a\nError: b\nc\n", "Error: b c"),
        ("Error: " + "x" * 999, "Error: " + "x" * 393),
    ],
)
def test_what_is_quoted_is_the_last_error(said, complaint):
    assert sam.complaint(said) == complaint


def test_what_running_the_functions_left_behind_is_not_packed(places):
    cache = places.root / "functions/authorize/__pycache__"
    cache.mkdir(parents=True)
    sam.remove_bytecode(places)
    assert not cache.exists()
    assert cache.parent.exists()
