"""What people have in their folders is read as it should be shown, or refused in one sentence."""

from __future__ import annotations

import io
import itertools
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from labeler.errors import LabelerError
from labeler.raster.images import IMAGE_SUFFIXES, check_image, image_size, read_image
from tests.raster.pictures import FORMATS, HEIGHT, WIDTH, WITH_EXIF, array, encoded, scene, with_orientation

Write = Callable[..., Path]
NOT_IN_FORMAT = {("JPEG", "P"), ("PNG", "CMYK"), ("BMP", "CMYK")}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and gives its path."""

    def written(data: bytes, name: str = "photo.png") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def assert_alike(pixels: NDArray[np.uint8], expected: NDArray[np.uint8], tolerance: int = 12) -> None:
    assert pixels.shape == expected.shape
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - expected).max() <= tolerance


def test_every_format_has_its_suffix() -> None:
    assert set(FORMATS.values()) <= set(IMAGE_SUFFIXES)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", WITH_EXIF)
def test_orientation_is_applied_and_the_size_agrees(format: str, orientation: int, write: Write) -> None:
    data = encoded(scene(), format, exif=with_orientation(orientation))
    path = write(data, f"photo{FORMATS[format]}")
    expected = array(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    pixels = read_image(path)
    assert_alike(pixels, expected)
    height, width = expected.shape[:2]
    assert image_size(path) == check_image(path) == (width, height)


@pytest.mark.parametrize(
    ("format", "mode"),
    sorted(set(itertools.product(FORMATS, ["1", "L", "P", "RGB", "CMYK"])) - NOT_IN_FORMAT),
)
def test_every_mode_is_shown_as_pillow_shows_it(format: str, mode: str, write: Write) -> None:
    image = scene().convert(mode)
    data = encoded(image, format)
    path = write(data)
    assert_alike(read_image(path), array(Image.open(io.BytesIO(data))))
    assert image_size(path) == check_image(path) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}])
def test_lossy_and_lossless_webp(options: dict[str, bool], write: Write) -> None:
    path = write(encoded(scene(), "WEBP", **options))
    assert_alike(read_image(path), array(scene()))
    assert image_size(path) == check_image(path) == (WIDTH, HEIGHT)


@pytest.mark.parametrize(
    "compression", [None, "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits", "jpeg"]
)
def test_compressed_tiff(compression: str | None, write: Write) -> None:
    path = write(encoded(scene(), "TIFF", compression=compression))
    assert_alike(read_image(path), array(scene()))
    assert image_size(path) == check_image(path) == (WIDTH, HEIGHT)


def test_progressive_jpeg_with_something_behind_it(write: Write) -> None:
    path = write(encoded(scene(), "JPEG", progressive=True) + b"a maker's own data\xff\xd8\xff")
    assert_alike(read_image(path), array(scene()))
    assert check_image(path) == (WIDTH, HEIGHT)


def test_the_format_is_told_by_the_content_not_by_the_suffix(write: Write) -> None:
    assert_alike(read_image(write(encoded(scene(), "JPEG"), "photo.png")), array(scene()))


def test_names_in_any_script(write: Write) -> None:
    assert read_image(write(encoded(scene(), "PNG"), "фото 照片.png")).shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_transparent_pixels_lie_over_grey(format: str, write: Write) -> None:
    image = scene().convert("RGBA")
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    alpha[:, : WIDTH // 2] = 0
    alpha[: HEIGHT // 2] //= 2
    image.putalpha(Image.fromarray(alpha))
    options = {"lossless": True, "exact": True} if format == "WEBP" else {}
    backdrop = Image.new("RGBA", image.size, (128, 128, 128, 255))
    expected = array(Image.alpha_composite(backdrop, image))
    assert_alike(read_image(write(encoded(image, format, **options))), expected)


def test_grey_with_alpha_and_palettes_with_a_transparent_colour_lie_over_grey(write: Write) -> None:
    clear = Image.new("LA", (WIDTH, HEIGHT), (200, 0))
    clear.putpixel((0, 0), (200, 255))
    pixels = read_image(write(encoded(clear, "PNG")))
    assert (pixels[0, 0].tolist(), pixels[5, 5].tolist()) == ([200] * 3, [128] * 3)
    flat = Image.new("P", (WIDTH, HEIGHT), 1)
    flat.putpalette([250, 0, 0, 0, 250, 0])
    flat.putpixel((0, 0), 0)
    pixels = read_image(write(encoded(flat, "PNG", transparency=1)))
    assert (pixels[0, 0].tolist(), pixels[5, 5].tolist()) == ([250, 0, 0], [128] * 3)


def test_an_image_that_is_transparent_everywhere_is_shown_as_opaque(write: Write) -> None:
    image = scene().convert("RGBA")
    image.putalpha(0)
    assert_alike(read_image(write(encoded(image, "PNG"))), array(scene()))


def ramp(kind: type, top: float) -> NDArray[np.generic]:
    """From 0 at the left to ``top`` at the right."""
    return np.tile(np.linspace(0, top, WIDTH), (HEIGHT, 1)).astype(kind)


@pytest.mark.parametrize(
    ("suffix", "kind", "top"),
    [
        (".png", np.uint16, 65535),
        (".png", np.uint16, 900),
        (".tif", np.uint16, 4095),
        (".tif", np.int16, 3000),
        (".tif", np.int32, 10**9),
        (".tif", np.float32, 0.5),
    ],
)
def test_more_than_8_bits_are_stretched_to_what_can_be_seen(
    suffix: str, kind: type, top: float, write
) -> None:
    path = write(cv2.imencode(suffix, ramp(kind, top))[1].tobytes(), f"deep{suffix}")
    expected = np.repeat(ramp(float, 255)[..., None], 3, axis=2).round().astype(np.uint8)
    assert_alike(read_image(path), expected, tolerance=2)
    assert image_size(path) == check_image(path) == (WIDTH, HEIGHT)


def test_a_deep_image_of_one_value_or_none_is_black_not_a_crash(write: Write) -> None:
    flat = cv2.imencode(".tif", np.full((4, 5), 7, np.uint16))[1].tobytes()
    nothing = cv2.imencode(".tif", np.full((4, 5), np.nan, np.float32))[1].tobytes()
    assert not read_image(write(flat)).any()
    assert not read_image(write(nothing)).any()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_deep_tiffs_are_turned_like_any_other(orientation: int, write: Write) -> None:
    """OpenCV alone turns their sides and leaves their pixels where they were."""
    deep = np.asarray(scene().convert("L")).astype(np.uint16) * 100
    stream = io.BytesIO()
    Image.fromarray(deep).save(stream, "TIFF", exif=with_orientation(orientation))
    turned = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(stream.getvalue())))).astype(float)
    low, high = np.quantile(turned, (0.001, 0.999))
    expected = np.clip((turned - low) / (high - low) * 255, 0, 255).round().astype(np.uint8)
    path = write(stream.getvalue())
    assert_alike(read_image(path)[..., 0], expected, tolerance=1)
    assert image_size(path) == expected.shape[::-1]


def test_big_tiff_and_either_byte_order(write: Write) -> None:
    little = encoded(scene(), "TIFF")
    assert little[:2] == b"II"
    grey = np.asarray(scene().convert("L")).astype(">u2")
    big = Image.frombytes("I;16B", (WIDTH, HEIGHT), grey.tobytes())
    assert encoded(big, "TIFF")[:2] == b"MM"
    for data in (encoded(big, "TIFF"), encoded(scene(), "TIFF", big_tiff=True)):
        path = write(data)
        assert image_size(path) == check_image(path) == (WIDTH, HEIGHT)
        assert read_image(path).shape == (HEIGHT, WIDTH, 3)


def test_the_first_of_several_pages_or_frames(write: Write) -> None:
    other = Image.new("RGB", (WIDTH, HEIGHT), "red")
    for format in ("TIFF", "WEBP", "PNG"):
        path = write(encoded(scene(), format, save_all=True, append_images=[other]))
        assert_alike(read_image(path), array(scene()))
        assert image_size(path) == check_image(path) == (WIDTH, HEIGHT)


def refusal(path: Path, ask=read_image) -> str:
    with pytest.raises(LabelerError) as caught:
        ask(path)
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    return text


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [(48, 32), (600, 400)])
def test_a_file_that_was_cut_off_is_told_without_decoding(
    format: str, size: tuple[int, int], write: Write
) -> None:
    data = encoded(scene(*size), format)
    for kept in (len(data) // 5, len(data) // 2, len(data) * 9 // 10, len(data) - 40):
        path = write(data[:kept])
        assert "ends too early" in refusal(path, check_image)
        assert "ends too early" in refusal(path, read_image)


def test_a_jpeg_cut_off_and_filled_up_with_zeros_was_cut_off(write: Write) -> None:
    """What an interrupted copy leaves on some systems."""
    data = encoded(scene(600, 400), "JPEG")
    half = data[: len(data) // 2].ljust(len(data), b"\0")
    assert "ends too early" in refusal(write(half), check_image)


def test_a_jpeg_of_headers_alone_is_damaged(write: Write) -> None:
    data = encoded(scene(), "JPEG")
    for ask in (read_image, check_image):
        assert "is damaged" in refusal(write(data[: data.index(b"\xff\xda")] + b"\xff\xd9"), ask)


def test_a_png_with_a_flipped_bit_is_damaged(write: Write) -> None:
    data = bytearray(encoded(scene(600, 400), "PNG"))
    data[len(data) // 2] ^= 4
    for ask in (read_image, check_image):
        assert "is damaged" in refusal(write(bytes(data)), ask)


@pytest.mark.parametrize("ask", [read_image, image_size, check_image])
class TestNoImage:
    def test_an_empty_file(self, ask, write: Write) -> None:
        assert "is empty" in refusal(write(b""), ask)

    def test_a_folder(self, ask, tmp_path: Path) -> None:
        assert "cannot be read" in refusal(tmp_path, ask)

    def test_a_file_that_is_not_there(self, ask, tmp_path: Path) -> None:
        assert "cannot be read" in refusal(tmp_path / "gone.png", ask)

    def test_something_else_with_an_images_suffix(self, ask, write: Write) -> None:
        assert "no image of a known kind" in refusal(write(b"<html>404 not found</html>", "photo.jpg"), ask)

    def test_a_signature_and_nothing_more(self, ask, write: Write) -> None:
        for format in FORMATS:
            refusal(write(encoded(scene(), format)[:12]), ask)

    def test_a_size_that_would_fill_the_memory(self, ask, write: Write) -> None:
        png = bytearray(encoded(scene(), "PNG"))
        png[16:24] = struct.pack(">II", 100_000, 100_000)
        png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
        assert "100000 × 100000 pixels, more than can be opened" in refusal(write(bytes(png)), ask)
        bmp = bytearray(encoded(scene(), "BMP"))
        bmp[18:26] = struct.pack("<ii", 2**31 - 1, 1)
        assert "more than can be opened" in refusal(write(bytes(bmp)), ask)

    def test_a_size_of_nothing(self, ask, write: Write) -> None:
        bmp = bytearray(encoded(scene(), "BMP"))
        bmp[18:26] = struct.pack("<ii", 0, 0)
        assert "is damaged" in refusal(write(bytes(bmp)), ask)


@pytest.mark.parametrize("format", FORMATS)
def test_no_mutilated_file_does_more_than_be_refused(format: str, write: Write) -> None:
    rng = random.Random(format)
    whole = encoded(scene(), format, **({"exif": with_orientation(6)} if format in WITH_EXIF else {}))
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 2, 10))):
            at = rng.choice((rng.randrange(len(data)), rng.randrange(min(200, len(data)))))
            data[at] = rng.choice((0, 255, rng.randrange(256)))
        path = write(bytes(data[: rng.choice((len(data), len(data), rng.randrange(len(data)))) + 1]))
        sizes = []
        for ask in (image_size, check_image, lambda path: read_image(path).shape[1::-1]):
            try:
                sizes.append(ask(path))
            except LabelerError:
                continue
        assert len(set(sizes)) <= 1


def test_what_cannot_be_read_is_said_by_us_alone(tmp_path: Path) -> None:
    """Nothing of OpenCV's own on the error stream."""
    for format, suffix in FORMATS.items():
        data = encoded(scene(600, 400), format)
        (tmp_path / f"cut{suffix}").write_bytes(data[: len(data) // 2])
        (tmp_path / f"spoilt{suffix}").write_bytes(data[:200] + bytes(300) + data[500:])
    program = (
        "import sys, pathlib\n"
        "from labeler.raster.images import read_image\n"
        "for path in pathlib.Path(sys.argv[1]).iterdir():\n"
        "    try: read_image(path)\n"
        "    except Exception as error: print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == {"LabelerError"}
    assert done.stderr == ""
