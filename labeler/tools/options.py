"""What the user chose about how tools work. The editor keeps it in the settings; tools only read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

SMALLEST_RADIUS, LARGEST_RADIUS = 0.5, 1000.0


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
    return float(min(max(value, SMALLEST_RADIUS), LARGEST_RADIUS))
