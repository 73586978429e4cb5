"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

import labeler as package
from labeler import system
from labeler.cli import COMMANDS, main
from labeler.errors import LabelerError
from tests.cli.folders import labeler

HEAVY = ("cv2", "numpy", "shapely", "PySide6", "pydantic")


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, check=False)


def test_it_runs_as_a_module_and_says_its_version():
    done = python("-m", "labeler", "--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"labeler {package.__version__}")


def test_help_lists_every_command_without_loading_anything_heavy():
    code = (
        "import sys\n"
        "from labeler.cli import main\n"
        "try: main(['--help'])\n"
        f"finally: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = python("-c", code)
    assert done.returncode == 0
    assert all(f"  {entry.name} " in done.stdout for entry in COMMANDS)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_explains_itself_with_an_example(entry):
    result = labeler(entry.name, "--help")
    assert result.exit_code == 0
    assert f"  labeler {entry.name}" in result.stdout
    assert entry.load().name == entry.name


def test_a_word_that_is_no_command_is_bad_usage():
    result = labeler("exprot")
    assert result.exit_code == 2
    assert "No such command 'exprot'" in result.stderr


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (LabelerError("photo.jpg is cut off."), "Error: photo.jpg is cut off.\n"),
        (OSError(28, "No space left on device", "out/a.png"), "Error: out/a.png: No space left on device.\n"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_exit_code_1(monkeypatch, error, sentence):
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(main, "get_command", lambda ctx, name: failing)
    result = labeler("edit")
    assert (result.exit_code, result.stderr, result.stdout) == (1, sentence, "")


@pytest.fixture
def opened(monkeypatch) -> list:
    calls: list = []
    monkeypatch.setattr(
        "labeler.cli.edit.open_editor", lambda path, labels=None: calls.append((path, labels))
    )
    return calls


def test_labeler_alone_opens_the_editor_where_it_was_left(opened):
    assert labeler().exit_code == 0
    assert opened == [(None, None)]


def test_edit_opens_a_folder_with_its_labels_elsewhere(opened, tmp_path):
    assert labeler("edit", tmp_path, "--labels", tmp_path / "new").exit_code == 0
    assert opened == [(tmp_path, tmp_path / "new")]


def test_labels_without_their_images_are_bad_usage(opened, tmp_path):
    assert labeler("edit", "--labels", tmp_path).exit_code == 2
    assert labeler("edit", tmp_path / "gone").exit_code == 2
    assert opened == []


def test_without_a_display_the_editor_says_so_instead_of_ending_the_process(monkeypatch, tmp_path):
    monkeypatch.setattr(system, "window_problem", lambda: "No display here.")
    result = labeler("edit", tmp_path)
    assert (result.exit_code, result.stderr) == (1, "Error: No display here.\n")
