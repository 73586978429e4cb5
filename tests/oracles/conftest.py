"""Exports of all cases, handed to readers that run in the oracles' own environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.folders import dataset_in, labeler
from tests.formats.cases import CASES
from tests.oracles.comparing import Found

READERS = Path(__file__).parent / "readers"


@pytest.fixture(scope="session")
def oracle() -> Path:
    """The Python in whose environment the readers are."""
    python = Path(os.environ["LABELER_ORACLES"])
    assert python.is_file(), f"LABELER_ORACLES={python} is not there"
    return python


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    return dataset_in(folder, {f"{case}.png": annotation for case, annotation in CASES.items()})


@pytest.fixture(scope="session")
def exported(oracle, photos, tmp_path_factory):
    """The folder of an export with these words of the command line; each is made once."""
    made: dict[tuple[str, ...], Path] = {}

    def export(*words: str) -> Path:
        if words not in made:
            made[words] = tmp_path_factory.mktemp("exported")
            done = labeler("export", photos, "--to", *words, "--empty", "--quiet", "--out", made[words])
            assert done.exit_code in (0, 1), done.output  # 1: something is left out, and said
        return made[words]

    return export


@pytest.fixture(scope="session")
def read(oracle, tmp_path_factory):
    """What a reader of a script finds in a folder, by case."""

    def read(script: str, reader: str, folder: Path) -> dict[str, list[Found]]:
        out = tmp_path_factory.mktemp("found")
        done = subprocess.run(
            [oracle, "-B", READERS / script, reader, folder, out],
            capture_output=True,
            text=True,
            timeout=100,
            env={key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        )
        assert done.returncode == 0, done.stderr
        said: list[dict[str, Any]] = json.loads((out / "said.json").read_text("utf-8"))
        found: dict[str, list[Found]] = defaultdict(list, {case: [] for case in CASES})
        with np.load(out / "arrays.npz", allow_pickle=False) as arrays:
            for n, one in enumerate(said):
                found[one.pop("image")].append(Found(arrays[str(n)], one))
        return found

    return read
