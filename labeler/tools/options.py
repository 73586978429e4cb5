"""What the user chose about how tools work. The editor keeps it in the settings; tools only read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace


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

    def to_dict(self) -> dict[str, bool | float]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, bool | float]) -> Options:
        """Those of the values that are known and of the right kind; the others are as by default."""
        made = cls()
        for field in fields(cls):
            value = values.get(field.name)
            if type(value) is type(getattr(made, field.name)):
                made = replace(made, **{field.name: value})
        return made
