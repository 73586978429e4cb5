"""What the rows of the instances panel stand for, and how one set of rows becomes the next. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from labeler.document.model import Annotation, Instance, Owner, Role

#: A top-level row: an instance, or an image-wide list by its role. Its children are the polygons.
Row = Instance | Role


def rows_of(annotation: Annotation) -> list[Row]:
    """Topmost painted first, then what is image-wide, if anything."""
    lists = [role for role in (Role.EXCLUDE, Role.IGNORE) if annotation.polygons(role)]
    return [*reversed(annotation.instances), *lists]


def owner_of(row: Row) -> Owner:
    return row if isinstance(row, Role) else row.id


def runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each unbroken run of ascending numbers."""
    for _key, group in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        members = [place for _order, place in group]
        yield members[0], members[-1]


def dropped_at(dragged_first: int, onto: int) -> int:
    """What is dropped on something takes its place: behind it when it came from before it, else in front."""
    return onto + 1 if dragged_first < onto else onto
