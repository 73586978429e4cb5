"""What of a dataset an export is of: which images, which of their instances, how large, in which split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from labeler.dataset.sizes import scaled
from labeler.document.model import Annotation, Instance
from labeler.document.pieces import areas_of, polygons_of
from labeler.errors import LabelerError
from labeler.formats import choices
from labeler.formats.base import Options, chosen, number
from labeler.formats.names import hashed
from labeler.geometry.growing import grown
from labeler.i18n import _

#: An export in two parts has no test images.
SPLITS = ("train", "val", "test")
_HASH_BITS = 53


@dataclass(frozen=True)
class Split:
    """Shares of train, val and test images; they add up to 1."""

    shares: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return SPLITS[: len(self.shares)]

    def of(self, name: str) -> str:
        """The split of an image. Its name alone decides: other images change nothing."""
        place = hashed(name, _HASH_BITS) / (1 << _HASH_BITS)
        ends = list(accumulate(self.shares))
        return next((split for split, end in zip(self.names, ends) if place < end), self.names[-1])


@dataclass(frozen=True)
class Selection:
    """Made from the options of an export by ``selection_of``."""

    empty: bool = False
    only: str = ""
    classes: tuple[str, ...] = ()
    split: Split | None = None
    grow: float = 0.0
    scale: float = 1.0

    @property
    def splits(self) -> tuple[str, ...]:
        return self.split.names if self.split else ("",)

    def split_of(self, name: str) -> str:
        return self.split.of(name) if self.split else ""

    def wants(self, annotation: Annotation) -> bool:
        """Whether the image is asked for."""
        if self.only and not annotation.flags.get(self.only):
            return False
        if self.classes and not self.empty:
            return any(instance.class_name in self.classes for instance in annotation.instances)
        return True

    def of(self, annotation: Annotation) -> Annotation:
        """What is to be written of an image: its instances of these classes, at this scale, this much grown.

        Raises LabelerError when scaling moves a point farther out than can be stored.
        """
        if self.classes:
            wanted = tuple(i for i in annotation.instances if i.class_name in self.classes)
            annotation = replace(annotation, instances=wanted)
        if self.scale != 1:
            annotation = _at_scale(annotation, self.scale)
        if self.grow:
            larger = tuple(_grown(instance, self.grow) for instance in annotation.instances)
            annotation = replace(annotation, instances=larger)
        return annotation


def selection_of(options: Options, class_names: Sequence[str]) -> Selection:
    """Raises LabelerError for a class that the dataset has not, and for shares that are none."""
    return Selection(
        bool(chosen(options, choices.EMPTY)),
        str(chosen(options, choices.ONLY)).strip(),
        _classes(str(chosen(options, choices.CLASSES)), class_names),
        _split(str(chosen(options, choices.SPLIT))),
        number(options, choices.GROW),
        number(options, choices.SCALE),
    )


def _classes(text: str, known: Sequence[str]) -> tuple[str, ...]:
    if text.strip() in known:  # a name may have a comma in it
        return (text.strip(),)
    names = tuple(filter(None, (name.strip() for name in text.split(","))))
    for name in names:
        if name not in known:
            raise LabelerError(
                _("There is no class {name}; there are: {known}.").format(name=name, known=", ".join(known))
            )
    return names


def _split(text: str) -> Split | None:
    if not text.strip():
        return None
    try:
        parts = [float(part) for part in text.split("/")]
    except ValueError:
        parts = []
    if len(parts) not in (2, 3) or not all(0 <= part < 1e9 for part in parts) or not sum(parts):
        raise LabelerError(_("{text} is no split: it must be like 80/10/10 or 90/10.").format(text=text))
    return Split(tuple(part / sum(parts) for part in parts))


def scaled_size(size: tuple[int, int], factor: float) -> tuple[int, int]:
    """The size of an image at a scale: at least one pixel."""
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _at_scale(annotation: Annotation, factor: float) -> Annotation:
    size = scaled_size((annotation.image.width, annotation.image.height), factor)
    try:
        return scaled(annotation, size)
    except ValueError as error:
        raise LabelerError(
            _("{image}: scaling moves points too far out.").format(image=annotation.image.file)
        ) from error


def _grown(instance: Instance, distance: float) -> Instance:
    areas = grown(areas_of(instance.polygons), distance)
    return replace(instance, polygons=polygons_of(areas, instance.polygons))
