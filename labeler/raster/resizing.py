"""An image file at another size, as the same kind of file."""

from __future__ import annotations

from pathlib import Path

from labeler.errors import LabelerError
from labeler.i18n import _
from labeler.raster.images import read_image
from labeler.raster.late import cv2

#: JPEG with the quality (OpenCV's flag 1) that looks like the original.
_FLAGS = {suffix: [1, 95] for suffix in (".jpg", ".jpeg", ".jpe")}


def resized(path: Path, size: tuple[int, int]) -> bytes:
    """The file's picture as displayed at this size (width, height in px), 8 bits a channel, as a file of the
    same kind without metadata: it is not to be turned any more.

    Raises LabelerError when it cannot be read, or no such file can be made.
    """
    picture = read_image(path)
    smaller = size[0] < picture.shape[1]
    at_size = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    suffix = path.suffix.lower()
    try:
        made, data = cv2.imencode(suffix, at_size[:, :, ::-1], _FLAGS.get(suffix, []))
    except cv2.error as error:
        raise _cannot(path) from error
    if not made:
        raise _cannot(path)
    return data.tobytes()


def _cannot(path: Path) -> LabelerError:
    return LabelerError(
        _("{file} cannot be written at another size: convert it to PNG or JPEG first.").format(file=path)
    )
