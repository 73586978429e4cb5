"""`./dev`: which sentence, which package, and when an environment will do."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from devtools.environment import to_do
from devtools.shell import explain, explain_os_error

ROOT = Path(__file__).resolve().parents[2]
WANTED = {"python": "3.11.7", "root": "/here", "run": "a", "dev": "b", "oracles": "b"}


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("dev_script", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev_script", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_an_old_python_can_read_the_script() -> None:
    ast.parse((ROOT / "dev").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_only_old_pythons_are_told_what_is_needed(dev: ModuleType) -> None:
    sentence = dev.no_python([("python3", (3, 9)), ("python3.14", None)], "")
    assert sentence.startswith("labeler needs Python 3.11 or newer (python3 is 3.9)")


def test_a_python_that_is_not_there_is_named(dev: ModuleType) -> None:
    assert "no Python called 3.99 here" in dev.no_python([("3.99", None), ("python3.99", None)], "3.99")


def test_the_running_python_is_found_by_its_path(dev: ModuleType) -> None:
    assert dev.find_python(sys.executable) == sys.executable


@pytest.mark.parametrize(
    ("words", "wanted", "rest"),
    [
        (["test", "--python", "x"], "", ["test", "--python", "x"]),
        (["--python", "3.12", "test", "-k", "a"], "3.12", ["test", "-k", "a"]),
        (["--no-install", "--python=3.12", "demo"], "3.12", ["--no-install", "demo"]),
    ],
)
def test_the_python_option_stands_before_the_command(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, words: list[str], wanted: str, rest: list[str]
) -> None:
    monkeypatch.delenv("LABELER_PYTHON", raising=False)
    assert dev.python_option(words) == (wanted, rest)


def test_an_unknown_command_names_those_there_are() -> None:
    done = subprocess.run([sys.executable, ROOT / "dev", "tset"], capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "demo, test, run" in done.stderr


@pytest.mark.parametrize(
    ("stamp", "level", "expected"),
    [
        (None, "run", "make"),
        (WANTED, "dev", "nothing"),
        ({k: WANTED[k] for k in ("python", "root", "run")}, "run", "nothing"),
        ({k: WANTED[k] for k in ("python", "root", "run")}, "dev", "install"),
        ({k: WANTED[k] for k in ("python", "root", "dev")}, "run", "nothing"),
        (WANTED | {"dev": "older lock"}, "dev", "make"),
        (WANTED | {"dev": "older lock"}, "run", "make"),
        (WANTED | {"python": "3.12.1"}, "run", "make"),
        (WANTED | {"root": "/moved"}, "run", "make"),
        (WANTED | {"unfinished": True}, "run", "make"),
    ],
)
def test_an_environment_is_used_completed_or_made_anew(
    stamp: dict[str, object] | None, level: str, expected: str
) -> None:
    assert to_do(stamp, WANTED, level) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "Retrying ... [Errno -3] Temporary failure in name resolution",
            "cannot be reached: check the network",
        ),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "not the one that was locked",
        ),
        (
            "ERROR: No matching distribution found for pyside6-essentials==6.12.0",
            "no ready-made pyside6-essentials==6.12.0",
        ),
        ("line\nERROR: Something else\nmore", "failed: ERROR: Something else"),
        ("", "failed: it said nothing."),
    ],
)
def test_what_pip_printed_becomes_one_sentence(output: str, sentence: str) -> None:
    explained = explain(output, "Installing")
    assert sentence in explained
    assert "\n" not in explained


def test_a_folder_of_someone_else_is_one_sentence_too() -> None:
    sentence = explain_os_error(PermissionError(13, "Permission denied", "/srv/labeler/.venv"))
    assert sentence == (
        "Writing /srv/labeler/.venv failed: there is no permission to write: use a folder of your own."
    )
