"""Where an export goes to: a folder, or anything that can do the same. Files appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from labeler.errors import LabelerError
from labeler.files import reason
from labeler.i18n import _


class Store(Protocol):
    """Names are posix paths below the store. Every method raises LabelerError when it cannot."""

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

    Files are written beside and renamed, so that a reader never sees half of one. Without fsync: an export
    can be made again, and waiting for the disk after every small mask would take most of the time.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._made: set[Path] = set()

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
                    os.link(path, temporary)
                except OSError:
                    link = False
            if not link:
                shutil.copyfile(path, temporary)

    @contextlib.contextmanager
    def _placed(self, name: str) -> Iterator[Path]:
        """A path to write to, which takes its name once the block ends well."""
        path = self.root / name
        temporary = path.with_name(f".labeler-{secrets.token_hex(8)}.tmp")
        try:
            self._make(path.parent)
            yield temporary
            temporary.replace(path)
        except OSError as error:
            raise _not_written(path, error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        if folder in self._made:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_written(folder, error) from error
        self._made.add(folder)


def _not_written(path: Path, error: OSError) -> LabelerError:
    return LabelerError(_("{file} could not be written: {reason}.").format(file=path, reason=reason(error)))
