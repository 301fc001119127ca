"""A layer that would not run on AWS is told apart, whatever is wrong with it."""

import os

import pytest

from assay_cli.errors import CommandFailed
from assay_cli.layer_check import check_layer, faults
from assay_cli.sam import Target

LAMBDA = Target.aws("3.13", "arm64")
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
