"""Reading what other tools wrote: what a source says about an image, in our words, and how to read it safely.

Files come from anywhere. What is here lets nothing in that a file should not do: no XML entities, no paths
that leave the source's folder, no pickles, and sizes are looked at before memory is taken.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.files import read, reason
from labeler.formats.base import ClassInfo, Options
from labeler.formats.report import Loss
from labeler.i18n import _

#: Folders that the parts of a dataset have here and elsewhere.
SPLITS = ("train", "val", "test", "valid", "validation", "training", "testing")

#: Width and height of an image as displayed, px.
Size = tuple[int, int]


@dataclass(frozen=True)
class FoundClass:
    """A class that a source names. A new one gets this ``index`` when it is free; ``color`` is "#rrggbb"."""

    name: str
    index: int | None = None
    color: str | None = None


@dataclass(frozen=True)
class FoundImage:
    """What a source says about one image.

    ``image`` is the image's name as the source has it, a posix path with or without folders, where it knows
    no suffix without one (`Images.match` finds the dataset's image). ``where`` is for messages: the file, and
    the place in it. ``size`` is what the source says, if it does: it must be the image's.

    ``read`` takes the image's size and gives the annotation. Ids of instances count within it only; classes
    go by their names. It raises LabelerError for what is wrong, which leaves out this image alone.
    """

    image: str
    where: str
    read: Callable[[Size], Annotation]
    size: Size | None = None


class Images:
    """The images of a dataset, found again by the names that other tools use for them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._whole = set(names)
        self._by_stem = _unique((str(PurePosixPath(name).with_suffix("")), name) for name in names)
        self._by_file = _unique((name.rpartition("/")[2], name) for name in names)
        self._by_file_stem = _unique((PurePosixPath(name).stem, name) for name in names)

    def of_stem(self, stem: str) -> str:
        """The name of the image whose mask has this path without ".png" (`names.output_stems`), one that
        ``match`` knows if there is such an image. A dot in it is part of the stem, or begins its suffix."""
        exact = self.match(stem)
        if exact and f"/{stem}".endswith(f"/{exact}"):  # it keeps its suffix: another has the same without
            return exact
        return self.match(f"{stem}.png") or f"{stem}.png"

    def match(self, name: str) -> str | None:
        """The image that is meant; None when there is none or it could be several.

        Looked for by the whole path, then without the suffix, and so on without the folders before it: of
        another machine, or of a split. At last by the file's name alone, if only one image has it. A path as
        Windows writes it is understood.
        """
        name = name.replace("\\", "/")
        for tail in _tails(name):
            if tail in self._whole:
                return tail
            if found := self._by_stem.get(tail) or self._by_stem.get(_stem(tail)):
                return found
        file = name.rpartition("/")[2]
        for known, key in (
            (self._by_file, file),
            (self._by_file_stem, file),
            (self._by_file_stem, PurePosixPath(file).stem if file else file),
        ):
            if found := known.get(key):
                return found
        return None


def _tails(name: str) -> Iterator[str]:
    """The path without more and more of its first folders. The file alone only if it lay in a split's: in
    another folder it is another image's of the same name."""
    yield name
    folder, _slash, rest = name.partition("/")
    while "/" in rest or (rest and folder in SPLITS):
        yield rest
        folder, _slash, rest = rest.partition("/")


def _stem(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.name else name


def _unique(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Name by key; a key of several names leads nowhere (empty)."""
    found: dict[str, str] = {}
    for key, name in pairs:
        found[key] = "" if key in found else name
    return found


@dataclass
class Reading:
    """What a format is told when it reads, and what it tells on the way.

    ``classes`` are the dataset's. ``default_class`` is for sources that name none. Masks become polygons
    within ``tolerance`` px of the pixels' borders; 0 is exact.
    """

    images: Images
    classes: Sequence[ClassInfo] = ()
    options: Options = field(default_factory=dict)
    default_class: str = "object"
    tolerance: float = 0.0
    #: Classes that the source lists, in its order: also those that nothing is of.
    found_classes: list[FoundClass] = field(default_factory=list)
    losses: list[tuple[Loss, str]] = field(default_factory=list)

    def lose(self, loss: Loss, where: str) -> None:
        """Something of the source that we have no place for; ``where`` says which image, or place in it."""
        self.losses.append((loss, where))

    def name_of(self, index: int) -> str:
        """The class of this index, for sources that have numbers only: the dataset's, else "class 7"."""
        known = next((entry.name for entry in self.classes if entry.index == index), None)
        return known or f"class {index}"


# --- files -------------------------------------------------------------------------------------------------


def files_below(source: Path, *suffixes: str) -> list[Path]:
    """All files of these suffixes (".json") in a folder, deep down, sorted; a file is the only one itself.

    Hidden files and links to folders are left out. Raises LabelerError when there is no such folder.
    """
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise LabelerError(_("There is no file or folder {path}.").format(path=source))
    found = []
    pending = [source]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise LabelerError(
                _("The folder {folder} cannot be opened: {reason}.").format(
                    folder=folder, reason=reason(error)
                )
            ) from error
        for path in entries:
            if path.name.startswith("."):
                continue
            if path.is_dir():
                if not path.is_symlink():
                    pending.append(path)
            elif path.name.lower().endswith(suffixes) and path.is_file():
                found.append(path)
    return sorted(found)


def inside(folder: Path, name: str) -> Path:
    """The file that a source names, below its own folder; LabelerError for a name that leads out of it."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]) or "\0" in name:
        raise LabelerError(
            _("{folder}: the name {name} leads out of the folder.").format(folder=folder, name=name)
        )
    found = folder / path
    # Not Path.resolve, which stumbles over links that lead to each other.
    if not Path(os.path.realpath(found)).is_relative_to(os.path.realpath(folder)):
        raise LabelerError(
            _("{folder}: the name {name} leads out of the folder.").format(folder=folder, name=name)
        )
    return found


def read_json(path: Path) -> Any:
    """The JSON in a file. Raises LabelerError for what is none, or is nested too deep."""
    data = read(path).removeprefix(b"\xef\xbb\xbf")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise malformed(path, _("is not valid JSON")) from error


def read_text(path: Path) -> str:
    """The UTF-8 text in a file; raises LabelerError."""
    try:
        return read(path).removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise malformed(path, _("is not a text in UTF-8")) from error


def read_xml(path: Path) -> ET.Element:
    """The root of an XML file. Raises LabelerError for what is none, and for any that declares a document
    type: entities, which can grow without end or name other files, need one, and our formats do not."""
    data = read(path)
    guard = expat.ParserCreate()

    def refuse(*_declaration: object) -> None:
        raise malformed(path, _("declares a document type, which is not read"))

    guard.StartDoctypeDeclHandler = refuse
    try:
        guard.Parse(data, True)
        return ET.fromstring(data)
    except (expat.ExpatError, ET.ParseError, ValueError, RecursionError) as error:
        raise malformed(path, _("is not valid XML")) from error


def malformed(where: object, problem: str) -> LabelerError:
    """The sentence for what is there but wrong: ``where`` is the file and perhaps the place in it, and
    ``problem`` the rest of the sentence."""
    return LabelerError(_("{where} {problem}.").format(where=where, problem=problem))


# --- values ------------------------------------------------------------------------------------------------


def a_dict(value: object, where: str) -> Mapping[str, Any]:
    """The value, when it is a JSON object; LabelerError otherwise."""
    if not isinstance(value, dict):
        raise malformed(where, _("must be an object"))
    return value


def a_list(value: object, where: str) -> list[Any]:
    """The value, when it is a JSON array; LabelerError otherwise."""
    if not isinstance(value, list):
        raise malformed(where, _("must be a list"))
    return value


def a_text(value: object, where: str) -> str:
    """The value, when it is a text; LabelerError otherwise."""
    if not isinstance(value, str):
        raise malformed(where, _("must be a text"))
    return value


def a_number(value: object, where: str) -> float:
    """The value, when it is a finite number; LabelerError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise malformed(where, _("must be a number"))
    return float(value)
