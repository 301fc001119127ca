"""`.assay/env` gives a shell exactly what was written, and nobody else anything."""

import os
import stat
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay_cli import env_file
from assay_cli.errors import NotRunning
from assay_cli.places import Places, here

names = st.from_regex(r"[A-Z][A-Z0-9_]{0,20}", fullmatch=True)
values = st.text(
    st.characters(exclude_characters="\n\r\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"])
)


@pytest.fixture
def places(tmp_path):
    found = Places(tmp_path, tmp_path / ".assay")
    found.prepare()
    return found


@given(st.dictionaries(names, values))
def test_what_is_rendered_is_read_back(variables):
    assert env_file.parse(env_file.render(variables)) == variables


def test_a_shell_reads_what_was_meant():
    value = 'it\'s $HOME `x` "quoted" \\'
    script = env_file.render({"ASSAY_TRICKY": value}) + 'printf %s "$ASSAY_TRICKY"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == value


def test_the_file_and_its_folder_are_the_owners_alone(places):
    before = os.umask(0)
    try:
        env_file.write(places, {"ASSAY_API_KEY": "secret"})
    finally:
        os.umask(before)
    assert stat.S_IMODE(places.env_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.state.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_not_written_into(places):
    places.env_file.touch(mode=0o644)
    env_file.write(places, {"ASSAY_API_KEY": "secret"})
    assert stat.S_IMODE(places.env_file.stat().st_mode) == 0o600


def test_where_nothing_was_written_nothing_is_read(places):
    assert env_file.read(places) == {}
    with pytest.raises(NotRunning):
        env_file.required(places)


def test_an_sdk_finds_the_humanloop_dialect_and_the_aws_tools_the_local_cloud():
    api = env_file.assay_variables("http://127.0.0.1:4566/_aws/execute-api/abc/prod", "asy_local.1_x")
    assert api["HUMANLOOP_HOST"] == "http://127.0.0.1:4566/_aws/execute-api/abc/prod/v4"
    assert env_file.aws_variables("http://127.0.0.1:4566")["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


def test_a_clone_keeps_its_state_beside_itself_or_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.delenv("ASSAY_STATE_DIR", raising=False)
    assert here().state == here().root / ".assay"
    monkeypatch.setenv("ASSAY_STATE_DIR", str(tmp_path))
    assert here().env_file == tmp_path / "env"
