"""What a format is: an id, what it keeps, its options, and what it makes of one image at a time.

An image becomes a `Page`: files of its own, and rows of files that all images share. Pages do not know of
each other, so that they can be made anywhere, in any number at once, and kept for the next time; whoever puts
them together (`labeler.exporting`) does so in the order of the dataset. The same input gives the same bytes.

The way back is `Format.read`, in the words of `labeler.formats.reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from labeler.document.model import Annotation
from labeler.formats.report import Loss

if TYPE_CHECKING:
    from labeler.formats.reading import FoundImage, Reading

Value = str | bool | float
Options = Mapping[str, Value]


@dataclass(frozen=True)
class ImageItem:
    """One image to export.

    ``name`` is its posix path relative to the dataset, ``stem`` that of its mask without ".png"
    (`names.output_stems` makes them). ``number`` is its own among the images of the dataset, 1 to 2³¹ - 1,
    and stays with the name. ``split`` is "train", "val" or "test", empty when the export is not split.
    """

    name: str
    stem: str
    annotation: Annotation
    number: int
    split: str = ""


class ClassInfo(Protocol):
    """A class of the dataset; ``color`` is "#rrggbb"."""

    @property
    def name(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def color(self) -> str: ...


@dataclass(frozen=True)
class Option:
    """A choice that a format, or the export itself, leaves to the user; flags of the command line and fields
    of the window are made from these.

    With ``choices`` the value is one of them. Without, it is what the default is: True or False, a number
    (from ``least`` to ``most``), or any text. ``title``, ``help`` and ``words`` are marked with N_; ``words``
    is what the window calls the choices, where that is something else, ``unit`` what a number counts, and
    ``metavar`` how the command line's help names a value.
    """

    name: str
    title: str
    help: str
    default: Value
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1e6
    unit: str = ""
    metavar: str = ""

    def accepts(self, value: object) -> bool:
        if self.choices:
            return value in self.choices
        if isinstance(self.default, bool):
            return isinstance(value, bool)
        if isinstance(self.default, float):
            return (
                isinstance(value, float | int)
                and not isinstance(value, bool)
                and self.least <= value <= self.most
            )
        return isinstance(value, str)


def chosen(options: Options, option: Option) -> Value:
    """The value that the user gave, or the option's default. ValueError when it is not possible."""
    value = options.get(option.name, option.default)
    if not option.accepts(value):
        allowed = option.choices or (f"{option.least:g} to {option.most:g}" if option.metavar else "a choice")
        raise ValueError(f"{option.name}: {value!r} is not one of {allowed}")
    return value


def number(options: Options, option: Option) -> float:
    """Like ``chosen``, for an option that is a number."""
    return float(chosen(options, option))


@dataclass(frozen=True)
class Keeps:
    """What a file of this format still says about the annotation.

    Masks are those of `rasterize`, pixel for pixel, unless ``pixels`` is False: then all the rest is about
    masks that are nearly these.
    """

    classes: bool = False
    instances: bool = False
    overlaps: bool = False
    holes: bool = True
    parts: bool = True
    ignore: bool = False
    subpixel: bool = False
    pixels: bool = True


@dataclass(frozen=True)
class Job:
    """What all images of an export have in common. Every instance's class is one of ``classes``.

    ``splits`` has one entry, empty, when the export is not split.
    """

    classes: tuple[ClassInfo, ...]
    options: Options = field(default_factory=dict)
    splits: tuple[str, ...] = ("",)

    @cached_property
    def index_of(self) -> dict[str, int]:
        """The index of each class by name."""
        return {entry.name: entry.index for entry in self.classes}


@dataclass(frozen=True)
class Section:
    """A list in a shared file: what stands before its rows, between two of them and after the last."""

    head: bytes = b""
    between: bytes = b""
    tail: bytes = b""


@dataclass(frozen=True)
class SharedFile:
    """A file that all images share (those of a split): ``name`` is its posix path below the output folder.

    Sections follow each other; their rows come image by image in the order of the dataset. A file without
    sections that take rows (a head alone will do) is the same whatever the images are. One that
    ``needs_rows`` is not written when no image has any.
    """

    name: str
    sections: tuple[Section, ...]
    needs_rows: bool = False


class Page:
    """What one image becomes: files of its own, rows of shared files, and what was lost on the way."""

    def __init__(self) -> None:
        self.files: list[tuple[str, bytes]] = []
        self.rows: dict[tuple[str, int], list[bytes]] = {}
        self.instances = 0
        self.losses: list[tuple[Loss, str]] = []

    def add_file(self, name: str, data: bytes) -> None:
        """A file of this image alone; ``name`` is its posix path below the output folder."""
        self.files.append((name, data))

    def add_row(self, file: str, row: bytes, section: int = 0) -> None:
        """One more row in a section of a shared file."""
        self.rows.setdefault((file, section), []).append(row)

    def lose(self, loss: Loss, where: str) -> None:
        """Something that the format has no place for; ``where`` names the image, and the instance."""
        self.losses.append((loss, where))


class Format:
    """One way to hand masks and polygons over. A new one is a module and an entry in FORMATS.

    ``id`` is what `--to` and `--from` call it, ``title`` what menus do, marked with N_. ``writes`` and
    ``reads`` say which ways it goes.
    """

    id: str
    title: str
    options: tuple[Option, ...] = ()
    writes = True
    reads = False
    #: Whether the files are of little use without the images beside them: copied then, unless told not to.
    takes_images = False
    #: What there is to say when reading.
    import_options: tuple[Option, ...] = ()

    def keeps(self, options: Options) -> Keeps:
        """What the files hold with these options; the conformance test checks all of it."""
        raise NotImplementedError

    def check(self, options: Options) -> None:
        """Raises LabelerError for options that do not go together; ``options`` are those that were given."""

    def shared(self, job: Job) -> Sequence[SharedFile]:
        """The files that all images share. Written whole, after the last image, or not at all."""
        return ()

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        """Put one image on its page, and count in ``page.instances`` what of it shows.

        Reads nothing but its arguments and writes nothing but the page.
        """
        raise NotImplementedError

    def image_place(self, item: ImageItem, job: Job) -> str:
        """Where a copy of the image belongs, a posix path below the output folder."""
        return in_split(item, item.name)

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        """What a file or folder of this format says about each image; read only when the image's turn comes.

        Files come from anywhere: raises LabelerError, and nothing else, for what cannot be read as a whole;
        what is wrong with one image is raised by that image's own ``read``, and stops no other.
        """
        raise NotImplementedError


def in_split(item: ImageItem, name: str) -> str:
    """The path below the folder of the image's split, if there are splits."""
    return f"{item.split}/{name}" if item.split else name
