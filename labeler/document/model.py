"""What is drawn on one image, as frozen values. Knows no file, no pixel and no window."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Coordinates are kept to 1/1000 px: what the sidecar stores is what every mask is made from.
DECIMALS = 3
#: Farther from the origin than this (px) no image reaches; it keeps pixel arithmetic in integers.
COORDINATE_LIMIT = 1_000_000.0

Extra = Mapping[str, Any]


class _Nothing(Mapping[str, Any]):
    """An empty mapping that all share: nobody can put anything in, and it stays one when it is pickled."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"

    def __reduce__(self) -> str:
        return "NOTHING"


NOTHING: Extra = _Nothing()


def _nothing() -> Extra:
    return NOTHING


class Role(Enum):
    """What a polygon does to the mask."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    IGNORE = "ignore"


#: Who holds a polygon: an instance's id, or ``Role.EXCLUDE`` / ``Role.IGNORE`` for the image-wide lists.
Owner = str | Role


@dataclass(frozen=True, eq=False)
class Polygon:
    """One closed ring of points with a role.

    ``points`` is a read-only ``(n, 2)`` float64 array of x, y in image pixels ((0, 0) is the top-left corner
    of the first pixel), n ≥ 3, the last point joined to the first. Raises ValueError for anything else.
    """

    role: Role
    points: NDArray[np.float64]
    extra: Extra = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", _as_points(self.points))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Polygon):
            return NotImplemented
        return (
            self.role is other.role
            and np.array_equal(self.points, other.points)
            and self.extra == other.extra
        )

    __hash__ = None  # type: ignore[assignment]  # equal by value, and arrays have no hash

    def __reduce__(self) -> tuple[object, ...]:
        return _polygon_again, (self.role, self.points, self.extra)

    @classmethod
    def of_ring(cls, role: Role, ring: NDArray[np.float64], extra: Extra = NOTHING) -> Polygon:
        """A polygon of one of ``rings_of``, which has been checked."""
        polygon = object.__new__(cls)
        object.__setattr__(polygon, "role", role)
        object.__setattr__(polygon, "points", ring)
        object.__setattr__(polygon, "extra", extra)
        return polygon

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom in image pixels."""
        left, top = self.points.min(axis=0).tolist()
        right, bottom = self.points.max(axis=0).tolist()
        return left, top, right, bottom


def _polygon_again(role: Role, points: NDArray[np.float64], extra: Extra) -> Polygon:
    """From another process: arrays forget on the way that they are read-only."""
    points.setflags(write=False)
    return Polygon.of_ring(role, points, extra)


