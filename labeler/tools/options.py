"""What the user chose about how tools work. The editor keeps it in the settings; tools only read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

SMALLEST_RADIUS, LARGEST_RADIUS = 0.5, 1000.0
#: A step of the size is this share of it, and a quarter of a pixel at least.
_SIZE_STEP, _SMALLEST_STEP = 0.125, 0.25


@dataclass(frozen=True)
class Options:
    """Sizes are in image pixels."""

    #: The pointer snaps to neighbours' vertices and edges and to the image's border.
    snap: bool = True
    #: A new polygon is cut where its neighbours are.
    clip: bool = False
    #: Vertices of several polygons at the same place move together.
    shared: bool = False
    brush_radius: float = 12.0
    #: Strokes keep their pixels exactly at every zoom; else, zoomed out, only as exactly as one sees.
    brush_exact: bool = False
    #: Each image starts with the include tool, whatever was drawn on the last one.
    return_to_include: bool = False

    def to_dict(self) -> dict[str, bool | float]:
        return asdict(self)

    def with_values(self, values: Mapping[str, Any]) -> Options:
        """Changed by those of the values that are known and of the right kind; sizes are kept in range."""
        known = [field.name for field in fields(self) if field.name in values]
        fitted: dict[str, Any] = {name: _fitted(values[name], getattr(self, name)) for name in known}
        return replace(self, **fitted)


def _fitted(value: Any, now: bool | float) -> bool | float:
    """The value if it is of the kind of what is ``now``, else that."""
    if isinstance(now, bool) or isinstance(value, bool):
        return value if type(value) is type(now) else now
    if not isinstance(value, (int, float)) or value != value:  # NaN
        return now
    return _in_range(value)


def resized(radius: float, steps: float) -> float:
    """The radius (px) so many steps larger, or smaller when they are negative."""
    grown = radius * (1 + _SIZE_STEP) ** steps
    least = radius + _SMALLEST_STEP * steps
    wanted = max(grown, least) if steps > 0 else min(grown, least)
    return _in_range(round(wanted / _SMALLEST_STEP) * _SMALLEST_STEP)


def _in_range(radius: float) -> float:
    return float(min(max(radius, SMALLEST_RADIUS), LARGEST_RADIUS))
