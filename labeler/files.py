"""Reading and writing whole files so that the last good state survives. Knows no format."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterable
from pathlib import Path

from labeler.errors import LabelerError
from labeler.i18n import _

_WINDOWS = os.name == "nt"
#: Windows refuses to replace a file that a virus scanner or an indexer looks at; it lets go within a second.
_REPLACE_PAUSES_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
_TOKEN_BYTES = 8
_TEMPORARY = re.compile(rf"\.labeler-[0-9a-f]{{{2 * _TOKEN_BYTES}}}\.tmp")
#: No text file of ours comes near; a larger one is a mistake, and would only exhaust the memory.
_READ_LIMIT_BYTES = 1 << 29


def write_atomically(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Make ``data``, or its blocks, the content of ``path``; after a crash it is the old or the new.

    A symbolic link stays one and its target is written. A file that was there keeps its permissions, a new
    one gets what the umask says. The folder must exist: creating it here would write a dataset whose disk was
    unplugged somewhere else. Raises LabelerError, and leaves nothing behind, when it cannot be done
    or when a block cannot be made.
    """
    try:
        _write(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise LabelerError(
            _("{file} could not be saved: {reason}.").format(file=path, reason=reason(error))
        ) from error


def read(path: Path) -> bytes:
    """The content of a regular file. Raises LabelerError for what is no file, too large or out of reach."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise LabelerError(_("{file} is not a regular file.").format(file=path))
            if status.st_size > _READ_LIMIT_BYTES:
                raise LabelerError(_("{file} is too large to be one of labeler's files.").format(file=path))
            return file.read()
    except OSError as error:
        raise LabelerError(
            _("{file} could not be read: {reason}.").format(file=path, reason=reason(error))
        ) from error


def read_if_there(path: Path) -> bytes | None:
    """Like ``read``; None when there is no such file. What is there but out of reach is an error."""
    try:
        return read(path)
    except LabelerError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one of ours, half written: left over when the machine went down."""
    return _TEMPORARY.fullmatch(name) is not None


def reason(error: OSError) -> str:
    """What went wrong, in the system's words but without the file name and the number."""
    return error.strerror or str(error) or type(error).__name__


def _write(path: Path, data: bytes | Iterable[bytes]) -> None:
    mode = _mode_to_keep(path)
    from secrets import token_hex  # cryptography is not needed before the window is there

    temporary = path.with_name(f".labeler-{token_hex(_TOKEN_BYTES)}.tmp")
    try:
        with temporary.open("xb") as file:
            for block in [data] if isinstance(data, bytes) else data:
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        _replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _mode_to_keep(path: Path) -> int | None:
    """Permissions of the file to be replaced; None when there is none."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None
    # A rename would not mind, but who wrote-protected a file wants it to stay as it is.
    if not os.access(path, os.W_OK):
        raise PermissionError(None, _("the file is write-protected"))
    return mode


def _replace(temporary: Path, path: Path) -> None:
    for pause in _REPLACE_PAUSES_S:
        try:
            temporary.replace(path)
            return
        except PermissionError:
            if not _WINDOWS:
                raise
            time.sleep(pause)
    temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too. The data already is, so a file system that cannot is no failure."""
    if _WINDOWS:
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _open_without_waiting(path: str, flags: int) -> int:
    """Opening a named pipe would otherwise wait for its writer, perhaps for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
