"""The layer contracts hold, and each of them bites: a check nobody has seen fail is not a check."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LAYERS = "A package imports only from lower layers"
QT = "Only labeler.editor imports Qt"

#: module, the line planted in it, the contract that must break
VIOLATIONS = [
    ("labeler/document/planted.py", "from labeler.raster import runs", LAYERS),
    ("labeler/formats/planted.py", "from labeler import dataset", LAYERS),
    ("labeler/exporting/planted.py", "from labeler import tools", LAYERS),
    ("labeler/checking/planted.py", "from labeler import exporting", LAYERS),
    ("labeler/i18n.py", "import labeler.document", LAYERS),
    ("labeler/newcomer/__init__.py", "", LAYERS),
    ("labeler/geometry/planted.py", "from PySide6.QtCore import QPointF", QT),
    ("labeler/cli/planted.py", "import PySide6", QT),
    (
        "labeler/cli/planted.py",
        "import labeler.editor",
        "Only `labeler edit` and `labeler demo` reach the editor",
    ),
    ("labeler/raster/planted.py", "import shapely", "Only labeler.geometry imports shapely"),
    ("labeler/document/planted.py", "import cv2", "OpenCV is for pixels"),
    ("labeler/formats/planted.py", "import pycocotools.mask", "pycocotools is an oracle of the tests only"),
    ("labeler/document/planted.py", "import pydantic", "pydantic is for records"),
    ("labeler/exporting/planted.py", "import dask", "Dask and fsspec are extras"),
    ("labeler/formats/planted.py", "import click", "Only labeler.cli imports click"),
    ("labeler/errors.py", "import numpy", "The bottom modules need the standard library only"),
]


def contracts(folder: Path) -> dict[str, bool]:
    """Which contracts hold for the package in ``folder``, by name."""
    run = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", run],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    found = re.findall(r"^(.+?) *\b(KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return {name: state == "KEPT" for name, state in found}


def copy_package(folder: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", folder)
    only_sources = shutil.ignore_patterns("__pycache__", "samples", "locales", "icons")
    shutil.copytree(ROOT / "labeler", folder / "labeler", ignore=only_sources)
    return folder


def test_every_contract_holds() -> None:
    found = contracts(ROOT)
    assert [name for name, holds in found.items() if not holds] == []


@pytest.fixture(scope="module")
def with_violations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    folder = copy_package(tmp_path_factory.mktemp("planted"))
    for module, line, _contract in VIOLATIONS:
        path = folder / module
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    return contracts(folder)


def test_each_contract_bites(with_violations: dict[str, bool]) -> None:
    expected = {contract for _module, _line, contract in VIOLATIONS}
    bitten = {name for name, holds in with_violations.items() if not holds}
    assert all(any(name.startswith(contract) for name in bitten) for contract in expected)
    assert len(bitten) == len(expected)


def test_there_is_a_violation_for_every_contract(with_violations: dict[str, bool]) -> None:
    planted = {contract for _module, _line, contract in VIOLATIONS}
    assert [name for name in with_violations if not any(name.startswith(p) for p in planted)] == []


@pytest.mark.parametrize(
    ("module", "line"), [(m, line) for m, line, contract in VIOLATIONS if contract == LAYERS]
)
def test_every_kind_of_wrong_layer_is_seen(module: str, line: str, tmp_path: Path) -> None:
    folder = copy_package(tmp_path)
    (folder / module).parent.mkdir(exist_ok=True)
    with (folder / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    assert contracts(folder)[LAYERS] is False
