"""The mask that a model made, as a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.editor.painting.picture import Level, Source, halved, place_for


class ModelMask:
    """White where the model says on. Made off the UI thread, then only read.

    ``pixels`` is (height, width) uint8 of the image's size, 0 or 255.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.height, self.width = pixels.shape
        self._levels = [Level(level) for level in halved(pixels)]

    @property
    def nbytes(self) -> int:
        return sum(level.pixels.nbytes for level in self._levels)

    def level_for(self, scale: float) -> Level:
        """The smallest level that still has a pixel for each on screen."""
        return self._levels[place_for([level.size[0] for level in self._levels], self.width * scale)]


def no_mask(width: int, height: int) -> Source:
    """All black, for an image of this size that has no mask."""
    return _Black(width, height)


@dataclass
class _Black:
    width: int
    height: int

    def level_for(self, scale: float) -> Level:
        return _BLACK


_BLACK = Level(np.zeros((1, 1), np.uint8))
