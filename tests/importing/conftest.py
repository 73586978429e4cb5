from __future__ import annotations

import pytest

from tests.cli.folders import dataset_in


@pytest.fixture
def photos(tmp_path):
    """Two images without labels, one with, and no labeler.json."""
    folder = dataset_in(tmp_path / "photos", {"a.png": None, "b.png": None, "sub/c.png": None})
    (folder / "labeler.json").unlink()
    return folder
