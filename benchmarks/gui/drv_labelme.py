"""labelme 7 (PySide6), from an environment of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any

import qt
from driver import DriverBase
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QWidget
from qt import Position


class Driver(DriverBase):
    def run_app(self, body: Callable[[], None], arguments: list[str]) -> None:
        qt.replace_exec(body)
        sys.argv = ["labelme", "--logger-level", "warning", *arguments]
        from labelme.__main__ import main

        main()

    def versions(self) -> dict[str, str]:
        import labelme
        import PySide6

        return {"labelme": labelme.__version__, "PySide6": PySide6.__version__}

    @cached_property
    def _window(self) -> Any:
        from labelme._app import MainWindow

        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))

    @property
    def _canvas(self) -> Any:
        return self._window._canvas_widgets.canvas

    def window(self) -> QWidget:
        return self._window

    def canvas(self) -> QWidget:
        return self._canvas

    def viewport(self) -> QWidget:
        # The scroll area's stack has its size before it shows.
        return self._window._canvas_widgets.surface

    def open_folder(self, path: str) -> None:
        self._window._load_from_file_or_dir(file_or_dir=path)

    open_image = open_folder

    def shown(self) -> str | None:
        return self._window._image_path

    def next_image(self) -> None:
        self._window._actions.open_next_img.trigger()

    def save_to(self, path: str) -> None:
        if not self._window.save_labels(label_path=path):
            raise RuntimeError("save failed")

    def settle(self) -> None:
        qt.spin(0.2)
        qt.wait_until(lambda: not self.is_saving())

    def is_saving(self) -> bool:
        return self._window._save_writer.is_busy

    def fit(self) -> None:
        self._window.set_fit_window_mode(True)

    def to_widget(self, x: float, y: float) -> Position:
        at = self._canvas.transform_image_point_to_widget(QPointF(x, y))
        return at.x(), at.y()

    def zoom(self, at: Position, notches: int) -> None:
        qt.wheel(self.canvas(), at, notches, "ctrl")

    def polygon_count(self) -> int:
        return len(self._canvas.shapes)

    def vertex_count(self, polygon: int) -> int:
        return len(self._canvas.shapes[polygon].points)

    def vertex(self, polygon: int, vertex: int) -> Position:
        x, y = self._canvas.shapes[polygon].points[vertex]
        return float(x), float(y)

    def edit_mode(self) -> None:
        self._window._switch_canvas_mode(edit=True, create_mode=None)

    def draw_mode(self) -> None:
        self._window._switch_canvas_mode(edit=False, create_mode="polygon")

    def drawn_points(self) -> int:
        draft = self._canvas._current
        return 0 if draft is None else len(draft.points)

    def undo(self) -> None:
        self._window.undo_shape_edit()
