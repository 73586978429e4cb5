"""What a format is: an id, what it keeps, its options, and a `write` that takes one image at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from labeler.document.model import Annotation
from labeler.formats.report import ExportReport
from labeler.i18n import N_

Options = Mapping[str, str | bool]


@dataclass(frozen=True)
class ImageItem:
    """One image to export.

    ``name`` is its posix path relative to the dataset, ``stem`` that of its mask without ".png"
    (`names.output_stems` makes them).
    """

    name: str
    path: Path
    annotation: Annotation
    stem: str


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
    """A choice that a format leaves to the user; flags of the command line and fields of the window are made
    from these.

    With ``choices`` the value is one of them, without it is True or False. ``words`` is what the window calls
    the choices, where that is something else. ``title``, ``help`` and ``words`` are marked with N_.
    """

    name: str
    title: str
    help: str
    default: str | bool
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


EMPTY = Option(
    "empty",
    N_("Empty images and masks too"),
    N_("Also write images and masks that have nothing on them."),
    default=False,
)


def chosen(options: Options, option: Option) -> str | bool:
    """The value that the user gave, or the option's default. ValueError when it is not a choice."""
    value = options.get(option.name, option.default)
    if value not in (option.choices or (True, False)):
        raise ValueError(f"{option.name}: {value!r} is not one of {option.choices or (True, False)}")
    return value


@dataclass(frozen=True)
class Keeps:
    """What a file of this format still says about the annotation. ``mask`` is what the rest refers to."""

    classes: bool = False
    instances: bool = False
    overlaps: bool = False
    holes: bool = True
    parts: bool = True
    ignore: bool = False
    subpixel: bool = False


class Format(Protocol):
    """One way to write a dataset. A new one is a module and an entry in FORMATS."""

    @property
    def id(self) -> str:
        """What `--to` calls it."""

    @property
    def title(self) -> str:
        """What menus call it, marked with N_."""

    @property
    def options(self) -> tuple[Option, ...]: ...

    def keeps(self, options: Options) -> Keeps:
        """What the files hold with these options; the conformance test checks all of it."""

    def write(
        self,
        items: Iterable[ImageItem],
        classes: Sequence[ClassInfo],
        out: Path,
        options: Options,
        report: ExportReport,
    ) -> None:
        """Write all items below the folder ``out``, one at a time, and say in ``report`` what was lost.

        Every instance's class is one of ``classes``. Files of an earlier export are replaced. Raises
        LabelerError when a file cannot be written.
        """
