"""labelme's JSON: `photo.json` beside `photo.jpg`, a list of shapes with labels.

Convention: labelme's canvas is Qt's, continuous with (0, 0) at the top-left corner of the first pixel, as
ours, so nothing is moved. Its own scripts fill shapes with Pillow, which takes (0, 0) for the middle of that
pixel and draws the outline as well: their masks are up to a pixel larger to the right and below. The two
points of a mask shape are the first and the last pixel, both of them inside (labelme's `_utils/_mask.py`).

What belongs together has one label and one `group_id`. `__ignore__` is "don't know" and `_background_` no
thing: words of labelme's examples, whose scripts leave out the one and paint the other over what lies below.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from labeler.document.model import Annotation
from labeler.formats.base import Format, ImageItem, Job, Keeps, Options, Page, Section, SharedFile, in_split
from labeler.formats.building import check_size, class_name
from labeler.formats.coordinates import positions
from labeler.formats.labelme_shapes import region_of
from labeler.formats.painting import Painting
from labeler.formats.reading import FoundImage, Reading, Size, a_dict, malformed
from labeler.formats.report import Loss
from labeler.formats.shapes import (
    BACKGROUNDS,
    GROUP,
    IGNORE,
    Drawn,
    Groups,
    JsonFiles,
    Record,
    a_size,
    drawn,
    file_of,
    listed_classes,
)
from labeler.formats.values import kept
from labeler.i18n import N_, _
from labeler.raster.runs import rasterize

#: Keys of a shape, or of the file, that become attributes or flags when they say anything.
_SAYING = ("description", "score", "difficult", "kie_linking", "locked", "direction", "tags")


class Labelme(Format):
    """A file an image, and `labels.txt` with the classes. Reads X-AnyLabeling's files as well."""

    id = "labelme"
    title = N_("labelme (JSON)")
    reads = True
    takes_images = True  # labelme opens no file whose image is not where the file says
    version = "7.9.1"
    class_file = "labels.txt"
    #: What labelme's scripts expect before the classes.
    class_head: tuple[str, ...] = (IGNORE, "_background_")

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, instances=True, overlaps=True, ignore=True, subpixel=True)

    # --- writing -----------------------------------------------------------------------------------------

    def shared(self, job: Job) -> Sequence[SharedFile]:
        lines = (*self.class_head, *(entry.name for entry in job.classes))
        text = "".join(f"{line}\n" for line in lines).encode(errors="replace")
        return [
            SharedFile(f"{split}/{self.class_file}" if split else self.class_file, (Section(text),))
            for split in job.splits
        ]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        groups = Groups(item.annotation.instances)
        shapes: list[Record] = []
        for thing in drawn(page, item, masks):
            where = f"{item.name}, {thing.instance.id}"
            values = kept(thing.instance.attributes, page, where)
            shape = self._shape(thing, groups, values)
            shapes += [{**shape, "points": positions(ring)} for ring in thing.rings]
        if not masks.ignore.is_empty:
            blank = self.shape_of(IGNORE, None, {})
            shapes += [{**blank, "points": positions(polygon.points)} for polygon in item.annotation.ignore]
        page.add_file(in_split(item, f"{item.stem}.json"), self._file(page, item, shapes))

    def _shape(self, thing: Drawn, groups: Groups, values: Record) -> Record:
        """A shape without its points, the same for each ring of an instance."""
        group = own = groups.own(thing.instance)
        if len(thing.rings) > 1:
            # A number that holds rings together is not kept when it is read: it stays an attribute as well.
            group = own or groups.new()
        elif own:
            del values[GROUP]
        return self.shape_of(thing.instance.class_name, group, values)

    def _file(self, page: Page, item: ImageItem, shapes: Sequence[Record]) -> bytes:
        image = item.annotation.image
        before, after = self.image_of(kept(item.annotation.flags, page, item.name))
        after = {
            "imagePath": PurePosixPath(item.name).name,
            "imageData": None,
            "imageHeight": image.height,
            "imageWidth": image.width,
            **after,
        }
        return file_of({"version": self.version, **before}, "shapes", shapes, after)

    def shape_of(self, label: str, group: int | None, values: Record) -> Record:
        """A shape without its points; what there is no key for is in ``attributes``, which labelme keeps."""
        shape = {
            "label": label,
            "points": [],
            "group_id": group,
            "description": taken(values, "description", is_text(values.get("description")), ""),
            "shape_type": "polygon",
            "flags": {},
            "mask": None,
        }
        if taken(values, "locked", values.get("locked") is True, False):
            shape["locked"] = True
        return {**shape, **flags_and_attributes(values)}

    def image_of(self, values: Record) -> tuple[Record, Record]:
        """What a file says about its image, before and after its shapes."""
        flags = flags_and_attributes(values)
        return {"flags": flags.pop("flags")}, flags

    # --- reading -----------------------------------------------------------------------------------------

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        if source.is_dir():
            listed_classes(source, self.class_file, reading)
        files = JsonFiles(
            "shapes",
            lambda data: data.get("imagePath"),
            lambda data, where, size: _annotation(data, where, size, reading),
            _(self.title),
        )
        return list(files.found(source, reading.images))


