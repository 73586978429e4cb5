"""The reference editor of ``reference.py``: cached layer, dirty rectangles."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import qt
import reference
from driver import DriverBase
from PySide6.QtWidgets import QApplication, QWidget
from qt import Position


class Driver(DriverBase):
    def run_app(self, body: Callable[[], None], arguments: list[str]) -> None:
        qt.replace_exec(body)
        reference.main(arguments)

    def versions(self) -> dict[str, str]:
        import PySide6

        return {"reference": "1", "PySide6": PySide6.__version__}

    @cached_property
    def _window(self) -> reference.Window:
        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, reference.Window))

    def window(self) -> QWidget:
        return self._window

    def canvas(self) -> reference.Canvas:
        return self._window.canvas

    def open_folder(self, path: str) -> None:
        self._window.open_folder(path)

    def open_image(self, path: str) -> None:
        self._window.open_image(Path(path))

    def shown(self) -> str | None:
        return self._window.path

    def next_image(self) -> None:
        self._window.go(self._window.row + 1)

    def save_to(self, path: str) -> None:
        self._window.save(Path(path))

    def fit(self) -> None:
        self.canvas().fit()

    def to_widget(self, x: float, y: float) -> Position:
        canvas = self.canvas()
        return x * canvas.scale + canvas.offset[0], y * canvas.scale + canvas.offset[1]

    def is_sharp(self) -> bool:
        return not self.canvas().timer.isActive()

    def polygon_count(self) -> int:
        return len(self.canvas().rings)

    def vertex_count(self, polygon: int) -> int:
        return len(self.canvas().rings[polygon])

    def vertex(self, polygon: int, vertex: int) -> Position:
        x, y = self.canvas().rings[polygon][vertex].tolist()
        return x, y

    def edit_mode(self) -> None:
        self.canvas().drawing = False

    def draw_mode(self) -> None:
        self.canvas().drawing = True

    def drawn_points(self) -> int:
        return len(self.canvas().draft)

    def undo(self) -> None:
        self.canvas().undo()
