"""The page about Python is right: its examples run, in order, and name everything there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import labeler
from labeler import api
from labeler.cli.demo import copy_samples

PAGE = Path(labeler.__file__).parents[1] / "docs/python.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_examples_run_one_after_another(tmp_path, monkeypatch):
    copy_samples(tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    assert len(EXAMPLES) >= 6
    for number, example in enumerate(EXAMPLES, 1):
        exec(compile(example, f"{PAGE.name}, example {number}", "exec"), names)


@pytest.mark.parametrize("name", [n for n in api.__all__ if callable(getattr(api, n)) and n[0].islower()])
def test_every_function_is_on_the_page(name):
    assert name in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_is_had_from_the_package_and_explained(name):
    assert getattr(labeler, name) is getattr(api, name)
    assert name in dir(labeler)
    assert getattr(api, name).__doc__


def test_the_package_lists_what_the_module_has():
    assert labeler.__all__ == api.__all__


def test_type_checkers_are_told_the_same_names():
    stub = Path(labeler.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    assert re.findall(r"import (\w+) as \1", stub) == sorted(api.__all__, key=lambda n: (n[0].islower(), n))


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nowhere"):
        labeler.nowhere  # noqa: B018


def test_importing_takes_nothing_along_and_never_qt():
    code = (
        "import sys, labeler\n"
        "assert 'numpy' not in sys.modules\n"
        "labeler.Dataset\n"
        "assert not [name for name in sys.modules if name.startswith('PySide6')]\n"
        "assert 'cv2' not in sys.modules and 'shapely' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PAGE.parents[1])
