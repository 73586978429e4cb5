"""A real window on a real folder, driven by real mouse and key events in image coordinates."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.document.model import Annotation
from labeler.editor.window import Window
from labeler.settings import Settings

_NONE = Qt.KeyboardModifier.NoModifier


def folder_of_images(folder: Path, *names: str, width: int = 120, height: int = 90) -> Path:
    """A dataset of small noisy pictures."""
    rng = np.random.default_rng(3)
    for name in names or ("a.png", "b.png", "c.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 255, (height, width, 3), np.uint8)
        path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    return folder


class Desk:
    """One window; close it with ``close``. Positions are image pixels."""

    def __init__(self, settings: Path, folder: Path | None = None) -> None:
        self.is_closed = False
        self.window = Window(Settings.load(settings))
        if not self.window.workbench.settings.window_geometry:
            self.window.resize(1200, 800)
        self.window.show()
        self.window.activateWindow()
        QTest.qWaitForWindowExposed(self.window)
        if folder:
            assert self.window.open(folder)
            self.wait_for_picture()

    @property
    def workbench(self):
        return self.window.workbench

    @property
    def canvas(self):
        return self.window.canvas

    @property
    def annotation(self) -> Annotation:
        return self.workbench.context.annotation

    @property
    def image_name(self) -> str:
        return self.workbench.image.entry.name

    def wait(self, condition, what: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited {seconds} s for {what}"
            QTest.qWait(5)

    def wait_for_picture(self) -> Desk:
        self.wait(lambda: self.workbench.picture is not None, "the picture")
        QApplication.processEvents()
        return self

    def wait_until_saved(self) -> Desk:
        self.wait(lambda: self.workbench.image.is_saved, "the sidecar")
        return self

    def at(self, x: float, y: float) -> QPoint:
        screen_x, screen_y = self.canvas.view.to_screen((x, y))
        return QPoint(round(screen_x), round(screen_y))

    def move(self, x: float, y: float) -> Desk:
        QTest.mouseMove(self.canvas, self.at(x, y))
        QApplication.processEvents()
        return self

    def click(self, *positions: tuple[float, float], modifiers=_NONE) -> Desk:
        for x, y in positions:
            self.move(x, y)
            QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, modifiers, self.at(x, y))
        return self

    def right_click(self, x: float, y: float) -> Desk:
        QTest.mouseClick(self.canvas, Qt.MouseButton.RightButton, _NONE, self.at(x, y))
        return self

    def double_click(self, x: float, y: float) -> Desk:
        self.click((x, y))
        QTest.mouseDClick(self.canvas, Qt.MouseButton.LeftButton, _NONE, self.at(x, y))
        return self

    def drag(self, *positions: tuple[float, float], button=Qt.MouseButton.LeftButton) -> Desk:
        QTest.mouseMove(self.canvas, self.at(*positions[0]))
        QTest.mousePress(self.canvas, button, _NONE, self.at(*positions[0]))
        screen = [self.at(*p) for p in positions[1:]]  # panning moves the image under the pointer
        for place in screen:
            QTest.mouseMove(self.canvas, place)
            QApplication.processEvents()
        QTest.mouseRelease(self.canvas, button, _NONE, screen[-1])
        return self

    def key(self, key: Qt.Key, modifiers=_NONE) -> Desk:
        QTest.keyClick(self.canvas, key, modifiers)
        QApplication.processEvents()
        return self

    def keys(self, text: str) -> Desk:
        for letter in text:
            self.key(getattr(Qt.Key, f"Key_{letter.upper()}"))
        return self

    def undo(self) -> Desk:
        return self.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    def redo(self) -> Desk:
        return self.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)

    def wheel(self, notches: int, x: float, y: float) -> Desk:
        place = QPointF(self.at(x, y))
        event = QWheelEvent(
            place, self.canvas.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton, _NONE, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)
        return self

    def close(self) -> None:
        self.is_closed = True
        assert self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()
