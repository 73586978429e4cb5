"""The dataset's class list and the file that holds it, ``labeler.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from labeler.dataset import records
from labeler.dataset.reading import (
    RecordError,
    check_unique,
    extra_of,
    malformed,
    problem_of,
    read_record,
)
from labeler.document.model import NOTHING, Extra
from labeler.errors import LabelerError
from labeler.files import read_if_there, write_atomically
from labeler.i18n import _

DATASET_FILE = "labeler.json"
DEFAULT_CLASS = "object"

#: Twenty colours that are easy to tell apart, in the order of use; red last, because excludes are red.
PALETTE = (
    *("#3cb44b", "#4363d8", "#ffe119", "#f58231", "#911eb4", "#42d4f4", "#f032e6", "#bfef45"),
    *("#fabed4", "#469990", "#dcbeff", "#9a6324", "#fffac8", "#800000", "#aaffc3", "#808000", "#ffd8b1"),
    *("#000075", "#a9a9a9", "#e6194b"),
)


@dataclass(frozen=True)
class ClassEntry:
    """``index`` is 1 to 254 and never changes; ``color`` is ``#rrggbb``."""

    name: str
    index: int
    color: str
    extra: Extra = field(default_factory=lambda: NOTHING)

    __hash__ = None  # type: ignore[assignment]  # equal by value, and holds what has no hash


_DEFAULT = (ClassEntry(DEFAULT_CLASS, 1, PALETTE[0]),)


@dataclass(frozen=True)
class Classes:
    """The classes in the order in which they are listed, at least one.

    Every change is a new value; each raises LabelerError when the result would not be valid: names and
    indices are unique, names printable, indices 1 to 254.
    """

    entries: tuple[ClassEntry, ...]
    extra: Extra = field(default_factory=lambda: NOTHING)

    __hash__ = None  # type: ignore[assignment]  # equal by value, and holds what has no hash

    def __post_init__(self) -> None:
        if self.entries is _DEFAULT:
            return  # right, and checking it would load the records before a file is read
        try:
            _check(self)
        except RecordError as problem:
            raise LabelerError(_("The class list is not valid: {problem}.").format(problem=problem)) from None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.entries)

    def by_name(self, name: str) -> ClassEntry | None:
        """The class of this name; None when the list has none."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def index_of(self, name: str) -> int:
        """The index of a class; raises LabelerError for a name that is not listed."""
        return self._known(name).index

    def add(self, name: str, color: str | None = None, index: int | None = None) -> Classes:
        """One more class at the end, with the index after the highest and a colour not yet in use.

        ``index`` is one that it has if it is possible and free.
        """
        name = self._new_name(name)
        taken = {entry.index for entry in self.entries}
        if index is None or not records.FIRST_INDEX <= index <= records.LAST_INDEX or index in taken:
            index = max(taken) + 1
        if index > records.LAST_INDEX:
            raise LabelerError(
                _('The class "{name}" cannot be added: the last index, {last}, is in use.').format(
                    name=name, last=records.LAST_INDEX
                )
            )
        return replace(
            self,
            entries=(
                *self.entries,
                ClassEntry(name, index, self._free_color(index) if color is None else color),
            ),
        )

    def rename(self, old: str, new: str) -> Classes:
        """The same class under another name; index, colour and place stay."""
        known = self._known(old)
        new = new.strip() if new.strip() == old else self._new_name(new)
        return self._with(known, replace(known, name=new))

    def recolor(self, name: str, color: str) -> Classes:
        known = self._known(name)
        return self._with(known, replace(known, color=color.lower()))

    def _known(self, name: str) -> ClassEntry:
        entry = self.by_name(name)
        if entry is None:
            raise LabelerError(
                _('There is no class "{name}": add it to {file}.').format(name=name, file=DATASET_FILE)
            )
        return entry

    def _new_name(self, name: str) -> str:
        name = name.strip()
        if self.by_name(name):
            raise LabelerError(_('There is a class "{name}" already.').format(name=name))
        return name

    def _free_color(self, index: int) -> str:
        used = {entry.color.lower() for entry in self.entries}
        free = (color for color in PALETTE if color not in used)
        return next(free, PALETTE[(index - 1) % len(PALETTE)])

    def _with(self, old: ClassEntry, new: ClassEntry) -> Classes:
        return replace(self, entries=tuple(new if entry is old else entry for entry in self.entries))


def default_classes() -> Classes:
    """What a folder without a ``labeler.json`` has: one class."""
    return Classes(_DEFAULT)


def parse(data: bytes, path: Path | str) -> Classes:
    """The classes in the bytes of a ``labeler.json``; ``path`` is for messages only.

    Raises LabelerError, one sentence with file and place, NewerVersion for a later version.
    """
    record = read_record(records.Dataset, data, path)
    try:
        check_unique((c.name for c in record.classes), "classes", "name")
        check_unique((c.index for c in record.classes), "classes", "index")
        entries = [
            ClassEntry(c.name, c.index, c.color, extra_of(c, f"classes[{i}]"))
            for i, c in enumerate(record.classes)
        ]
        return Classes(tuple(entries), extra_of(record, ""))
    except RecordError as problem:
        raise malformed(path, problem) from None


def serialise(classes: Classes) -> bytes:
    """The bytes of a ``labeler.json``, one class per line."""
    rows = [
        json.dumps({"name": c.name, "index": c.index, "color": c.color, **c.extra}, ensure_ascii=False)
        for c in classes.entries
    ]
    members = [
        '"format": "labeler.dataset"',
        f'"version": {records.VERSION}',
        '"classes": [\n    ' + ",\n    ".join(rows) + "\n  ]",
        *(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in classes.extra.items()),
    ]
    return ("{\n  " + ",\n  ".join(members) + "\n}\n").encode()


def load(folder: Path) -> Classes | None:
    """The classes of the ``labeler.json`` in this folder; None when there is no such file."""
    path = folder / DATASET_FILE
    data = read_if_there(path)
    return None if data is None else parse(data, path)


def find(root: Path, labels: Path | None = None) -> Classes | None:
    """The classes of a dataset whose sidecars may be in a parallel tree: that tree's list comes first."""
    return (load(labels) if labels else None) or load(root)


def save(folder: Path, classes: Classes) -> None:
    write_atomically(folder / DATASET_FILE, serialise(classes))


def _check(classes: Classes) -> None:
    check_unique(classes.names, "classes", "name")
    check_unique((entry.index for entry in classes.entries), "classes", "index")
    rows = [{"name": e.name, "index": e.index, "color": e.color} for e in classes.entries]
    try:
        records.Dataset.model_validate(
            {"format": "labeler.dataset", "version": records.VERSION, "classes": rows}
        )
    except records.ValidationError as error:
        raise RecordError(problem_of(error)) from None
