"""Where an export goes to: a folder, or anything that can do the same. Files appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import BinaryIO, Protocol

from labeler.errors import LabelerError
from labeler.files import reason
from labeler.i18n import _

#: Below the output: what exports note there. Hidden, so that readers of folders pass it by.
OWN_FOLDER = ".labeler-export"
#: In it: files that are being written. Whoever is killed leaves them here, and not among the others.
WAITING = "waiting"


class NotWritten(LabelerError):  # noqa: N818 - a finding, caught by name
    """A file could not be written; the next ones could not either, so that an export ends with it."""


class InsideDataset(NotWritten):
    """The files of the export would come to lie among the dataset's own."""


class Store(Protocol):
    """Names are posix paths below the store. Every method raises LabelerError when it cannot, NotWritten
    where it is about writing."""

    def write(self, name: str, data: bytes) -> None:
        """Make this a file's content; the folders it needs are made."""

    def open(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """A file to write; it takes its name once the block ends well."""

    def read(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """A file to read, that can be sought in."""

    def size(self, name: str) -> int | None:
        """How many bytes a file has; None when there is none."""

    def remove(self, name: str) -> None:
        """Take a file away, and the folder it was in when that is empty then."""


class Folder:
    """A folder on this machine, made when missing.

    Files are written apart and renamed, so that a reader never sees half of one. Without fsync: an export
    can be made again, and waiting for the disk after every small mask would take most of the time.

    Nothing is written into the folders ``closed`` or below: they are the dataset's. Whatever a format calls
    its files, an image is never written over.
    """

    def __init__(self, root: Path, closed: Sequence[Path] = ()) -> None:
        self.root = root
        self._closed = tuple(closed)
        self._made: set[Path] = set()

    def __reduce__(self) -> tuple[object, ...]:
        return Folder, (self.root, self._closed)

    def write(self, name: str, data: bytes) -> None:
        with self.open(name) as file:
            file.write(data)

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with self._placed(name) as temporary, temporary.open("xb") as file:
            yield file

    @contextlib.contextmanager
    def read(self, name: str) -> Iterator[BinaryIO]:
        path = self.root / name
        try:
            with path.open("rb") as file:
                yield file
        except OSError as error:
            raise LabelerError(
                _("{file} could not be read: {reason}.").format(file=path, reason=reason(error))
            ) from error

    def size(self, name: str) -> int | None:
        try:
            return (self.root / name).stat().st_size
        except OSError:
            return None

    def remove(self, name: str) -> None:
        path = self.root / name
        if self._closed and is_below(path.parent, folder_ids(self._closed)):
            return  # an image of the dataset, whatever a note of an earlier export says
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _not_written(path, error) from error
        for folder in path.relative_to(self.root).parents[:-1]:
            with contextlib.suppress(OSError):
                (self.root / folder).rmdir()

    def take(self, path: Path, name: str, link: bool) -> None:
        """A copy of a file, or a hard link where the file system can."""
        with self._placed(name) as temporary:
            if link:
                try:
                    os.link(os.path.realpath(path), temporary)  # of a link it would be one to the link
                except OSError:
                    link = False
            if not link:
                shutil.copyfile(path, temporary)

    @contextlib.contextmanager
    def _placed(self, name: str) -> Iterator[Path]:
        """A path to write to, which takes its name once the block ends well."""
        path = self.root / name
        waiting = self.root / OWN_FOLDER / WAITING
        temporary = waiting / secrets.token_hex(8)
        try:
            self._make(path.parent)
            self._make(waiting)
            yield temporary
            _into_place(temporary, path)
        except OSError as error:
            raise _not_written(path, error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        if folder in self._made:
            return
        if self._closed and is_below(folder, folder_ids(self._closed)):
            raise inside_dataset(self.root, self._closed[0])
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_written(folder, error) from error
        self._made.add(folder)


def _into_place(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A folder of the output is on another disk: beside its name it can be renamed.
        beside = path.with_name(f".labeler-{temporary.name}.tmp")
        shutil.copyfile(temporary, beside)
        beside.replace(path)


def is_below(folder: Path, places: Set[tuple[int, int]]) -> bool:
    """Whether a folder is one of these, or lies in one, whatever names lead there."""
    target = Path(os.path.realpath(folder))
    return any(_identity(place) in places for place in (target, *target.parents))


def folder_ids(folders: Iterable[Path]) -> Set[tuple[int, int]]:
    """What the file system tells folders apart by: capitals, links and mounts give one different names."""
    return {identity for folder in folders if (identity := _identity(folder))}


def inside_dataset(out: object, folder: object) -> InsideDataset:
    return InsideDataset(
        _("{out} would put files into the dataset {folder}; choose another folder.").format(
            out=out, folder=folder
        )
    )


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None  # a parallel tree of sidecars need not have every folder
    return status.st_dev, status.st_ino


def _not_written(path: Path, error: OSError) -> NotWritten:
    return NotWritten(_("{file} could not be written: {reason}.").format(file=path, reason=reason(error)))
