"""What is probably a slip in an annotation: the rules behind the editor's hints and `labeler check`.

A rule looks at many polygons at once. None of them changes anything, and nothing here keeps anybody from
drawing what they like: masks are exact for every ring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Owner, Polygon, PolygonRef, Role
from labeler.geometry.contacts import Contact, are_simple, self_contacts
from labeler.geometry.nearest import Position
from labeler.geometry.overlaps import boxes_meet, overlap_any
from labeler.geometry.packed import PackedRings, canonical
from labeler.geometry.rings import Ring
from labeler.i18n import _, ngettext

#: What is thinner (px) covers hardly any pixel centre.
THINNEST_PX = 1.0


class Severity(Enum):
    """A problem is almost certainly a slip, or costs something; a note is worth a look."""

    PROBLEM = "problem"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What a rule found at an owner, mostly at one polygon of it. ``places`` (px) when it is at some."""

    rule: str
    severity: Severity
    owner: Owner
    ref: PolygonRef | None
    places: tuple[Position, ...]
    #: What is wrong and what to do about it.
    sentence: str


class Found(NamedTuple):
    """A finding before its rule is known: at a polygon of the subject, or at a whole instance."""

    at: int | str
    sentence: str
    places: tuple[Position, ...] = ()


@dataclass(frozen=True, eq=False)
class Subject:
    """The polygons that rules look at, by number, and the annotation they are in."""

    annotation: Annotation
    refs: tuple[PolygonRef, ...]

    @cached_property
    def polygons(self) -> tuple[Polygon, ...]:
        return tuple(self.annotation.polygon(ref) for ref in self.refs)

    @cached_property
    def rings(self) -> PackedRings:
        return PackedRings.of([polygon.points for polygon in self.polygons])

    @cached_property
    def contacts(self) -> dict[int, tuple[Contact, ...]]:
        """Where polygons meet themselves; only those that do are in it."""
        simple = are_simple([polygon.points for polygon in self.polygons])
        found = {n: self_contacts(self.polygons[n].points) for n in np.flatnonzero(~simple).tolist()}
        return {number: contacts for number, contacts in found.items() if contacts}


@dataclass(frozen=True)
class Rule:
    """``wide``: looks at the whole annotation, so it has no place where one polygon is looked at."""

    id: str
    severity: Severity
    find: Callable[[Subject], Iterable[Found]]
    wide: bool = False


def check(annotation: Annotation) -> list[Finding]:
    """Everything the rules find, rule by rule. 10,000 polygons of 40 points take a fifth of a second."""
    return _findings(Subject(annotation, tuple(annotation.refs())), RULES)


def check_polygons(annotation: Annotation, refs: Iterable[PolygonRef]) -> list[Finding]:
    """What the rules find at these polygons alone: for the few that are being worked on."""
    return _findings(Subject(annotation, tuple(refs)), [rule for rule in RULES if not rule.wide])


def _findings(subject: Subject, rules: Iterable[Rule]) -> list[Finding]:
    return [_finding(subject, rule, found) for rule in rules for found in rule.find(subject)]


def _finding(subject: Subject, rule: Rule, found: Found) -> Finding:
    ref = None if isinstance(found.at, str) else subject.refs[found.at]
    owner = found.at if isinstance(found.at, str) else subject.refs[found.at].owner
    return Finding(rule.id, rule.severity, owner, ref, found.places, found.sentence)


# --- one ring ----------------------------------------------------------------------------------------------


def _crossing(subject: Subject) -> Iterator[Found]:
    for number, contacts in subject.contacts.items():
        places = tuple(contact.position for contact in contacts if contact.crosses)
        if places:
            yield Found(number, crossing_sentence(len(places)), places)


def crossing_sentence(count: int) -> str:
    return ngettext(
        "The outline crosses itself: move or delete a point so that it does not.",
        "The outline crosses itself {count} times: move or delete points so that it does not.",
        count,
    ).format(count=count)


def _touching(subject: Subject) -> Iterator[Found]:
    for number, contacts in subject.contacts.items():
        if not any(contact.crosses for contact in contacts):
            yield Found(
                number,
                _("The outline touches itself, which some programs refuse: move the points apart."),
                tuple(contact.position for contact in contacts),
            )


def _sliver(subject: Subject) -> Iterator[Found]:
    for number in np.flatnonzero(subject.rings.thicknesses < THINNEST_PX).tolist():
        if number not in subject.contacts:  # the loops of a crossing ring would count against each other
            yield Found(number, sliver_sentence())


def sliver_sentence() -> str:
    return _("Thinner than a pixel, so it covers hardly any: widen or delete it.")


def _repeated_point(subject: Subject) -> Iterator[Found]:
    rings = subject.rings
    repeated = np.flatnonzero(rings.repeats)
    owners = rings.ring_of(repeated)
    for number in np.unique(owners).tolist():
        points = rings.points[repeated[owners == number]].tolist()
        sentence = ngettext(
            "Two points lie on each other: delete one of them.",
            "{count} points lie on the next one: delete them.",
            len(points),
        )
        yield Found(number, sentence.format(count=len(points)), tuple((x, y) for x, y in points))


def _outside(subject: Subject) -> Iterator[Found]:
    image = subject.annotation.image
    inside = boxes_meet(np.array([0, 0, image.width, image.height]), subject.rings.boxes)
    for number in np.flatnonzero(~inside).tolist():
        yield Found(number, outside_sentence())


def outside_sentence() -> str:
    return _("Wholly outside the image, so it does nothing: move it in or delete it.")


