"""Until the window is there: nothing heavy is loaded, nothing is opened, nothing is searched for garbage."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from labeler.editor.first_paint import FirstPaint
from labeler.editor.garbage import Attendant

#: What takes long to load, or comes with it.
HEAVY = (
    "pydantic",
    "shapely",
    "cv2",
    "labeler.formats",
    "labeler.dataset.models",
    "labeler.dataset.dataset",
    "labeler.document.checks",
    "labeler.document.shaping",
    "labeler.raster.images",
    "labeler.tools.brushing",
    "labeler.tools.transforming",
    "concurrent.futures",
    "QStyle",
    "QWizard",  # comes with all other widgets when PySide does not know one
    "importlib.metadata",
    "asyncio",
)

_SHOW_A_WINDOW = """
import sys
from PySide6.QtWidgets import QApplication
from labeler.editor.window import Window
from labeler.settings import Settings
app = QApplication([])
window = Window(Settings.load())
window.show()
app.processEvents()
print(*sys.modules)
print(*(name for name in ("QStyle", "QWizard") if name in vars(sys.modules["PySide6.QtWidgets"])))
"""


def test_nothing_heavy_is_loaded_before_the_first_paint(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELER_SETTINGS", str(tmp_path / "settings.json"))
    run = subprocess.run([sys.executable, "-c", _SHOW_A_WINDOW], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(run.stdout.split())


def test_what_is_put_off_happens_once_after_the_window_was_painted(qtbot):
    class Window(QWidget):
        def paintEvent(self, event):
            seen.append("paint")

    seen: list[str] = []
    window = Window()
    qtbot.addWidget(window)
    FirstPaint(window, lambda: seen.append("then"))
    window.show()
    qtbot.waitUntil(lambda: "then" in seen)
    window.repaint()
    QApplication.processEvents()
    assert seen[:2] == ["paint", "then"]
    assert seen.count("then") == 1


def test_what_is_put_off_happens_even_if_the_window_is_never_painted(qtbot, monkeypatch):
    monkeypatch.setattr("labeler.editor.first_paint._LATEST_MS", 10)
    seen: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    FirstPaint(window, lambda: seen.append("then"))
    qtbot.waitUntil(lambda: seen == ["then"])


class Images(QObject):
    opening = Signal()


@pytest.fixture
def images(qapp, monkeypatch):
    monkeypatch.setattr("labeler.editor.garbage._SETTLED_MS", 10)
    images = Images()
    images.attendant = Attendant(qapp, images.opening)
    yield images
    images.attendant.setParent(None)
    gc.unfreeze()
    gc.enable()


def test_garbage_waits_until_an_image_has_settled(images, qtbot):
    qtbot.waitUntil(gc.isenabled)
    assert gc.get_freeze_count() > 0
    images.opening.emit()
    assert not gc.isenabled()
    qtbot.waitUntil(gc.isenabled)


def test_garbage_is_found_when_the_user_looks_elsewhere(images, qapp, qtbot):
    class Knot:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            gone.append(1)

    gone: list[int] = []
    Knot()
    qtbot.waitUntil(gc.isenabled)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert gone
