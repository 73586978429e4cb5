"""Which format a file or folder is likely in: by names and first bytes, never by reading all of it.

A guess saves a click; what it is wrong about, reading says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

#: So much of a file is looked at, and so many names of a folder.
_BYTES, _NAMES = 1 << 16, 2000
_PNG = b"\x89PNG\r\n\x1a\n"
#: Where a PNG says what its pixels are, and what it says when they are places in a palette.
_COLOR_TYPE, _PALETTE = 25, 3

#: Marks in JSON, the more telling ones first.
_JSON = (
    ("geojson", rb'"FeatureCollection"'),
    ("isat", rb'"description"\s*:\s*"ISAT"'),
    ("xanylabeling", rb'"(kie_linking|difficult)"'),
    ("labelme", rb'"(shapes|imagePath)"'),
    ("cityscapes", rb'"img(Height|Width)"'),
    ("coco", rb'"(categories|annotations|images)"'),
)
#: What is told apart by names alone in a folder, in this order.
_FOLDERS = (
    ("yolo", re.compile(r"(^|/)(data|dataset|.*\.data)\.ya?ml$")),
    ("voc", re.compile(r"(^|/)(SegmentationClass|SegmentationObject)/")),
    ("cityscapes", re.compile(r"_gtFine_polygons\.json$")),
)
#: Files that say nothing about what is beside them.
_OURS = re.compile(r"(^|/)(\.|labeler\.json$)|\.labels\.json$")


def guessed(source: Path) -> str:
    """The id of the format that a source is likely in; empty when nothing speaks for one. Never fails."""
    try:
        return _of_folder(source) if source.is_dir() else _of_file(source)
    except OSError:
        return ""


def _of_folder(folder: Path) -> str:
    names = list(_names(folder))
    for id, pattern in _FOLDERS:
        if any(map(pattern.search, names)):
            return id
    for suffix in (".xml", ".json", ".geojson", ".txt", ".png"):
        first = next((name for name in names if name.lower().endswith(suffix)), None)
        if first and (id := _of_file(folder / first)):
            return id
    return ""


def _names(folder: Path) -> Iterator[str]:
    """Posix paths of the first files, those of upper folders first; none of our own."""
    left, pending = _NAMES, [""]
    while pending and left > 0:
        below = pending.pop(0)
        with os.scandir(folder / below) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                left -= 1
                name = f"{below}{entry.name}"
                if _OURS.search(name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{name}/")
                elif entry.is_file():
                    yield name


def _of_file(path: Path) -> str:
    look = _LOOKS.get(path.suffix.lower())
    if look is None:
        return ""
    with path.open("rb") as file:
        return look(file.read(_BYTES))


def _of_json(start: bytes) -> str:
    return next((id for id, mark in _JSON if re.search(mark, start)), "")


def _of_xml(start: bytes) -> str:
    if re.search(rb"<annotations[\s>]", start):
        return "cvat"
    return "voc" if re.search(rb"<annotation[\s>]", start) else ""


def _of_text(start: bytes) -> str:
    """Lines of a class and its points, or a box."""
    line = start.split(b"\n", 1)[0].split()
    return "yolo" if len(line) >= 5 and line[0].isdigit() else ""


def _of_png(start: bytes) -> str:
    if not start.startswith(_PNG) or len(start) <= _COLOR_TYPE:
        return ""
    return "indexed" if start[_COLOR_TYPE] == _PALETTE else "masks"


_LOOKS: dict[str, Callable[[bytes], str]] = {
    ".json": _of_json,
    ".geojson": lambda start: "geojson",
    ".xml": _of_xml,
    ".yaml": lambda start: "yolo" if b"names" in start else "",
    ".yml": lambda start: "yolo" if b"names" in start else "",
    ".txt": _of_text,
    ".png": _of_png,
}
