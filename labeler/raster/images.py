"""Reading images: their pixels as displayed, and their size without decoding where the format says it.

The canvas and every exporter read through here, so both see the same pixels and the same size. EXIF
orientation is applied here for all formats alike, never by OpenCV.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.i18n import _
from labeler.raster.containers import CONTAINERS, TIFF, tiff
from labeler.raster.containers.base import Container, CutOff, Damaged, Header
from labeler.raster.deep import Deep, deep_of
from labeler.raster.display import rgb
from labeler.raster.late import cv2

T = TypeVar("T")
D = TypeVar("D", np.uint8, np.uint16)

#: Files with these endings (in any case) are images; of which format, their first bytes tell.
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".png", ".tif", ".tiff", ".webp", ".bmp", ".avif")
#: Larger ones are refused before memory is taken: a small file can claim any size.
LARGEST_IMAGE = 1_000_000_000
#: OpenCV's limit.
LONGEST_SIDE = 2**20


def read_image(path: Path) -> NDArray[np.uint8]:
    """(height, width, 3) uint8 RGB as displayed.

    Orientation is applied. 16-bit, integer and float images are stretched from their 0.1st to their 99.9th
    percentile. Transparent pixels lie over neutral grey. Of several pages it is the first.

    Raises LabelerError, naming the file, when it is no image, too large, damaged or cut off.
    """
    return decoded(path, _shown)


def read_picture(path: Path) -> tuple[NDArray[np.uint8], Deep | None]:
    """What ``read_image`` gives, and the values behind it where the file has more than 8 bits.

    The values are turned and laid over grey like the pixels. Raises LabelerError like ``read_image``.
    """
    return decoded(path, lambda pixels, dimmed, turn: (_shown(pixels, dimmed, turn), _deep(pixels, turn)))


def _shown(pixels: NDArray[Any], dimmed: bool, orientation: int) -> NDArray[np.uint8]:
    return turned(rgb(pixels, premultiplied=dimmed), orientation)


def _deep(pixels: NDArray[Any], orientation: int) -> Deep | None:
    deep = deep_of(pixels)
    return deep and deep.with_values(turned(deep.values, orientation))


def decoded(path: Path, use: Callable[[NDArray[Any], bool, int], T], data: bytes | None = None) -> T:
    """What ``use`` makes of pixels as OpenCV decodes them, of whether alpha dimmed them, of EXIF orientation.

    ``data`` takes the place of the file's content. Raises LabelerError like ``read_image``.
    """
    data = image_bytes(path) if data is None else data
    try:
        container, header = recognise(path, io.BytesIO(data))
        container.check(data)
        pixels = pixels_of(data, container)
        if pixels.shape[:2] != (header.height, header.width):
            raise Damaged
        # libtiff gives 8-bit colours that alpha has dimmed already.
        dimmed = container is TIFF and pixels.dtype == np.uint8
        return use(pixels, dimmed, header.orientation)
    except Damaged as error:
        raise sentence_for(path, error) from error
    except MemoryError as error:
        raise LabelerError(
            _("{file} needs more memory than is free: close other programs or cut it into tiles.").format(
                file=path
            )
        ) from error


def image_size(path: Path) -> tuple[int, int]:
    """Width and height as displayed, from the header alone. Raises LabelerError like ``read_image``.

    That the pixels themselves are whole is not looked at: ``check_image`` does that.
    """
    try:
        with path.open("rb") as stream:
            return recognise(path, stream)[1].size
    except OSError as error:
        raise _unreadable(path, error) from error
    except Damaged as error:
        raise sentence_for(path, error) from error


def check_image(path: Path) -> tuple[int, int]:
    """Size as displayed of an image that is whole, as far as can be told without decoding it.

    Reads the file once. Raises LabelerError for what ``read_image`` would call cut off or no image.
    """
    return check_image_data(image_bytes(path), path)


def check_image_data(data: bytes, path: Path | str) -> tuple[int, int]:
    """Like ``check_image``, of the content of a file; ``path`` is for messages only."""
    try:
        container, header = recognise(path, io.BytesIO(data))
        container.check(data)
    except Damaged as error:
        raise sentence_for(path, error) from error
    return header.size


def image_bytes(path: Path) -> bytes:
    """The file's content. Raises LabelerError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def recognise(path: Path | str, stream: BinaryIO) -> tuple[Container, Header]:
    """Format and header. Raises LabelerError for what is no image or too large, Damaged for a broken one."""
    start = stream.read(32)
    if not start:
        raise LabelerError(_("{file} is empty: copy it again from where it came.").format(file=path))
    for container in CONTAINERS:
        if container.matches(start):
            header = container.header(stream)
            _refuse_impossible(path, header)
            return container, header
    raise LabelerError(
        _("{file} is no image of a known kind: convert it to JPEG, PNG, TIFF, WebP, BMP or AVIF.").format(
            file=path
        )
    )


def _refuse_impossible(path: Path | str, header: Header) -> None:
    width, height = header.width, header.height
    if width < 1 or height < 1:
        raise Damaged
    if width * height > LARGEST_IMAGE or max(width, height) > LONGEST_SIDE:
        raise LabelerError(
            _(
                "{file} says it has {width} × {height} pixels, more than can be opened: "
                "cut it into tiles of at most {limit} megapixels."
            ).format(file=path, width=width, height=height, limit=LARGEST_IMAGE // 1_000_000)
        )


def pixels_of(data: bytes, container: Container, flags: int | None = None) -> NDArray[Any]:
    """As OpenCV decodes them, not turned. Raises Damaged, or MemoryError."""
    data = tiff.upright(data) if container is TIFF else data
    try:
        # Not a default of the parameter: that would load OpenCV with this module.
        flags = cv2.IMREAD_UNCHANGED if flags is None else flags
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError from error
        raise Damaged from error
    if pixels is None:
        raise Damaged
    return pixels


def turned(pixels: NDArray[D], orientation: int) -> NDArray[D]:
    """The pixels as displayed, by EXIF's number."""
    upright: Any = cv2.transpose(pixels) if orientation >= 5 else pixels
    flip = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}.get(orientation)
    # OpenCV's stubs lose the dtype.
    return upright if flip is None else cv2.flip(upright, flip)  # type: ignore[no-any-return]


def _unreadable(path: Path, error: OSError) -> LabelerError:
    return LabelerError(
        _("{file} cannot be read ({reason}): check that it is there and that you may open it.").format(
            file=path, reason=error.strerror or error
        )
    )


def sentence_for(path: Path | str, error: Damaged) -> LabelerError:
    """What the user reads about a file that is not whole."""
    if isinstance(error, CutOff):
        text = _("{file} ends too early, it was cut off: copy it again from where it came.")
    else:
        text = _("{file} is damaged and cannot be shown: copy it again from where it came.")
    return LabelerError(text.format(file=path))