def _as_points(points: ArrayLike) -> NDArray[np.float64]:
    array = np.array(points, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError("points are pairs of numbers")
    return rings_of(array, [len(array)])[0]


def rings_of(points: NDArray[np.float64], counts: Sequence[int]) -> list[NDArray[np.float64]]:
    """Points of many polygons, ``(n, 2)`` one after the other, as one read-only array for each.

    The same rules as for one ``Polygon``, checked in one go; raises ValueError.
    """
    if min(counts, default=3) < 3:
        raise ValueError("a polygon needs at least 3 points")
    if not (np.abs(points) <= COORDINATE_LIMIT).all():  # false for NaN too
        raise ValueError(f"coordinates are finite and within ±{COORDINATE_LIMIT:.0f}")
    rounded = np.round(points, DECIMALS) + 0.0  # + 0.0: no -0.0 in files
    if len(counts) == 1:
        rings = [rounded]
    else:  # copies: a view would keep the points of all alive
        ends = np.cumsum(counts).tolist()
        rings = [rounded[end - count : end].copy() for end, count in zip(ends, counts)]
    for ring in rings:
        ring.setflags(write=False)
    return rings


@dataclass(frozen=True)
class Instance:
    """One thing of one class: an ordered list of polygons, include adds, exclude removes."""

    id: str
    class_name: str
    polygons: tuple[Polygon, ...]
    source: str = "human"
    attributes: Extra = field(default_factory=_nothing)
    extra: Extra = field(default_factory=_nothing)

    __hash__ = None  # type: ignore[assignment]  # equal by value, and holds what has no hash


@dataclass(frozen=True)
class ImageInfo:
    """The image an annotation belongs to: file name (no folder) and displayed size in pixels."""

    file: str
    width: int
    height: int
    extra: Extra = field(default_factory=_nothing)

    __hash__ = None  # type: ignore[assignment]  # equal by value, and holds what has no hash


class _Places(dict[str, int]):
    """Instance id → place in ``instances``; unlike a plain dict it takes weak references."""


#: Keeps the indexes used last alive. Annotations hold theirs weakly: an undo step must not keep half a
#: megabyte to find 10,000 instances by their ids.
_PLACES_IN_USE: deque[_Places] = deque(maxlen=4)


@dataclass(frozen=True)
class Annotation:
    """Everything drawn on one image. ``exclude`` and ``ignore`` are image-wide."""

    image: ImageInfo
    instances: tuple[Instance, ...] = ()
    exclude: tuple[Polygon, ...] = ()
    ignore: tuple[Polygon, ...] = ()
    flags: Extra = field(default_factory=_nothing)
    extra: Extra = field(default_factory=_nothing)

    __hash__ = None  # type: ignore[assignment]  # equal by value, and holds what has no hash

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    @property
    def is_empty(self) -> bool:
        """Nothing here is worth a file: no polygon, no flag, nothing another program wrote."""
        return not (self.instances or self.exclude or self.ignore or self.flags or self.extra)

    def instance(self, id: str) -> Instance:
        """The instance with this id; KeyError when there is none."""
        return self.instances[self._places[id]]

    def has_instance(self, id: str) -> bool:
        return id in self._places

    def position(self, id: str) -> int:
        """Where in the painting order an instance is, 0 the lowest; KeyError when there is none."""
        return self._places[id]

    def with_instances(self, changed: Mapping[int, Instance]) -> Annotation:
        """With other instances, of the same ids, at these positions."""
        instances = list(self.instances)
        for position, instance in changed.items():
            assert instance.id == instances[position].id, "the index by id is shared"
            instances[position] = instance
        after = replace(self, instances=tuple(instances))
        if (places := self._known_places) is not None:
            after._keep(places)
        return after

    def with_instance_on_top(self, instance: Instance) -> Annotation:
        """With one more instance, painted over the ones before."""
        after = replace(self, instances=(*self.instances, instance))
        if (places := self._known_places) is not None:
            after._keep(_Places(places, **{instance.id: len(self.instances)}))
        return after

    @property
    def _places(self) -> _Places:
        places = self._known_places
        if places is None:
            places = _Places({instance.id: index for index, instance in enumerate(self.instances)})
            self._keep(places)
        return places

    @property
    def _known_places(self) -> _Places | None:
        reference: weakref.ref[_Places] | None = self.__dict__.get("_places_reference")
        return reference() if reference else None

    def _keep(self, places: _Places) -> None:
        self.__dict__["_places_reference"] = weakref.ref(places)
        # tuple(): another thread may append meanwhile.
        if not any(places is kept for kept in tuple(_PLACES_IN_USE)):
            _PLACES_IN_USE.append(places)

    def polygons(self, owner: Owner) -> tuple[Polygon, ...]:
        """The polygons of an instance or of an image-wide list; KeyError for an unknown instance."""
        if isinstance(owner, str):
            return self.instance(owner).polygons
        return {Role.EXCLUDE: self.exclude, Role.IGNORE: self.ignore}[owner]

    def polygon(self, ref: PolygonRef) -> Polygon:
        """The polygon at ``ref``; KeyError or IndexError when it is gone."""
        return self.polygons(ref.owner)[ref.index]

    def refs(self) -> Iterator[PolygonRef]:
        """Every polygon in painting order: instances, then image-wide excludes, then ignore regions."""
        owners: list[Owner] = [i.id for i in self.instances]
        lists = [i.polygons for i in self.instances]
        for owner, polygons in zip(
            [*owners, Role.EXCLUDE, Role.IGNORE], [*lists, self.exclude, self.ignore], strict=True
        ):
            for index in range(len(polygons)):
                yield PolygonRef(owner, index)


@dataclass(frozen=True)
class PolygonRef:
    """Where a polygon is in its annotation."""

    owner: Owner
    index: int

    def in_(self, annotation: Annotation) -> bool:
        """Whether the annotation has a polygon there."""
        try:
            return 0 <= self.index < len(annotation.polygons(self.owner))
        except KeyError:
            return False
