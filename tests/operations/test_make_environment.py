"""The script behind `make run` and `make test`, on machines that lack something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make-environment"


@pytest.fixture
def machine(tmp_path):
    """Run the script where ``python`` is a given shell script and nobody is root."""
    tools = tmp_path / "tools"
    tools.mkdir()

    def tool(name: str, script: str) -> None:
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)

    def run(python: str) -> subprocess.CompletedProcess:
        tool("id", "echo 1000")
        tool("python", python)
        return subprocess.run(
            [SCRIPT, "python", tmp_path / "venv", "requirements.txt"],
            env={"PATH": f"{tools}:{os.environ['PATH']}"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )

    return run


def test_a_python_that_is_too_old_is_named_in_one_line(machine):
    run = machine('case "$2" in *exit*) exit 1;; *) echo 3.9.2;; esac')

    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and 'python' is 3.9.2" in run.stderr
    assert "PYTHON=" in run.stderr


def test_a_python_without_venv_ends_in_the_line_that_installs_it(machine, tmp_path):
    run = machine(f'case "$1" in -m) exit 1;; *) exec {sys.executable} "$@";; esac')

    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert run.stderr.endswith("Run: sudo apt-get install -y python3-venv\n")
    assert not (tmp_path / "venv").exists()


def test_packages_that_cannot_be_had_leave_no_stamp(machine, tmp_path):
    run = machine(
        f"""case "$*" in
        *"-m venv"*) mkdir -p {tmp_path}/venv/bin; ln -s "$0" {tmp_path}/venv/bin/python;;
        *install*) echo no network >&2; exit 1;;
        *) exec {sys.executable} "$@";; esac"""
    )

    assert run.returncode == 1
    assert "could not be installed" in run.stderr
    assert not list((tmp_path / "venv").glob(".has-*"))
