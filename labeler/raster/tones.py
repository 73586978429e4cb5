"""Brightness, contrast and gamma as tables: from a value of the image to one of the screen. Files stay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi, tan
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Auto takes these shares of the values as black and as white.
AUTO = (0.005, 0.995)
#: Black and white points never come closer than this share of the range: then there are only two tones.
_NARROWEST = 1e-3
_BINS = 1000


@dataclass(frozen=True)
class Tones:
    """``black`` and ``white`` are percents of the shown range, brightness and contrast -100 to 100.

    In this order: black and white points stretch the range, contrast works around its middle, brightness is
    added, gamma lifts (above 1) or lowers the middle tones.
    """

    black: float = 0.0
    white: float = 100.0
    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0

    @property
    def is_neutral(self) -> bool:
        return self == NEUTRAL

    def apply(self, shares: NDArray[Any]) -> NDArray[np.uint8]:
        """What the screen shows for these shares of the range: 0 is black, 1 is white, both may be passed."""
        black, white = self.black / 100, self.white / 100
        toned = (np.asarray(shares, np.float64) - black) / max(white - black, _NARROWEST)
        # From flat grey at -100 over 1 at 0 to a cliff at 100.
        slope = tan((min(self.contrast, 99.0) / 100 + 1) * pi / 4)
        toned = np.clip((toned - 0.5) * slope + 0.5 + self.brightness / 100, 0.0, 1.0)
        return np.rint(toned ** (1 / self.gamma) * 255).astype(np.uint8)


NEUTRAL = Tones()


@lru_cache(maxsize=8)
def table_8(tones: Tones) -> NDArray[np.uint8]:
    """(256,) uint8: what is shown for each 8-bit value."""
    return tones.apply(np.arange(256) / 255)


@lru_cache(maxsize=8)
def table_16(tones: Tones, low: float, high: float) -> NDArray[np.uint8]:
    """(65536,) uint8: what is shown for each 16-bit value, where ``low`` to ``high`` is the shown range."""
    return tones.apply((np.arange(65536) - low) / (high - low if high > low else 1.0))


def auto_points(shares: NDArray[Any]) -> tuple[float, float]:
    """Black and white point in percent that use the whole screen for these values, given as shares."""
    inside = np.clip(np.asarray(shares, np.float32).reshape(-1), 0, 1)
    counts = np.bincount((inside * _BINS).astype(np.intp), minlength=_BINS + 1)
    below = np.cumsum(counts) / max(inside.size, 1)
    black, white = (int(np.searchsorted(below, share)) * 100 / _BINS for share in AUTO)
    # Of one flat colour there is nothing to stretch.
    return (black, white) if white > black else (0.0, 100.0)
