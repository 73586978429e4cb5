from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from tests.gui.desk import Desk, folder_of_images


@pytest.fixture
def open_desk(qapp, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens windows that share one settings file; what a test leaves open is closed after it."""
    opened: list[Desk] = []

    def open_one(folder: Path | None = None) -> Desk:
        desk = Desk(tmp_path / "settings.json", folder)
        opened.append(desk)
        return desk

    yield open_one
    for desk in opened:
        if not desk.is_closed:
            desk.close()


@pytest.fixture(autouse=True)
def empty_clipboard(qapp) -> Iterator[None]:
    """Nothing is left for the next test; Qt's offscreen platform crashes at exit over what is."""
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return folder_of_images(tmp_path / "photos")


@pytest.fixture
def desk(open_desk: Callable[..., Desk], photos: Path) -> Desk:
    return open_desk(photos)
