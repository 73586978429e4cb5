"""What an export wrote, image by image, kept in the output folder: so that the next one need not do it again.

While an export runs, its ledger grows in ``.labeler-export/run-…``, beside the rows that wait for the shared
files. Once all is written it becomes ``.labeler-export/ledger.jsonl``; from then on rows are found in the
shared files themselves. An interrupted run leaves its folder; with ``--resume`` the next one takes from it.
"""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from labeler.errors import LabelerError
from labeler.files import reason
from labeler.formats.assembly import Piece, Sections, rows_file
from labeler.formats.output import OWN_FOLDER, WAITING, Store
from labeler.formats.report import Loss
from labeler.i18n import _

LEDGER = "ledger.jsonl"
_VERSION = 1
_RUN = "run-"
_REPLACED = "replaced-"
#: What reading a ledger raises that is not as we wrote it.
_DAMAGED = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AttributeError)


@dataclass
class Entry:
    """What became of one image. ``key`` says what it was made from; ``files`` are names with their sizes."""

    name: str
    key: str
    files: list[tuple[str, int]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    instances: int = 0
    losses: list[tuple[Loss, str]] = field(default_factory=list)

    def to_line(self) -> bytes:
        pieces = [[p.section, p.offset, p.length] for p in self.pieces]
        losses = [[loss.value, where] for loss, where in self.losses]
        return json.dumps([self.name, self.key, self.files, pieces, self.instances, losses]).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Entry:
        """Raises ValueError, TypeError or KeyError for a line that is none."""
        name, key, files, pieces, instances, losses = json.loads(line)
        return cls(
            str(name),
            str(key),
            [(_below(file), int(size)) for file, size in files],
            [_piece(*map(int, piece)) for piece in pieces],
            int(instances),
            [(Loss(value), str(where)) for value, where in losses],
        )


def _below(name: str) -> str:
    """The name of a file, when it is one in the output folder: a ledger may come from anybody."""
    path = Path(name)
    if path.is_absolute() or path.drive or ".." in path.parts:
        raise ValueError(name)
    return name


def _piece(section: int, offset: int, length: int) -> Piece:
    if min(section, offset, length) < 0:
        raise ValueError(offset)
    return Piece(section, offset, length)


class Writing:
    """The ledger of an export under way, in a folder of its own. ``with`` it: what is not finished stays."""

    def __init__(self, root: Path, head: Mapping[str, Any]) -> None:
        self._own = root / OWN_FOLDER
        self.folder = self._own / f"{_RUN}{secrets.token_hex(8)}"
        self._path = self.folder / LEDGER
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_written(root, error) from error
        try:
            self.folder.mkdir(parents=True)
            self._file: BinaryIO = self._path.open("xb")
            self._file.write(_head_line(head))
        except OSError as error:
            raise _not_written(self.folder, error) from error

    def add(self, entry: Entry) -> None:
        try:
            self._file.write(entry.to_line())
        except OSError as error:
            raise _not_written(self._path, error) from error

    def flush(self) -> None:
        with contextlib.suppress(OSError):  # a full disk shows at the next write
            self._file.flush()

    def finish(self, begins: Mapping[str, Sequence[int]], sizes: Mapping[str, int]) -> None:
        """All is written: the rows are in the shared files now, where ``begins`` says, of these sizes."""
        last = {"begins": {name: list(at) for name, at in begins.items()}, "sizes": dict(sizes)}
        try:
            self._file.write(json.dumps(last).encode() + b"\n")
            self._file.close()
            self._path.replace(self._own / LEDGER)
        except OSError as error:
            raise _not_written(self._path, error) from error
        for run in self._own.glob(f"{_RUN}*"):
            shutil.rmtree(run, ignore_errors=True)
        for ledger in self._own.glob(f"{_REPLACED}*"):
            _unlink(ledger)
        shutil.rmtree(self._own / WAITING, ignore_errors=True)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()


class Earlier:
    """What earlier exports of the same kind into this folder have left; ``find`` and ``rows`` give it back.

    Only where each entry stands is kept in memory: there may be a hundred thousand.
    """

    def __init__(self, root: Path, head: Mapping[str, Any], sections: Sections, store: Store) -> None:
        self._store = store
        self._sections = sections
        self._head = json.loads(json.dumps(head))
        self._open: dict[Path | str, BinaryIO] = {}
        self._closing = contextlib.ExitStack()
        #: Where the entry of each image stands, for every ledger; the latest is the last.
        self._ledgers: list[dict[str, tuple[Path, int]]] = []
        self._others: list[tuple[Path, bool]] = []
        self._begins: dict[str, list[int]] = {}
        self._own = root / OWN_FOLDER
        runs = sorted((run / LEDGER for run in self._own.glob(f"{_RUN}*")), key=_modified)
        for ledger in (self._own / LEDGER, *runs):
            self._take_in(ledger)

    @property
    def is_empty(self) -> bool:
        return not self._ledgers and not any(self._replaced())

    def forget_others(self) -> None:
        """Never take up again what exports of another kind noted: their files are about to be written over.

        Those of the same format with other options are kept aside: the files that this one does not write
        are stale once it is done.
        """
        self.close()
        for ledger, is_same_format in self._others:
            if is_same_format:
                with contextlib.suppress(OSError):
                    ledger.replace(self._own / f"{_REPLACED}{secrets.token_hex(8)}")
            else:
                _unlink(ledger)

    def find(self, name: str) -> Entry | None:
        """The entry of an image, from the latest export that had it."""
        place = self._latest(name)
        return self._entry_at(*place) if place else None

    def rows(self, entry: Entry) -> dict[int, bytes] | None:
        """The rows of an entry, section by section; None when they cannot be had any more."""
        place = self._latest(entry.name)
        if place is None:
            return None
        found = {}
        try:
            for piece in entry.pieces:
                file, begin = self._place(place[0], piece.section)
                end = begin + piece.offset + piece.length
                if file.seek(0, io.SEEK_END) < end:
                    return None  # looked at first: so much memory is taken
                file.seek(begin + piece.offset)
                found[piece.section] = file.read(piece.length)
        except (OSError, LabelerError, *_DAMAGED):
            return None
        return found

    def files(self) -> Iterator[tuple[str, int]]:
        """Every file that exports of this kind wrote for an image, with its size then: the last complete one,
        and those interrupted since."""
        for places in self._ledgers:
            for place in places.values():
                if entry := self._entry_at(*place):
                    yield from entry.files
        for ledger in self._replaced():
            yield from _files_in(ledger)

    def _replaced(self) -> Iterator[Path]:
        return self._own.glob(f"{_REPLACED}*")

    def close(self) -> None:
        self._closing.close()
        self._open.clear()

    def _latest(self, name: str) -> tuple[Path, int] | None:
        return next((places[name] for places in reversed(self._ledgers) if name in places), None)

    def _entry_at(self, ledger: Path, at: int) -> Entry | None:
        try:
            file = self._opened(ledger)
            file.seek(at)
            return Entry.of_line(file.readline())
        except (OSError, *_DAMAGED):
            return None

    def _take_in(self, ledger: Path) -> None:
        try:
            file = self._opened(ledger)
            head = json.loads(file.readline())
            if head != self._head:
                self._others.append((ledger, head["format"] == self._head["format"]))
                return
            places: dict[str, tuple[Path, int]] = {}
            while True:
                at = file.tell()
                line = file.readline()
                if not line.endswith(b"\n"):
                    break  # the end, or cut off there
                content = json.loads(line)
                if isinstance(content, dict):
                    self._check(content)
                else:
                    places[content[0]] = ledger, at
        except (OSError, *_DAMAGED):
            return
        if places:
            self._ledgers.append(places)

    def _check(self, last: dict[str, Any]) -> None:
        """The shared files must be as they were left; ValueError otherwise."""
        for name, size in last["sizes"].items():
            if self._store.size(name) != size:
                raise ValueError(name)
        self._begins = last["begins"]

    def _place(self, ledger: Path, section: int) -> tuple[BinaryIO, int]:
        if ledger.parent.name != OWN_FOLDER:
            return self._opened(rows_file(ledger.parent, section)), 0
        for shared in self._sections.files:
            if section < len(shared.sections):
                return self._shared(shared.name), self._begins[shared.name][section]
            section -= len(shared.sections)
        raise KeyError(section)

    def _opened(self, path: Path) -> BinaryIO:
        if path not in self._open:
            self._open[path] = self._closing.enter_context(path.open("rb"))
        return self._open[path]

    def _shared(self, name: str) -> BinaryIO:
        if name not in self._open:
            self._open[name] = self._closing.enter_context(self._store.read(name))
        return self._open[name]


def _files_in(ledger: Path) -> Iterator[tuple[str, int]]:
    """Every file that a ledger names, of images and of all, with its size; as far as it can be read."""
    try:
        with ledger.open("rb") as file:
            file.readline()
            for line in file:
                content = json.loads(line)
                if isinstance(content, dict):
                    yield from ((_below(name), int(size)) for name, size in content["sizes"].items())
                else:
                    yield from Entry.of_line(line).files
    except (OSError, *_DAMAGED):
        return


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def forget_interrupted(root: Path) -> None:
    """Take away what interrupted exports left in this folder."""
    for run in (root / OWN_FOLDER).glob(f"{_RUN}*"):
        shutil.rmtree(run, ignore_errors=True)


def head_of(
    format_id: str, options: Mapping[str, Any], classes: Sequence[Any], program: str
) -> dict[str, Any]:
    """What two exports must have in common for one to take from the other."""
    rows = [[entry.name, entry.index, entry.color] for entry in classes]
    return {
        "labeler_export": _VERSION,
        "program": program,
        "format": format_id,
        "options": dict(sorted(options.items())),
        "classes": rows,
    }


def _head_line(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head).encode() + b"\n"


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _not_written(path: Path, error: OSError) -> LabelerError:
    return LabelerError(_("{file} could not be written: {reason}.").format(file=path, reason=reason(error)))
