"""What is in a folder: one walk that finds images and sidecars, in the order in which people count."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from labeler.errors import LabelerError
from labeler.files import reason
from labeler.i18n import _

_NUMBER = re.compile(r"[0-9]+")


def find(root: Path, wanted: Callable[[str], bool]) -> list[str]:
    """Names of all files below ``root`` whose file name is ``wanted``, relative to it, with ``/``, unsorted.

    Hidden files and folders are left out (``.labeler``, ``.git``, the ``._photo.jpg`` of a Mac). Links to
    folders are followed, each folder once, so a link that leads back up ends. Raises LabelerError when
    ``root`` cannot be read; a folder further down that cannot is left out.
    """
    return [
        prefix + name
        for prefix, names in _walk(root)
        for name in names
        if not name.startswith(".") and wanted(name)
    ]


def find_hidden(root: Path, wanted: Callable[[str], bool]) -> list[str]:
    """Like ``find``, for hidden files; hidden folders are left out here too."""
    return [
        prefix + name
        for prefix, names in _walk(root)
        for name in names
        if name.startswith(".") and wanted(name)
    ]


def natural_key(name: str) -> tuple[str, str, str]:
    """Sorts ``photo2.jpg`` before ``photo10.jpg``, in any case, and files before those in subfolders."""
    folder, _separator, file = name.rpartition("/")
    return _folder_key(folder), _NUMBER.sub(_with_length, file.casefold()), name


@lru_cache(maxsize=64)  # files come folder by folder
def _folder_key(folder: str) -> str:
    return _NUMBER.sub(_with_length, folder.casefold()).replace("/", "\0")


def _with_length(number: re.Match[str]) -> str:
    """Digits that compare as text like their numbers: the longer number is the greater."""
    digits = number[0].lstrip("0")
    return f"{len(digits):03}{digits}"


def _walk(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Per folder its name with a final ``/`` (the root: empty) and the names of its files."""
    seen: set[tuple[int, int]] = set()
    folders = deque([""])
    links: deque[str] = deque()  # last, so that a folder reached twice goes by its own name
    while folders or links:
        prefix = folders.popleft() if folders else links.popleft()
        folder = root / prefix
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            files, subfolders, linked = _list(folder)
        except OSError as error:
            if not prefix:
                raise LabelerError(
                    _("The folder {folder} cannot be opened: {reason}.").format(
                        folder=root, reason=reason(error)
                    )
                ) from error
            continue
        folders.extend(f"{prefix}{name}/" for name in subfolders)
        links.extend(f"{prefix}{name}/" for name in linked)
        yield prefix, files


def _list(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Names of the files, and of the folders and links to folders that are not hidden, in a folder."""
    files: list[str] = []
    folders: list[str] = []
    links: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if entry.is_file():
                    files.append(entry.name)
                elif entry.is_dir() and not entry.name.startswith("."):
                    (links if entry.is_symlink() else folders).append(entry.name)
            except OSError:  # a link that leads to itself
                continue
    return files, folders, links
