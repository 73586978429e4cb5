"""From mask images to annotations: what the values of their pixels stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from labeler.document.model import Annotation, Instance, Polygon
from labeler.errors import LabelerError
from labeler.formats.base import Option
from labeler.formats.building import annotation_of, check_size, traced, traced_ignore
from labeler.formats.reading import FoundClass, Reading, Size
from labeler.formats.report import Loss
from labeler.i18n import N_, _
from labeler.raster.images import image_size
from labeler.raster.labelmaps import Kind, LabelMap, read_label_map
from labeler.raster.masks import IGNORE, IGNORE_ID
from labeler.raster.runs import Runs

AUTO, BINARY, CLASSES, INSTANCES = "auto", "binary", "classes", "instances"

VALUES = Option(
    "values",
    N_("Values are"),
    N_(
        "What the values of the pixels say. binary: half white and more is inside. classes: the index, or "
        "the colour, of the class. instances: each value is one. auto: classes with a palette or colours, "
        "instances with 16 bits, else binary."
    ),
    AUTO,
    (AUTO, BINARY, CLASSES, INSTANCES),
    (N_("as the file suggests"), N_("inside or outside"), N_("classes"), N_("instances")),
)

#: There can be no more classes in a dataset.
_MOST_CLASSES = 254
#: What viewers show for "don't know": Pascal VOC's pale yellow, which people know for it.
IGNORE_COLOUR = (224, 224, 192)


def label_map_of(path: Path, size: Size) -> LabelMap:
    """The values of a mask for an image of this size; raises LabelerError for one of another, and does so
    before memory is taken."""
    check_size(image_size(path), size, str(path))
    return read_label_map(path)


#: A mask may fade out at its borders, but most of it is black or white, or it has few shades.
_SHADES = 64


@dataclass
class Things:
    """What was found on one image."""

    instances: list[Instance]
    ignore: list[Polygon]

    def annotation(self, size: Size) -> Annotation:
        return annotation_of(size, self.instances, ignore=self.ignore)


@dataclass(frozen=True)
class ValueReader:
    """Makes things of one mask. ``where`` is its file, for messages."""

    labels: LabelMap
    where: str
    reading: Reading

    def put(self, things: Things, values: str, class_name: str, numbered: Mapping[int, str]) -> None:
        """Add what the mask has. ``class_name`` is that of what is not named otherwise, ``numbered`` the
        class of every instance whose is known."""
        if values == BINARY:
            self._put_runs(things, class_name, self._inside())
        elif values == CLASSES:
            self._put_values(things, self._class_of, _MOST_CLASSES)
        else:
            self._put_values(things, lambda value: numbered.get(value, class_name), IGNORE_ID)

    def meant(self) -> str:
        """What the values seem to be."""
        labels = self.labels
        if labels.kind is not Kind.GREY:
            return CLASSES
        if labels.bits < 16:
            return BINARY
        # Nobody numbers a thing 65535 and none before it.
        is_white = not ((labels.values > 0) & (labels.values < IGNORE_ID)).any()
        return BINARY if is_white else INSTANCES

    def _inside(self) -> Runs:
        """Half white and more; where nothing is, everything but black: masks of 0 and 1 look black."""
        labels = self.labels
        least = (1 << labels.bits) // 2 if labels.kind is Kind.GREY else 1
        inside = labels.values >= least
        some = labels.values > 0
        if not inside.any():
            return Runs.from_mask(some)
        if np.count_nonzero(inside) != np.count_nonzero(some):
            self._refuse_picture()
            self.reading.lose(Loss.FAINT, self.where)
        return Runs.from_mask(inside)

    def _refuse_picture(self) -> None:
        """Somebody may give the folder of the images itself."""
        values = self.labels.values
        between = (values > 0) & (values < values.max())
        if 2 * np.count_nonzero(between) > values.size and len(np.unique(values)) > _SHADES:
            raise LabelerError(
                _("{file} has all shades of grey: it is a picture, and no mask.").format(file=self.where)
            )

    def _put_values(self, things: Things, class_of: Callable[[int], str], most: int) -> None:
        for value, runs in self._at_most(most):
            if self._is_ignore(value):
                things.ignore += traced_ignore(runs, self.reading.tolerance)
            else:
                self._put_runs(things, class_of(value), runs)

    def _put_runs(self, things: Things, class_name: str, runs: Runs) -> None:
        if not runs.is_empty:
            things.instances.append(Instance("", class_name, traced(runs, self.reading.tolerance)))

    def _at_most(self, most: int) -> Iterator[tuple[int, Runs]]:
        # One more than allowed, for ignore, and one to see that there are more.
        found = list(islice(self.labels.runs(), most + 2))
        if sum(not self._is_ignore(value) for value, _runs in found) > most:
            raise LabelerError(
                _(
                    "{file} has more than {most} different values: it is a picture, or no mask of this kind."
                ).format(file=self.where, most=most)
            )
        return iter(found)

    def _is_ignore(self, value: int) -> bool:
        if self.labels.kind is Kind.COLOUR:
            return self.labels.color(value) == "#{:02x}{:02x}{:02x}".format(*IGNORE_COLOUR)
        return value == {8: IGNORE, 16: IGNORE_ID}.get(self.labels.bits)

    def _class_of(self, value: int) -> str:
        """The dataset's class of this index or colour; else a new one that has both."""
        color = self.labels.color(value)
        has_index = self.labels.kind is not Kind.COLOUR
        by_index = {entry.index: entry.name for entry in self.reading.classes}
        by_color = {entry.color.lower(): entry.name for entry in self.reading.classes}
        name = by_index.get(value) if has_index else None
        if name is None:
            name = by_color.get(color or "") or (self.reading.name_of(value) if has_index else str(color))
        self.reading.found_classes.append(FoundClass(name, value if has_index else None, color))
        return name
