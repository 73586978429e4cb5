"""The exporter's own pixels in place of the picture: made when asked for, then repaired by boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labeler.document.table import PolygonTable
from labeler.editor.painting.picture import Level
from labeler.geometry.rings import Box
from labeler.tools.late import Late

if TYPE_CHECKING:
    from labeler.raster import runs
else:
    runs = Late("labeler.raster.runs")


class BakedPicture:
    """The exporter's own binary mask as a picture: white where 1, black where 0, repaired by rectangles."""

    def __init__(self, mask: NDArray[np.bool_]) -> None:
        self.height, self.width = mask.shape
        self._grey = np.where(mask, np.uint8(255), np.uint8(0))
        self._level = Level(self._grey)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(height, width) bool: what is shown."""
        return self._grey > 0

    def repair(self, left: int, top: int, mask: NDArray[np.bool_]) -> None:
        """Put a window of the mask in its place."""
        height, width = mask.shape
        self._grey[top : top + height, left : left + width] = np.where(mask, 255, 0)

    def level_for(self, scale: float) -> Level:
        return self._level


class Baked:
    """The baked picture of whatever is in ``table()``."""

    def __init__(self, table: Callable[[], PolygonTable]) -> None:
        self._table = table
        self._picture: BakedPicture | None = None

    @property
    def picture(self) -> BakedPicture:
        """The binary mask of what is drawn, as the exporter would write it now."""
        if self._picture is None:
            self._picture = BakedPicture(runs.rasterize(self._table().annotation).union.to_mask())
        return self._picture

    def forget(self) -> None:
        """Make it anew when it is asked for."""
        self._picture = None

    def repair(self, boxes: Iterable[Box]) -> None:
        """The annotation differs in these boxes from what was baked."""
        if self._picture is None:
            return
        for left, top, right, bottom in boxes:
            x0, y0 = max(int(left) - 1, 0), max(int(top) - 1, 0)
            x1 = min(int(right) + 2, self._picture.width)
            y1 = min(int(bottom) + 2, self._picture.height)
            if x1 > x0 and y1 > y0:
                self._picture.repair(x0, y0, self._baked(x0, y0, x1, y1))

    def _baked(self, left: int, top: int, right: int, bottom: int) -> NDArray[np.bool_]:
        table = self._table()
        # What does not touch the window cannot change a pixel of it.
        near = table.part(table.within((left, top, right, bottom)))
        return runs.rasterize_window(near, left, top, right - left, bottom - top).union.to_mask()
