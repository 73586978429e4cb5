"""Reading back what a format wrote, and whether it is what the format claims to keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.formats.base import Format, Keeps, Options
from labeler.formats.reading import Images, Reading
from labeler.raster.runs import ImageMasks, Runs, rasterize, union_of
from labeler.raster.tracing import trace_runs
from tests.formats.cases import CLASSES

#: Class ("" where it is not kept) and toggles of a mask; a bag, as the order of things is not claimed.
Things = Counter[tuple[str, tuple[int, ...]]]


@dataclass
class ReadBack:
    """The annotations by image name, and what the reader said on the way."""

    annotations: dict[str, Annotation]
    reading: Reading


def read_back(
    format: Format,
    source: Path,
    sizes: Mapping[str, tuple[int, int]],
    options: Options | None = None,
) -> ReadBack:
    """What an import gives the images of these names and sizes; nothing for those that are not mentioned."""
    reading = Reading(Images(list(sizes)), CLASSES, options or {})
    annotations = {name: Annotation(ImageInfo(name, *size)) for name, size in sizes.items()}
    for found in format.read(source, reading):
        name = reading.images.match(found.image)
        assert name, f"{found.image} is not recognised among {list(sizes)}"
        assert found.size in (None, sizes[name]), f"{found.where}: {found.size}"
        annotations[name] = _together(annotations[name], found.read(sizes[name]))
    return ReadBack(annotations, reading)


def _together(before: Annotation, found: Annotation) -> Annotation:
    """As the import does where a source says something about an image in several places."""
    assert (found.image.width, found.image.height) == (before.image.width, before.image.height)
    return replace(
        before,
        instances=(*before.instances, *found.instances),
        exclude=(*before.exclude, *found.exclude),
        ignore=(*before.ignore, *found.ignore),
        flags={**before.flags, **found.flags},
    )


@dataclass
class Shown:
    """What of an annotation counts for a format, by its own claim."""

    things: Things = field(default_factory=Counter)
    union: tuple[int, ...] = ()
    ignore: tuple[int, ...] = ()
    #: The points of instances that are one plain ring, in no order.
    points: Counter[frozenset[tuple[float, float]]] = field(default_factory=Counter)


def shown(annotation: Annotation, keeps: Keeps) -> Shown:
    """The masks that must come back, each as it is where the format keeps nothing of its neighbours."""
    masks = rasterize(annotation)
    names = [instance.class_name if keeps.classes else "" for instance in annotation.instances]
    instances = list(masks.instances)
    if not keeps.holes:
        instances = [_filled(runs) for runs in instances]
    keys: Sequence[object] = names
    if keeps.instances and keeps.parts:
        keys = range(len(names))
    if not keeps.overlaps:
        instances = _visible(instances, keys, masks, keeps)
    union = union_of(instances, masks.width, masks.height)
    ignore = tuple(masks.ignore.toggles.tolist()) if keeps.ignore else ()
    things = _things(instances, keys, names, masks)
    return Shown(
        things, tuple(union.toggles.tolist()), ignore, _points(annotation) if keeps.subpixel else Counter()
    )


def _visible(
    instances: Sequence[Runs], keys: Sequence[object], masks: ImageMasks, keeps: Keeps
) -> list[Runs]:
    """Later ones lie over earlier ones with another key, and ignore regions, where kept, over everything."""
    visible = []
    for n, runs in enumerate(instances):
        over = [other for key, other in zip(keys[n + 1 :], instances[n + 1 :]) if key != keys[n]]
        if keeps.ignore:
            over.append(masks.ignore)
        visible.append(runs.without(union_of(over, masks.width, masks.height)))
    return visible


def _things(
    instances: Sequence[Runs], keys: Sequence[object], names: Sequence[str], masks: ImageMasks
) -> Things:
    things: Things = Counter()
    for key, name in dict(zip(keys, names)).items():
        runs = union_of((r for k, r in zip(keys, instances) if k == key), masks.width, masks.height)
        if not runs.is_empty:
            things[name, tuple(runs.toggles.tolist())] += 1
    return things


def _filled(runs: Runs) -> Runs:
    outer = tuple(Polygon(Role.INCLUDE, area.outer) for area in trace_runs(runs))
    image = ImageInfo("", runs.width, runs.height)
    return rasterize(Annotation(image, (Instance("", "", outer),))).instances[0]


def _points(annotation: Annotation) -> Counter[frozenset[tuple[float, float]]]:
    plain = (instance.polygons[0].points for instance in annotation.instances if len(instance.polygons) == 1)
    return Counter(frozenset(map(tuple, np.round(points, 2).tolist())) for points in plain)


def differences(before: Annotation, after: Annotation, keeps: Keeps) -> list[str]:
    """What the format claims to keep and did not, in words; nothing when it said the truth."""
    if not keeps.pixels:
        return []  # nothing that could be compared is claimed
    wanted, found = shown(before, keeps), shown(after, keeps)
    wrong = []
    if wanted.things != found.things:
        lost, new = wanted.things - found.things, found.things - wanted.things
        wrong.append(f"masks: {_listed(lost)} became {_listed(new)}")
    if wanted.union != found.union:
        wrong.append("the pixels of all instances together are others")
    if wanted.ignore != found.ignore:
        wrong.append(f"ignore: {_area(wanted.ignore)} px became {_area(found.ignore)} px")
    if not keeps.ignore and after.ignore:
        wrong.append("ignore regions that were not there")
    return wrong


def moved_points(before: Annotation, after: Annotation, keeps: Keeps) -> list[str]:
    """Plain polygons whose points did not come back to a hundredth of a pixel."""
    lost = shown(before, keeps).points - shown(after, keeps).points
    return [f"points lost: {sorted(points)}" for points in lost]


def _listed(things: Things) -> str:
    return ", ".join(f"{name or 'something'} of {_area(t)} px" for name, t in things.elements()) or "nothing"


def _area(toggles: Iterable[int]) -> int:
    toggles = list(toggles)
    return sum(toggles[1::2]) - sum(toggles[::2])
