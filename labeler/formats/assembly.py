"""Pages put together: files go out at once, rows wait on disk until the shared files can be written whole."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from labeler.files import reason
from labeler.formats.base import Page, Section, SharedFile
from labeler.formats.output import NotWritten, Store
from labeler.i18n import _

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Piece:
    """Where the rows of one image lie in a section's rows."""

    section: int
    offset: int
    length: int


class Sections:
    """The sections of all shared files, numbered through."""

    def __init__(self, files: Sequence[SharedFile]) -> None:
        self.files = files
        places = [(file.name, n, s) for file in files for n, s in enumerate(file.sections)]
        self._number = {(name, n): number for number, (name, n, _) in enumerate(places)}
        self.all: list[Section] = [section for *_, section in places]

    def joined(self, page: Page) -> dict[int, bytes]:
        """The rows of a page, section by section."""
        joined = {}
        for place, rows in page.rows.items():
            number = self._number[place]
            joined[number] = self.all[number].between.join(rows)
        return joined


class Rows:
    """The rows of every section, one file each in ``folder``, in the order in which they come."""

    def __init__(self, sections: Sections, folder: Path) -> None:
        self._sections = sections
        self._folder = folder
        self._files: dict[int, BinaryIO] = {}

    def add(self, rows: Mapping[int, bytes]) -> list[Piece]:
        """One image's rows; where each piece lies from now on."""
        return [self._append(section, data) for section, data in rows.items()]

    def has_any(self, numbers: Iterable[int]) -> bool:
        """Whether one of these sections has rows."""
        return any(number in self._files for number in numbers)

    def copy_to(self, number: int, file: BinaryIO) -> None:
        """All rows of a section."""
        if rows := self._files.get(number):
            with self._said():
                rows.seek(0)
            shutil.copyfileobj(rows, file, _BLOCK_BYTES)

    def flush(self) -> None:
        """What was added so far survives the end of this process."""
        with self._said():
            for file in self._files.values():
                file.flush()

    def close(self) -> None:
        """Nothing is asked of them any more: what is still to be written need not be."""
        for file in self._files.values():
            with contextlib.suppress(OSError):
                file.close()
        self._files.clear()

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NotWritten(
                _("{file} could not be written: {reason}.").format(file=self._folder, reason=reason(error))
            ) from error

    def _append(self, number: int, data: bytes) -> Piece:
        with self._said():
            file = self._files.get(number)
            if file is None:
                file = self._files[number] = rows_file(self._folder, number).open("xb+")
            if file.tell():
                file.write(self._sections.all[number].between)
            offset = file.tell()
            file.write(data)
        return Piece(number, offset, len(data))


def rows_file(folder: Path, section: int) -> Path:
    return folder / f"rows-{section}"


def write_shared(sections: Sections, rows: Rows, store: Store) -> dict[str, list[int]]:
    """Write the shared files; for each that was written where the rows of its sections begin in it."""
    begins: dict[str, list[int]] = {}
    number = 0
    for shared in sections.files:
        if shared.needs_rows and not rows.has_any(range(number, number + len(shared.sections))):
            number += len(shared.sections)
            if store.size(shared.name) is not None:
                store.remove(shared.name)
            continue
        begins[shared.name] = []
        with store.open(shared.name) as file:
            for section in shared.sections:
                file.write(section.head)
                begins[shared.name].append(file.tell())
                rows.copy_to(number, file)
                file.write(section.tail)
                number += 1
    return begins
