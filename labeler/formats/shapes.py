"""What formats with one JSON file an image, full of shapes, have in common: writing, and finding the files.

None of them knows holes. An instance becomes rings without holes over exactly its pixels, which one group
number holds together. Of the coordinates nothing is changed: the canvases of all three tools are continuous,
with (0, 0) at the top-left corner of the first pixel, as ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from labeler.document.model import Annotation, Instance
from labeler.errors import LabelerError
from labeler.formats.base import ImageItem, Page
from labeler.formats.building import class_name
from labeler.formats.outlines import outlines
from labeler.formats.reading import (
    FoundClass,
    FoundImage,
    Images,
    Reading,
    Size,
    a_number,
    files_below,
    malformed,
    read_json,
    read_text,
)
from labeler.formats.report import Loss
from labeler.geometry.rings import Ring
from labeler.i18n import _
from labeler.raster.runs import ImageMasks

#: The label of "don't know" in labelme's and X-AnyLabeling's own scripts.
IGNORE = "__ignore__"
#: Labels of what is no thing but cuts those below it: labelme's word and ISAT's.
BACKGROUNDS = frozenset({"_background_", "__background__"})
#: Where labelme's and X-AnyLabeling's group numbers are kept, when they say more than what belongs together.
GROUP = "group_id"

Record = dict[str, Any]
#: What a JSON file says about an image of a size; the second argument is the file's name for messages.
Reader = Callable[[Mapping[str, Any], str, Size], Annotation]


# --- writing -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """An instance that shows, and the rings that share out its pixels."""

    instance: Instance
    rings: tuple[Ring, ...]


def drawn(page: Page, item: ImageItem, masks: ImageMasks) -> list[Drawn]:
    """Every instance that covers a pixel; they are counted, and what is lost of any is noted."""
    found = []
    instances = item.annotation.instances
    for instance, mask, outline in zip(instances, masks.instances, outlines(item.annotation, masks)):
        where = f"{item.name}, {instance.id}"
        if mask.is_empty:
            page.lose(Loss.EMPTY, where)
            continue
        if outline.holes:
            page.lose(Loss.HOLES, where)
        if not outline.keeps_shape:
            page.lose(Loss.SHAPE, where)
        found.append(Drawn(instance, outline.rings))
    page.instances = len(found)
    return found


class Groups:
    """Group numbers of an image. Those that instances have as an attribute stay; no two instances share one,
    or they would come back as one."""

    def __init__(self, instances: Iterable[Instance]) -> None:
        self._wanted = {group for group in map(group_of, instances) if group is not None}
        self._taken: set[tuple[str, int]] = set()

    def own(self, instance: Instance) -> int | None:
        """The number that the instance has itself, unless an earlier one of its class has it as well."""
        group = group_of(instance)
        if group is None or (instance.class_name, group) in self._taken:
            return None
        self._taken.add((instance.class_name, group))
        return group

    def new(self, first: int = 1) -> int:
        """A number that no instance has: ``first``, or the next one that is free."""
        while first in self._wanted:
            first += 1
        self._wanted.add(first)
        return first


def group_of(instance: Instance) -> int | None:
    """The group number that an instance has as an attribute; 0 is none for ISAT."""
    value = instance.attributes.get(GROUP)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else None


def file_of(before: Record, name: str, rows: Sequence[Record], after: Record) -> bytes:
    """A JSON object: some keys, a list with one line a row, other keys. ASCII, so that it reads anywhere."""
    lines = [f"{_json(key)}: {_json(value)}" for key, value in before.items()]
    listed = ",\n".join(map(_json, rows))
    lines.append(f"{_json(name)}: [\n{listed}\n]" if rows else f"{_json(name)}: []")
    lines += [f"{_json(key)}: {_json(value)}" for key, value in after.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("ascii")


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False)


# --- reading -----------------------------------------------------------------------------------------------


def a_size(data: Mapping[str, Any], keys: tuple[str, str], where: str) -> Size | None:
    """The size that a file says its image has; None when it says none. Raises LabelerError."""
    values = [data.get(key) for key in keys]
    if None in values:
        return None
    width, height = (a_number(value, f"{where}, {key}") for value, key in zip(values, keys))
    # X-AnyLabeling's converters write -1 where they do not know.
    return (int(width), int(height)) if width > 0 and height > 0 else None


def listed_classes(source: Path, name: str, reading: Reading) -> None:
    """Classes from the files of this name in a folder, one a line; numbered from 1, as their tools do.

    An export in splits has one file in each, all the same.
    """
    for path in files_below(source, name):
        lines = [line.strip() for line in read_text(path).splitlines()] if path.name == name else []
        names = dict.fromkeys(line for line in lines if line not in ("", IGNORE, *BACKGROUNDS))
        known = {entry.name for entry in reading.found_classes}
        for index, line in enumerate(names, 1):
            if (found := class_name(line, str(path))) not in known:
                reading.found_classes.append(FoundClass(found, index))


@dataclass(frozen=True)
class JsonFiles:
    """The files of one format in a folder: ``photo.json``, or ``photo.jpg.json``, is about ``photo.jpg``.

    ``rows`` is the key of the list that such a file has; ``image_of`` gives the image's name as the file has
    it, relative to the file's folder; ``read`` the annotation.
    """

    rows: str
    image_of: Callable[[Mapping[str, Any]], object]
    read: Reader
    title: str

    def found(self, source: Path, images: Images) -> Iterator[FoundImage]:
        """Every file that is about an image; other JSON files are passed by, unless one is the source.

        A file whose own name says which image is meant is opened when the image's turn comes.
        """
        for path in files_below(source, ".json"):
            if path != source and (path.name.lower().endswith(".labels.json") or path.name == "labeler.json"):
                continue  # our own
            folder = path.parent.relative_to(source) if path != source else Path()
            image = _by_file_name(images, PurePosixPath(folder.as_posix(), path.name[: -len(".json")]))
            image = image or self._by_content(images, path, folder, path == source)
            if image:
                yield FoundImage(image, str(path), partial(self._read, path))

    def _by_content(self, images: Images, path: Path, folder: Path, must: bool) -> str:
        """The image as the file names it; "" for a file of another kind that just lies there."""
        try:
            name = self.image_of(self._checked(path))
            if not isinstance(name, str) or not name:
                raise malformed(path, _("does not name its image"))
        except LabelerError:
            if must:
                raise
            return ""
        place = PurePosixPath(folder.as_posix(), name.replace("\\", "/"))
        return _by_path(images, place) or name.encode(errors="replace").decode()

    def _read(self, path: Path, size: Size) -> Annotation:
        return self.read(self._checked(path), str(path), size)

    def _checked(self, path: Path) -> Mapping[str, Any]:
        data = read_json(path)
        if not isinstance(data, dict) or not isinstance(data.get(self.rows), list):
            raise malformed(path, _("is no file of {program}").format(program=self.title))
        return data


def _by_file_name(images: Images, path: PurePosixPath) -> str:
    """The image of this path with or without its suffix, and of no other name."""
    name = _by_path(images, path)
    file = PurePosixPath(name)
    return name if path.name in (file.name, file.stem) else ""


def _by_path(images: Images, path: PurePosixPath) -> str:
    """The image of this path, or of its end: folders of splits, and of other machines, come before."""
    for start in range(len(path.parts)):
        if name := images.match("/".join(path.parts[start:])):
            return name
    return ""
