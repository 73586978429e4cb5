"""What a driver must give so that an editor can be measured.

A driver is ``drv_<name>.py`` with one class ``Driver(DriverBase)``, run by the Python of the environment its
editor is installed in. Image coordinates are floats from the corner of the top-left pixel; widget coordinates
are those of ``canvas()``, the widget that gets the mouse events.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import qt
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from qt import Position


class Starter(ABC):
    """What starting alone needs."""

    #: Seconds of idle after which neighbours of the shown image are decoded ahead.
    prefetch_s = 2.0

    # --- life --------------------------------------------------------------------------------------------

    @abstractmethod
    def run_app(self, body: Callable[[], None], arguments: list[str]) -> None:
        """Start the editor as a user would with these arguments, but call ``body`` as its event loop."""

    @abstractmethod
    def versions(self) -> dict[str, str]: ...

    @abstractmethod
    def window(self) -> QWidget: ...

    @abstractmethod
    def canvas(self) -> QWidget:
        """What paints the picture and gets the mouse events."""

    def viewport(self) -> QWidget:
        """The widget whose size is the visible part of the canvas."""
        return self.canvas()

    @abstractmethod
    def shown(self) -> str | None:
        """Path of the image that a paint would show now, in full; None while there is none."""


class DriverBase(Starter):
    # --- files -------------------------------------------------------------------------------------------

    @abstractmethod
    def open_folder(self, path: str) -> None: ...

    @abstractmethod
    def open_image(self, path: str) -> None:
        """Open one image with the labels beside it."""

    @abstractmethod
    def next_image(self) -> None: ...

    @abstractmethod
    def save_to(self, path: str) -> None:
        """Write the labels of the open image, synchronously."""

    def labels_mb(self, path: str) -> float | None:
        """What the labels of an image take once they are read, by tracemalloc; None if nobody knows."""
        return None

    def settle(self) -> None:
        """Wait until background work (saving, decoding ahead) is done."""
        qt.spin(0.2)

    def is_saving(self) -> bool:
        """Whether labels are being written in the background now."""
        return False

    # --- view --------------------------------------------------------------------------------------------

    @abstractmethod
    def fit(self) -> None: ...

    @abstractmethod
    def to_widget(self, x: float, y: float) -> Position: ...

    def scale(self) -> float:
        """Widget pixels per image pixel."""
        return (self.to_widget(1000, 0)[0] - self.to_widget(0, 0)[0]) / 1000

    def pan_press(self, at: Position) -> None:
        qt.mouse(self.canvas(), "press", at, "middle")

    def pan_move(self, at: Position) -> None:
        qt.mouse(self.canvas(), "move", at, None, "middle")

    def pan_release(self, at: Position) -> None:
        qt.mouse(self.canvas(), "release", at, "middle")

    def zoom(self, at: Position, notches: int) -> None:
        qt.wheel(self.canvas(), at, notches)

    def is_sharp(self) -> bool:
        """False while what is shown stands for a picture still to be rendered."""
        return True

    def show_mask(self, shown: bool) -> bool:
        """Show the mask of what is drawn in place of the picture; False where the editor cannot."""
        return False

    # --- editing -----------------------------------------------------------------------------------------

    @abstractmethod
    def polygon_count(self) -> int: ...

    @abstractmethod
    def vertex_count(self, polygon: int) -> int: ...

    @abstractmethod
    def vertex(self, polygon: int, vertex: int) -> Position:
        """Image coordinates."""

    def checksum(self) -> float:
        """Another number for other polygons."""
        polygons = range(self.polygon_count())
        return sum(sum(self.vertex(p, v)) for p in polygons for v in range(self.vertex_count(p)))

    @abstractmethod
    def edit_mode(self) -> None: ...

    @abstractmethod
    def draw_mode(self) -> None: ...

    def arm_vertex(self, polygon: int, vertex: int) -> None:
        """Do what must happen before a vertex can be dragged and leave the pointer on it."""
        qt.mouse(self.canvas(), "move", self.to_widget(*self.vertex(polygon, vertex)))

    def start_drawing(self, at: Position) -> None:
        """Put down the first point of a polygon."""
        qt.click(self.canvas(), at)

    @abstractmethod
    def drawn_points(self) -> int:
        """How many points the polygon being drawn has; 0 when there is none."""

    def cancel_drawing(self) -> None:
        qt.key(self.canvas(), Qt.Key.Key_Escape)

    @abstractmethod
    def undo(self) -> None: ...
