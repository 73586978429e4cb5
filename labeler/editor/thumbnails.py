"""Small pictures of the images around the shown one, made one at a time off the UI thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from labeler.editor.jobs import Jobs
from labeler.editor.painting.picture import Picture
from labeler.errors import LabelerError
from labeler.tools.late import Late

if TYPE_CHECKING:
    from labeler.raster import thumbnails
else:
    thumbnails = Late("labeler.raster.thumbnails")

#: Longer side in pixels: enough for a large cell on a dense screen.
SIDE = 160
#: So many are kept, about 80 KB each.
_KEPT = 400


class Thumbnails(QObject):
    """``get`` what is there, ``want`` what is in sight; ``arrived`` says when there is more."""

    arrived = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._kept: OrderedDict[Path, QImage | None] = OrderedDict()
        self._wanted: list[Path] = []
        self._making: Path | None = None

    def clear(self) -> None:
        self._kept.clear()
        self._wanted.clear()

    def get(self, path: Path) -> QImage | None:
        """None where there is none, not yet or not at all."""
        return self._kept.get(path)

    def put(self, path: Path, picture: Picture) -> None:
        """This image is decoded anyway, and as it is now."""
        self._keep(path, thumbnails.shrunk(picture.smallest, SIDE))

    def want(self, paths: Sequence[Path]) -> None:
        """These are in sight, the most urgent first; what was wanted before and is not begun is dropped."""
        self._wanted = [path for path in paths if path not in self._kept]
        self._make_next()

    def _make_next(self) -> None:
        if self._making is not None or not self._wanted:
            return
        path = self._making = self._wanted.pop(0)
        self._jobs.run(
            lambda: thumbnails.read_thumbnail(path, SIDE),
            lambda pixels: self._on_made(path, pixels),
            lambda error: self._on_failed(path, error),
        )

    def _on_made(self, path: Path, pixels: NDArray[np.uint8] | None) -> None:
        self._making = None
        # What was made of the picture itself meanwhile is right.
        if self._kept.get(path) is None:
            self._keep(path, pixels)
        self._make_next()

    def _on_failed(self, path: Path, error: LabelerError) -> None:
        # Why it cannot be read is said when it is opened, and by its mark in the list.
        self._on_made(path, None)

    def _keep(self, path: Path, pixels: NDArray[np.uint8] | None) -> None:
        self._kept[path] = None if pixels is None else _image(pixels)
        self._kept.move_to_end(path)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit()


def _image(pixels: NDArray[np.uint8]) -> QImage:
    """Of (height, width, 3) RGB; Qt's own copy."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888).copy()
