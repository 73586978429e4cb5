"""What an export wrote, image by image, kept in the output folder: so that the next one need not do it again.

While an export runs, its ledger grows in ``.labeler-export/run-…``, beside the rows that wait for the shared
files. Once all is written it becomes ``.labeler-export/ledger.jsonl``; from then on rows are found in the
shared files themselves. An interrupted run leaves its folder; with ``--resume`` the next one takes from it.
"""

from __future__ import annotations

import contextlib
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
from labeler.formats.output import Store
from labeler.formats.report import Loss
from labeler.i18n import _

#: Hidden, so that readers of folders pass it by.
OWN_FOLDER = ".labeler-export"
LEDGER = "ledger.jsonl"
_VERSION = 1
_RUN = "run-"


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
            [(str(file), int(size)) for file, size in files],
            [Piece(int(s), int(o), int(n)) for s, o, n in pieces],
            int(instances),
            [(Loss(value), str(where)) for value, where in losses],
        )


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
        self._entries: dict[str, tuple[Path, int]] = {}
        self._begins: dict[str, list[int]] = {}
        own = root / OWN_FOLDER
        runs = sorted((run / LEDGER for run in own.glob(f"{_RUN}*")), key=_modified)
        for ledger in (own / LEDGER, *runs):
            self._take_in(ledger)

    @property
    def is_empty(self) -> bool:
        return not self._entries

    def find(self, name: str) -> Entry | None:
        """The entry of an image, from the latest export that had it."""
        place = self._entries.get(name)
        if place is None:
            return None
        try:
            file = self._opened(place[0])
            file.seek(place[1])
            return Entry.of_line(file.readline())
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def rows(self, entry: Entry) -> dict[int, bytes] | None:
        """The rows of an entry, section by section; None when they cannot be had any more."""
        ledger = self._entries[entry.name][0]
        found = {}
        try:
            for piece in entry.pieces:
                file, begin = self._place(ledger, piece.section)
                file.seek(begin + piece.offset)
                found[piece.section] = file.read(piece.length)
                if len(found[piece.section]) != piece.length:
                    return None
        except (OSError, LabelerError, KeyError, IndexError):
            return None
        return found

    def files(self) -> Iterator[tuple[str, int]]:
        """Every file that the last complete export of this kind wrote for an image, with its size then."""
        for name, (ledger, _at) in self._entries.items():
            if ledger.parent.name == OWN_FOLDER and (entry := self.find(name)):
                yield from entry.files

    def close(self) -> None:
        self._closing.close()
        self._open.clear()

    def _take_in(self, ledger: Path) -> None:
        try:
            file = self._opened(ledger)
            if json.loads(file.readline()) != self._head:
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
        except (OSError, ValueError, TypeError, KeyError, IndexError):
            return
        self._entries.update(places)

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
