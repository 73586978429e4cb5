"""What the rows of the instances panel stand for, and how one set of rows becomes the next. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from labeler.document.model import Annotation, Instance, Owner, Polygon, Role


@dataclass(eq=False)
class Row:
    """A top-level row: an instance, or an image-wide list (then ``instance`` is None).

    Its children are the polygons. ``key`` names it for as long as the model lives, wherever it moves;
    ``place`` is where it is now.
    """

    key: int
    owner: Owner
    instance: Instance | None
    polygons: tuple[Polygon, ...]
    place: int = 0

    def is_as(self, other: Row) -> bool:
        return self.instance is other.instance and self.polygons is other.polygons


def rows_of(annotation: Annotation) -> list[Row]:
    """Topmost painted first, then what is image-wide, if anything; without keys."""
    rows = [Row(0, i.id, i, i.polygons) for i in reversed(annotation.instances)]
    lists = ((role, annotation.polygons(role)) for role in (Role.EXCLUDE, Role.IGNORE))
    rows += [Row(0, role, None, polygons) for role, polygons in lists if polygons]
    for place, row in enumerate(rows):
        row.place = place
    return rows


def runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each unbroken run of ascending numbers."""
    for _key, group in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        members = [place for _order, place in group]
        yield members[0], members[-1]


def common_ends(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """How many at the start and how many more at the end are the same objects in both."""
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] is not after[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if before[-1 - i] is not after[-1 - i]), rest)
    return start, end


def dropped_at(dragged_first: int, onto: int) -> int:
    """What is dropped on something takes its place: behind it when it came from before it, else in front."""
    return onto + 1 if dragged_first < onto else onto
