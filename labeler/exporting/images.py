"""The images themselves, put beside what is exported: copied, linked, or scaled like everything else."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from labeler.exporting.source import Part
from labeler.formats.base import ImageItem
from labeler.formats.output import Folder, Store
from labeler.raster.resizing import resized


@dataclass(frozen=True)
class ImageTaker:
    """Takes images along. At another scale they are always made anew, as displayed."""

    link: bool
    scale: float

    def take(self, part: Part, item: ImageItem, place: str, store: Store) -> int:
        """Put an image at ``place``; how many bytes it has there.

        Raises LabelerError when it cannot be read or written, or its kind cannot be written at another size.
        """
        image = part.image(item.name)
        if self.scale != 1:
            data = _at_size(image, item)
        elif isinstance(image, Path) and isinstance(store, Folder):
            store.take(image, place, self.link)
            return store.size(place) or 0
        else:
            data = image.read_bytes() if isinstance(image, Path) else image.read()
        store.write(place, data)
        return len(data)


def _at_size(image: Path | BinaryIO, item: ImageItem) -> bytes:
    size = item.annotation.image.width, item.annotation.image.height
    if isinstance(image, Path):
        return resized(image, size)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / PurePosixPath(item.name).name
        copy.write_bytes(image.read())
        return resized(copy, size)
