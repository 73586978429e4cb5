"""What every image format tells about itself before a pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol

#: No file reaches here, and systems refuse to look much farther.
FARTHEST = 2**40


class Damaged(Exception):  # noqa: N818 - says what the file is; the user reads a LabelerError
    """The file is not what its format says it must be."""


class CutOff(Damaged):
    """The file ends before its format says it does."""


@dataclass(frozen=True)
class Header:
    """Stored size in pixels, and how to turn the pixels for display (EXIF's numbers, 1 to 8)."""

    width: int
    height: int
    orientation: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as displayed."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


class Container(Protocol):
    """One image format: a module of this package."""

    def matches(self, start: bytes) -> bool:
        """Whether a file that starts with these 32 bytes is of this format."""

    def header(self, stream: BinaryIO) -> Header:
        """Reads as little as possible. Raises Damaged; a size of 0 when none is told."""

    def check(self, data: bytes) -> None:
        """Raises CutOff when a complete file would be longer, Damaged when its checksums do not fit."""


def take(stream: BinaryIO, count: int) -> bytes:
    """Exactly this many bytes, or CutOff."""
    data = stream.read(count)
    if len(data) < count:
        raise CutOff
    return data
