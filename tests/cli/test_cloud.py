"""The local cloud's process: on loopback, with no key of the user's in it, and with a memory."""

import os
import socket
import subprocess
import sys

import boto3
import pytest

from assay_cli import cloud
from assay_cli.errors import CommandFailed, PortTaken, StepFailed
from assay_cli.places import Places
from tests.e2e.local_cloud import free_port

OUTER = {
    "PATH": os.environ["PATH"],
    "HOME": "/home/someone",
    "OPENAI_API_KEY": "sk-secret",
    "ANTHROPIC_API_KEY": "sk-secret",
    "AWS_SECRET_ACCESS_KEY": "a-real-one",
    "AWS_PROFILE": "production",
    "GITHUB_TOKEN": "ghp-secret",
}


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path, tmp_path / ".assay")


@pytest.fixture
def port():
    return free_port()


def s3(here):
    return boto3.client(
        "s3",
        endpoint_url=here.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_functions_inherit_no_key_and_no_account(places):
    inherited = cloud.environment(places, 4566, OUTER)
    assert not set(inherited.values()) & {"sk-secret", "a-real-one", "production", "ghp-secret", "/home/someone"}


def test_it_listens_on_loopback_and_asks_for_signatures(places):
    inherited = cloud.environment(places, 4567, OUTER)
    assert (inherited["BIND_HOST"], inherited["GATEWAY_PORT"], inherited["AUTH"]) == ("127.0.0.1", "4567", "true")


def test_what_it_held_it_holds_again_after_a_stop_and_a_start(places, port):
    here = cloud.start(places, port, OUTER)
    try:
        assert cloud.running(places) == here
        s3(here).create_bucket(Bucket="kept")
        s3(here).put_object(Bucket="kept", Key="a", Body=b"body")
    finally:
        cloud.stop(places, here)
    assert cloud.running(places) is None
    again = cloud.start(places, cloud.chosen_port(places, None), OUTER)
    try:
        assert again.port == port
        assert s3(again).get_object(Bucket="kept", Key="a")["Body"].read() == b"body"
    finally:
        cloud.stop(places, again)
    assert not cloud.answers(again)


def test_a_port_in_use_is_told_and_nothing_started(places):
    with socket.create_server((cloud.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is taken"):
            cloud.start(places, port, OUTER)
    assert cloud.running(places) is None


def test_a_cloud_that_dies_at_once_is_told_with_its_log(places, port):
    places.prepare()
    (places.state / "ministack").mkdir()
    (places.state / "ministack" / "__init__.py").write_text("raise SystemExit('broken')")
    with pytest.raises(StepFailed, match=r"cloud\.log says why"):
        cloud.start(places, port, OUTER)
    assert cloud.running(places) is None


def test_a_process_of_the_same_number_is_not_taken_for_the_cloud(places):
    places.prepare()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        places.process_file.write_text(f'{{"pid": {other.pid}, "port": 4566}}')
        assert cloud.running(places) is None
        other.communicate(b"\n")


def test_the_port_is_the_one_asked_for_then_the_last_one_then_the_usual_one(places):
    places.prepare()
    assert cloud.chosen_port(places, None) == 4566
    places.port_file.write_text("4600\n")
    assert cloud.chosen_port(places, None) == 4600
    assert cloud.chosen_port(places, 4700) == 4700


def test_a_child_that_has_ended_no_longer_exists():
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert cloud.within(10, lambda: not cloud.exists(child.pid))
    child.returncode = 0


def test_what_does_not_come_is_waited_for_only_so_long():
    assert not cloud.within(0.1, lambda: not cloud.exists(os.getpid()))


def test_a_cloud_that_waits_for_invocations_under_way_is_ended_once_its_state_is_written(places):
    places.prepare()
    places.cloud_log.write_bytes(cloud.LAST_WORD)
    script = f"import signal, time; signal.signal(15, lambda *_: print({cloud.LAST_WORD.decode()!r}, flush=True)); print(flush=True); time.sleep(60)"
    with places.cloud_log.open("ab") as log:
        busy = subprocess.Popen([sys.executable, "-c", script], stdout=log, start_new_session=True)
    assert cloud.within(10, lambda: places.cloud_log.read_bytes().endswith(b"\n"))
    cloud.stop(places, cloud.Cloud(busy.pid, 4566), patience=10)
    assert busy.wait(10) == -9


def test_what_outlived_a_cloud_that_was_killed_is_ended_and_removed_before_the_next_one(places):
    places.prepare()
    worker = places.scratch / "worker.py"
    worker.write_text("input()")
    left = subprocess.Popen([sys.executable, worker], stdin=subprocess.PIPE)
    cloud.end_leftovers(places)
    assert left.wait(10) == -9
    cloud.empty_scratch(places)
    assert list(places.scratch.iterdir()) == []
    assert cloud.within(30, lambda: not list(places.state.glob("tmp-*")))


def test_a_stop_that_needs_force_says_so(places):
    places.prepare()
    places.cloud_log.touch()
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    stubborn = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True)
    stubborn.stdout.readline()
    with pytest.raises(CommandFailed, match="had to be killed"):
        cloud.stop(places, cloud.Cloud(stubborn.pid, 4566), patience=0.2)
    assert stubborn.wait(10) == -9