# --- rings together ----------------------------------------------------------------------------------------


def _idle_exclude(subject: Subject) -> Iterator[Found]:
    """In an instance: it was drawn to cut something of it."""
    numbers, before, after = [], [], []
    for owner, excludes in _excludes(subject).items():
        if isinstance(owner, Role):
            continue
        includes = _Includes.under(subject.annotation, owner)
        for number in excludes:
            under = includes.near(subject.polygons[number])
            index = subject.refs[number].index
            numbers.append(number)
            before.append([includes.rings[n] for n in under if includes.indices[n] < index])
            after.append([includes.rings[n] for n in under if includes.indices[n] > index])
    rings = [subject.polygons[number].points for number in numbers]
    cuts, is_late = overlap_any(rings, before), overlap_any(rings, after)
    for number, cut, late in zip(numbers, cuts, is_late):
        if not cut:
            yield Found(number, _late_sentence() if late else idle_sentence())


def _idle_image_exclude(subject: Subject) -> Iterator[Found]:
    """Image-wide: may be for what comes later. At the border of the image it says where the picture ends."""
    image = subject.annotation.image
    for owner, excludes in _excludes(subject).items():
        if isinstance(owner, str):
            continue
        includes = _Includes.under(subject.annotation, owner)
        for number in excludes:
            polygon = subject.polygons[number]
            left, top, right, bottom = polygon.bounds
            is_within = left > 0 and top > 0 and right < image.width and bottom < image.height
            under = [includes.rings[n] for n in includes.near(polygon)]
            if is_within and not overlap_any([polygon.points], [under])[0]:
                yield Found(number, idle_image_sentence())


def _excludes(subject: Subject) -> dict[Owner, list[int]]:
    """The numbers of the excludes of each owner."""
    found: dict[Owner, list[int]] = {}
    for number, (ref, polygon) in enumerate(zip(subject.refs, subject.polygons)):
        if polygon.role is Role.EXCLUDE:
            found.setdefault(ref.owner, []).append(number)
    return found


def idle_sentence() -> str:
    return _("This exclude cuts nothing: draw it over what it should cut, or delete it.")


def idle_image_sentence() -> str:
    return _("This exclude cuts nothing so far: if it is not for what comes later, delete it.")


def _late_sentence() -> str:
    return _("This exclude cuts nothing, because what it lies on was added after it: bring it to the front.")


@dataclass(frozen=True, eq=False)
class _Includes:
    """The include polygons that an exclude of some owner may cut, and where each is in its list."""

    rings: tuple[Ring, ...]
    indices: tuple[int, ...]
    boxes: NDArray[np.float64]

    @classmethod
    def under(cls, annotation: Annotation, owner: Owner) -> _Includes:
        """An instance's own, in their order; for an image-wide exclude all there are."""
        instances = [annotation.instance(owner)] if isinstance(owner, str) else annotation.instances
        found = [
            (index, polygon)
            for instance in instances
            for index, polygon in enumerate(instance.polygons)
            if polygon.role is Role.INCLUDE
        ]
        boxes = np.array([polygon.bounds for _index, polygon in found]).reshape(-1, 4)
        return cls(tuple(p.points for _index, p in found), tuple(index for index, _p in found), boxes)

    def near(self, polygon: Polygon) -> list[int]:
        """Those whose boxes share an area with the polygon's."""
        return np.flatnonzero(boxes_meet(np.array(polygon.bounds), self.boxes)).tolist()


def _twin(subject: Subject) -> Iterator[Found]:
    """The same ring again, where that can hardly be meant: another include, or an exclude of the same owner.

    That what one instance includes another excludes is how neighbours share a border.
    """
    first: dict[tuple[Role, Owner | None, bytes], int] = {}
    for number in _alike(subject.rings):
        polygon, owner = subject.polygons[number], subject.refs[number].owner
        key = (polygon.role, owner if polygon.role is Role.EXCLUDE else None, canonical(polygon.points))
        if key in first:
            yield Found(number, _twin_sentence(owner, subject.refs[first[key]].owner))
        else:
            first[key] = number


def _alike(rings: PackedRings) -> list[int]:
    """The rings whose box is another one's too: no others can be the same."""
    if not len(rings):
        return []
    _boxes, groups, counts = np.unique(rings.boxes, axis=0, return_inverse=True, return_counts=True)
    return np.flatnonzero(counts[groups.ravel()] > 1).tolist()


def _twin_sentence(owner: Owner, other: Owner) -> str:
    if owner == other or not isinstance(other, str):
        return _("The same outline is there twice: delete one of them.")
    return _("The same outline is in the instance {id} too: delete one of them.").format(id=other)


def _no_include(subject: Subject) -> Iterator[Found]:
    for instance in subject.annotation.instances:
        if all(polygon.role is not Role.INCLUDE for polygon in instance.polygons):
            yield Found(
                instance.id,
                _("The instance has no include polygon, so it covers nothing: draw one or delete it."),
            )


RULES = (
    Rule("crossing", Severity.PROBLEM, _crossing),
    Rule("touching", Severity.NOTE, _touching),
    Rule("sliver", Severity.NOTE, _sliver),
    Rule("repeated-point", Severity.NOTE, _repeated_point),
    Rule("outside", Severity.PROBLEM, _outside),
    Rule("idle-exclude", Severity.PROBLEM, _idle_exclude),
    Rule("idle-image-exclude", Severity.NOTE, _idle_image_exclude),
    Rule("twin", Severity.PROBLEM, _twin, wide=True),
    Rule("no-include", Severity.PROBLEM, _no_include, wide=True),
)
