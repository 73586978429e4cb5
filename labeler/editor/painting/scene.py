"""What the painters over the layers get to see in one frame, and what a painter is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from labeler.editor.painting.live import Live
from labeler.editor.painting.picture import Picture
from labeler.editor.painting.style import Style
from labeler.editor.view_options import ViewOptions
from labeler.geometry.nearest import Position
from labeler.geometry.viewport import Viewport
from labeler.tools.options import Options


@dataclass(frozen=True)
class Scene:
    """One frame, apart from the layers. ``pointer`` is on the canvas, in screen px; None when elsewhere."""

    view: Viewport
    live: Live
    style: Style
    options: Options
    picture: Picture | None = None
    pointer: Position | None = None
    view_options: ViewOptions = field(default_factory=ViewOptions)
    #: What is missing from what is shown.
    note: str = ""


class ScenePainter(Protocol):
    """Paints one kind of thing straight onto the canvas, over the layers: what it shows is in the scene."""

    @property
    def is_label(self) -> bool:
        """Whether it is out of sight while the labels are hidden."""
        ...

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint all of it; what need not be painted is clipped. Coordinates are screen px of the canvas."""
        ...

    def changes(self, before: Scene, after: Scene) -> Iterator[QRectF]:
        """Which parts of the canvas look different; another view paints everything anew by itself."""
        ...
