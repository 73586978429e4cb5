"""Colours and patterns of what is drawn, apart from the picture. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from labeler.document.model import Instance

#: Blue, green, red, alpha with the colour premultiplied: the order of a layer's buffer.
Bgra = tuple[int, int, int, int]


class InstanceColors:
    """A colour for each instance of an image, in the order in which they were first seen.

    An instance keeps its colour when others come and go.
    """

    def __init__(self, palette: tuple[str, ...]) -> None:
        self._palette = palette
        self._places: dict[str, int] = {}

    def learn(self, instances: Iterable[Instance]) -> None:
        """Give these their colours in this order, whichever is painted first."""
        for instance in instances:
            self.of(instance.id)

    def of(self, id: str) -> str:
        return cycled(self._palette, self._places.setdefault(id, len(self._places)))


@dataclass(frozen=True)
class Style:
    """``class_colors`` are "#rrggbb" by class name; sizes are in device-independent pixels.

    With ``instance_colors`` the class does not matter.
    """

    class_colors: Mapping[str, str]
    instance_colors: InstanceColors | None = None
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

    def color_of(self, instance: Instance) -> str:
        if self.instance_colors is not None:
            return self.instance_colors.of(instance.id)
        return self.class_colors.get(instance.class_name, self.fallback)


def cycled(palette: tuple[str, ...], place: int) -> str:
    """The colour at this place; after the last come darker ones, then lighter ones, then all again."""
    round_, place = divmod(place, len(palette))
    towards, share = ((0, 0.0), (0, 0.4), (255, 0.5))[round_ % 3]
    channels = (int(palette[place][i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(c + (towards - c) * share):02x}" for c in channels)


@lru_cache(maxsize=1024)
def bgra(color: str, opacity: float = 1.0) -> Bgra:
    """A "#rrggbb" colour as premultiplied BGRA."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return round(blue * opacity), round(green * opacity), round(red * opacity), round(255 * opacity)
