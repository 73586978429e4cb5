"""What is done to the picture's pixels on their way to the screen: tones, a model mask's shade, pixel grid.

Everything works on the pixels of the painted rectangle, so it costs what the screen shows, however large the
image is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labeler.editor.painting.camera import Pixels
from labeler.editor.painting.sampling import Place, sampled
from labeler.raster.late import cv2
from labeler.raster.tones import NEUTRAL, Tones, table_8, table_16

if TYPE_CHECKING:
    from labeler.editor.painting.model_mask import ModelMask
    from labeler.editor.painting.picture import DeepLevel

#: From this scale (device pixels per image pixel) on there is room for lines between the pixels.
GRID_FROM = 8.0
#: How much a grid line is brighter than a dark pixel, or darker than a bright one.
_GRID_STEP = 44


@dataclass(frozen=True)
class Look:
    """``shade`` is how much is darkened where ``mask`` is off, 0 to 1."""

    tones: Tones = NEUTRAL
    mask: ModelMask | None = None
    shade: float = 0.5
    grid: bool = False


def paint_deep(pixels: Pixels, level: DeepLevel, place: Place, tones: Tones, *, sharp: bool) -> None:
    """A level's own values as these tones show them, over what is painted."""
    found = sampled(level.values, place, sharp=sharp)
    if found is None:
        return
    (y, x), values = found
    shown = table_16(tones, level.low, level.high).take(values)
    pixels[y, x, :3] = shown[..., None] if shown.ndim == 2 else shown[..., ::-1]
    pixels[y, x, 3] = 255


def tone(pixels: Pixels, covered: tuple[slice, slice], tones: Tones) -> None:
    """Change the painted picture to these tones."""
    part = pixels[covered]
    if part.size:
        table = np.repeat(table_8(tones)[:, None], 4, axis=1)
        table[:, 3] = np.arange(256)
        part[:] = cv2.LUT(np.ascontiguousarray(part), table[None])


def darken(pixels: Pixels, mask: NDArray[np.uint8], place: Place, shade: float, *, sharp: bool) -> None:
    """Darken the painted picture where the mask is 0, by ``shade``."""
    found = sampled(mask, place, sharp=sharp)
    if found is None:
        return
    covered, on = found
    kept = np.rint(255 - shade * (255 - np.arange(256))).astype(np.uint8)
    factor = cv2.LUT(np.ascontiguousarray(on), kept)
    part = pixels[covered]
    part[:] = cv2.multiply(
        part, cv2.merge([factor, factor, factor, np.full_like(factor, 255)]), scale=1 / 255
    )


def paint_grid(pixels: Pixels, place: Place, size: tuple[int, int]) -> None:
    """Lines of one device pixel between the pixels of an image of this width and height."""
    x, columns = place.columns(size[0])
    y, rows = place.rows(size[1])
    if not len(columns) or not len(rows):
        return
    part = pixels[y, x, :3]
    across = _starts(rows, place.rect[1] + y.start, place.top, place.scale_y)
    down = _starts(columns, place.rect[0] + x.start, place.left, place.scale_x)
    # Only the lines' own pixels: of all there are many times as many.
    for line in (np.ix_(across), np.ix_(~across, down)):
        part[line] = _stepped(part[line])


def _stepped(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Dark ones brighter, bright ones darker."""
    bright = colors.max(axis=-1, keepdims=True) >= 128
    lighter = cv2.add(colors, np.full_like(colors, _GRID_STEP))
    return np.where(bright, cv2.subtract(colors, np.full_like(colors, _GRID_STEP)), lighter)


def _starts(pixels: NDArray[np.intp], start: int, offset: float, scale: float) -> NDArray[np.bool_]:
    """Which device pixels are the first of an image pixel, whatever the rectangle begins with."""
    before = np.floor((start - 0.5 + 1e-6 - offset) / scale)
    return np.diff(pixels, prepend=np.intp(before)) != 0
