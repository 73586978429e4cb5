"""Our own editor: the real main window with its panels, started as `labeler` starts it."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import qt
from driver import DriverBase
from PySide6.QtWidgets import QApplication, QWidget
from qt import Position


class Driver(DriverBase):
    _refs: tuple[Any, list[Any]] = (None, [])

    def run_app(self, body: Callable[[], None], arguments: list[str]) -> None:
        qt.replace_exec(body)
        sys.argv = ["labeler", "edit", *arguments] if arguments else ["labeler"]
        from labeler.cli import main

        main()

    def versions(self) -> dict[str, str]:
        import PySide6

        import labeler

        return {"labeler": labeler.__version__, "PySide6": PySide6.__version__}

    @cached_property
    def _window(self) -> Any:
        from labeler.editor.window import Window

        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, Window))

    @property
    def _context(self) -> Any:
        return self._window.workbench.context

    def window(self) -> QWidget:
        return self._window

    def canvas(self) -> QWidget:
        return self._window.canvas

    def open_folder(self, path: str) -> None:
        self._window.open(Path(path))

    open_image = open_folder

    def shown(self) -> str | None:
        workbench = self._window.workbench
        return str(workbench.image.entry.path) if workbench.image and workbench.picture else None

    def next_image(self) -> None:
        self._window.workbench.step(1)

    def save_to(self, path: str) -> None:
        from labeler.dataset import sidecar

        sidecar.save(Path(path), self._context.base)

    def labels_mb(self, path: str) -> float:
        from labeler.dataset import sidecar

        gc.collect()
        tracemalloc.start()
        annotation = sidecar.load(Path(path + sidecar.SIDECAR_SUFFIX))
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] / 1e6
        tracemalloc.stop()
        assert annotation.instances
        return round(taken, 1)

    def settle(self) -> None:
        qt.spin(0.2)
        qt.wait_until(lambda: not self.is_saving())

    def is_saving(self) -> bool:
        image = self._window.workbench.image
        return image is not None and image.is_being_saved

    def fit(self) -> None:
        self._window.canvas.fit()

    def to_widget(self, x: float, y: float) -> Position:
        return self._context.view.to_screen((x, y))

    def is_sharp(self) -> bool:
        return getattr(self._window.canvas, "is_sharp", True)

    def show_mask(self, shown: bool) -> bool:
        self._window.canvas.show_baked(shown)
        return True

    def _ref(self, polygon: int) -> Any:
        annotation = self._context.annotation
        if self._refs[0] is not annotation:
            self._refs = annotation, list(annotation.refs())
        return self._refs[1][polygon]

    def polygon_count(self) -> int:
        return sum(1 for _ in self._context.annotation.refs())

    def _points(self, polygon: int) -> Any:
        return self._context.annotation.polygon(self._ref(polygon)).points

    def vertex_count(self, polygon: int) -> int:
        return len(self._points(polygon))

    def vertex(self, polygon: int, vertex: int) -> Position:
        x, y = self._points(polygon)[vertex].tolist()
        return x, y

    def checksum(self) -> float:
        polygons = [self._points(number) for number in range(self.polygon_count())]
        return float(sum(points.sum() for points in polygons))

    def edit_mode(self) -> None:
        self._use("select")

    def draw_mode(self) -> None:
        self._context.select(())
        self._use("include")

    def _use(self, tool: str) -> None:
        from labeler.tools import TOOLS

        self._window.workbench.controller.use(next(t for t in TOOLS if t.id == tool))

    def arm_vertex(self, polygon: int, vertex: int) -> None:
        """A click inside selects the polygon: only then its vertices can be taken."""
        middle = np.mean(self._points(polygon), axis=0).tolist()
        qt.mouse(self.canvas(), "move", self.to_widget(*middle))
        qt.click(self.canvas(), self.to_widget(*middle))
        qt.flush()
        super().arm_vertex(polygon, vertex)

    def start_drawing(self, at: Position) -> None:
        """Alt: where polygons are small there is an outline near everywhere, and a click would select it."""
        qt.click(self.canvas(), at, "alt")

    def drawn_points(self) -> int:
        draft = getattr(self._window.workbench.controller.state, "draft", None)
        return len(draft.points) if draft else 0

    def undo(self) -> None:
        self._window.actions_by_id["edit.undo"].trigger()