# --- writing -----------------------------------------------------------------------------------------------


def taken(values: Record, key: str, fits: bool, default: object) -> object:
    """The value that has a key of its own in the format, and is then none of the others any more."""
    return values.pop(key) if fits else default


def is_text(value: object) -> bool:
    """Whether a value is a text, and no empty one, which would not come back from a key of its own."""
    return isinstance(value, str) and value != ""


def flags_and_attributes(values: Record) -> Record:
    """labelme's flags are true or false: it opens no file with any others."""
    flags = {key: value for key, value in values.items() if isinstance(value, bool)}
    attributes = {key: value for key, value in values.items() if key not in flags}
    return {"flags": flags, **({"attributes": attributes} if attributes else {})}


# --- reading -----------------------------------------------------------------------------------------------


def _annotation(data: Mapping[str, Any], where: str, size: Size, reading: Reading) -> Annotation:
    if said := a_size(data, ("imageWidth", "imageHeight"), where):
        check_size(said, size, where)
    painting = Painting(reading, where)
    for number, shape in enumerate(data["shapes"]):
        place = f"{where}, shapes[{number}]"
        _paint(painting, a_dict(shape, place), place, size, reading)
    flags = _said(data, where, reading)
    checked = data.get("checked")
    if checked is True:
        flags["verified"] = True
    elif checked == "failed":
        flags["checked"] = checked
    return painting.annotation(size, flags, _kept_group)


def _paint(painting: Painting, shape: Mapping[str, Any], where: str, size: Size, reading: Reading) -> None:
    region = region_of(shape, where, size)
    if isinstance(region, Loss):
        reading.lose(region, where)
        return
    label = class_name(shape.get("label", ""), where)
    if label == IGNORE:
        painting.ignore(region)
    elif label in BACKGROUNDS:
        painting.background(region)
    else:
        painting.thing(label, _group(shape.get("group_id"), where), region, _said(shape, where, reading))


def _group(value: object, where: str) -> Hashable:
    if value is None or (isinstance(value, int | str) and not isinstance(value, bool)):
        return value
    raise malformed(where, _("has a group_id that is no number"))


def _kept_group(group: Hashable, place: int, only_holds: bool) -> dict[str, Any]:
    return {} if only_holds else {GROUP: group}


def _said(data: Mapping[str, Any], where: str, reading: Reading) -> Record:
    """Flags, attributes and whatever else a shape, or a file, says about its instance or image."""
    found: Record = {}
    for key in ("flags", "attributes"):
        found |= a_dict(data.get(key) or {}, f"{where}, {key}")
    others = {key: data[key] for key in _SAYING if _says_something(data.get(key))}
    return kept({**others, **found}, reading, where)


def _says_something(value: object) -> bool:
    """Keys that a tool always writes are empty more often than not. A score of 0 is one."""
    return value is not None and value is not False and value not in ("", [], {})
