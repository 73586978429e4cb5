"""Colours and patterns of what is drawn, apart from the picture. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Blue, green, red, alpha with the colour premultiplied: the order of a layer's buffer.
Bgra = tuple[int, int, int, int]


@dataclass(frozen=True)
class Style:
    """``class_colors`` are "#rrggbb" by class name; sizes are in device-independent pixels."""

    class_colors: Mapping[str, str]
    fallback: str = "#9aa0a6"
    exclude: str = "#ff2d55"
    ignore: str = "#e8eaed"
    tint: float = 0.32
    ignore_tint: float = 0.28
    halo: Bgra = (0, 0, 0, 120)
    dash: float = 7.0
    gap: float = 5.0
    dot: float = 2.0
    hatch_spacing: float = 9.0
    hatch: float = 0.75

    def color_of(self, class_name: str) -> str:
        return self.class_colors.get(class_name, self.fallback)


def bgra(color: str, opacity: float = 1.0) -> Bgra:
    """A "#rrggbb" colour as premultiplied BGRA."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return round(blue * opacity), round(green * opacity), round(red * opacity), round(255 * opacity)
