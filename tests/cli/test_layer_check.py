"""A layer that would not run on AWS is told apart, whatever is wrong with it."""

import os
import subprocess

import pytest

from assay_cli.errors import CommandFailed
from assay_cli.layer_check import check_layer, faults, has_bytecode, slow_start
from assay_cli.places import here
from assay_cli.sam import Target, environment

LAMBDA = Target.aws("3.13", "arm64")
UNCHECKED = 0b01
"""Of a .pyc (PEP 552): it is right by itself, whatever its source's time."""
ELF = {"arm64": 0xB7, "x86_64": 0x3E}


@pytest.fixture
def layer(tmp_path):
    add_wheel(tmp_path, "pure", "py3-none-any")
    return tmp_path


def add_wheel(layer, name, *tags):
    folder = layer / "python" / f"{name}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "WHEEL").write_text("Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags))


def add_library(layer, name, architecture):
    head = b"\x7fELF\x02\x01\x01" + bytes(11) + ELF[architecture].to_bytes(2, "little")
    (layer / "python" / name).write_bytes(head + bytes(44))


def test_a_layer_for_the_target_passes(layer):
    add_wheel(layer, "fast", "cp313-cp313-manylinux_2_17_aarch64", "cp313-cp313-manylinux2014_aarch64")
    add_wheel(layer, "stable", "cp39-abi3-manylinux_2_28_aarch64")
    add_library(layer, "fast.cpython-313-aarch64-linux-gnu.so", "arm64")
    add_library(layer, "stable.abi3.so", "arm64")
    assert faults(layer, LAMBDA) == []


@pytest.mark.parametrize(
    "tag",
    [
        "cp313-cp313-manylinux_2_17_x86_64",
        "cp311-cp311-manylinux_2_17_aarch64",
        "cp313-cp313-musllinux_1_2_aarch64",
        "cp313-cp313-macosx_11_0_arm64",
        "cp313-cp313t-manylinux_2_17_aarch64",
        "cp314-abi3-manylinux_2_17_aarch64",
    ],
)
def test_a_wheel_for_another_machine_is_named(layer, tag):
    add_wheel(layer, "wrong", tag)
    with pytest.raises(CommandFailed, match=f"wrong-1.0.dist-info is for {tag}"):
        check_layer(layer, LAMBDA)


def test_a_library_for_another_processor_is_named(layer):
    add_library(layer, "wrong.abi3.so", "x86_64")
    with pytest.raises(CommandFailed, match=r"wrong\.abi3\.so is for another processor"):
        check_layer(layer, LAMBDA)


def test_a_library_for_another_python_is_named(layer):
    add_library(layer, "wrong.cpython-311-aarch64-linux-gnu.so", "arm64")
    with pytest.raises(CommandFailed, match=r"wrong.*is for another Python"):
        check_layer(layer, LAMBDA)


def test_what_only_calls_itself_a_library_is_named(layer):
    (layer / "python" / "wrong.so").write_text("no library")
    with pytest.raises(CommandFailed, match=r"wrong\.so"):
        check_layer(layer, LAMBDA)


def test_the_first_faults_are_told_at_once_and_the_others_counted(layer):
    add_wheel(layer, "first", "cp311-cp311-manylinux_2_17_aarch64")
    for name in "abcd":
        add_library(layer, f"{name}.abi3.so", "x86_64")
    with pytest.raises(CommandFailed, match=r"first.*; a\.abi3\.so.*; b\.abi3\.so.*; and 2 more$"):
        check_layer(layer, LAMBDA)


def test_a_layer_without_wheels_is_no_layer(tmp_path):
    with pytest.raises(CommandFailed, match="no wheels"):
        check_layer(tmp_path, LAMBDA)


def test_a_layer_that_is_too_large_is_told(layer):
    with (layer / "python" / "large").open("wb") as file:
        os.truncate(file.fileno(), 81_000_000)
    with pytest.raises(CommandFailed, match="81 MB unzipped, and may have 80"):
        check_layer(layer, LAMBDA)


def test_a_layer_that_nobody_could_compile_for_its_python_is_called_slow(layer):
    compiled = layer / "python/fast/__pycache__"
    compiled.mkdir(parents=True)
    (compiled / "fast.cpython-311.pyc").write_bytes(b"")
    assert "no Python 3.13 here" in slow_start(layer, LAMBDA)
    (compiled / "fast.cpython-313.pyc").write_bytes(b"")
    assert slow_start(layer, LAMBDA) == ""


def test_a_layer_for_the_python_at_hand_carries_bytecode_that_nothing_makes_old_and_no_path_of_this_machine(tmp_path):
    command = ["make", "-s", "-C", here().root / "layers/core", "build-CoreLayer", f"ARTIFACTS_DIR={tmp_path}"]
    subprocess.run(command, check=True, env=environment(os.environ, Target.here()))
    assert has_bytecode(tmp_path, Target.here())
    assert {file.read_bytes()[4] for file in tmp_path.rglob("*.pyc")} == {UNCHECKED}
    assert not [file for file in tmp_path.rglob("*.pyc") if str(tmp_path).encode() in file.read_bytes()]
