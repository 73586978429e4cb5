"""The folder an export writes into. Files appear whole or not at all."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from labeler.errors import LabelerError
from labeler.files import reason
from labeler.formats.report import ExportReport
from labeler.i18n import _


class OutputFolder:
    """Writes files below ``root``, makes the folders they need and counts the files in ``report``.

    Raises LabelerError when it cannot.

    Written beside and renamed, so that a reader never sees half a file. Without fsync: an export can be made
    again, and waiting for the disk after every small mask would take most of the time.
    """

    def __init__(self, root: Path, report: ExportReport) -> None:
        self.root = root
        self._report = report
        self._made: set[Path] = set()
        self._make(root)

    def write(self, name: str, data: bytes) -> None:
        with self.open(name) as file:
            file.write(data)

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file to write; it takes its name, a posix path below the root, once the block ends well."""
        path = self.root / name
        self._make(path.parent)
        temporary = path.with_name(f".labeler-{secrets.token_hex(8)}.tmp")
        try:
            with temporary.open("xb") as file:
                yield file
            temporary.replace(path)
        except OSError as error:
            raise _not_written(path, error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        # Here and not at the end, which a cancelled export does not reach.
        self._report.files += 1

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
