"""Image formats from the outside: size, orientation and completeness, before and without decoding.

OpenCV decodes, but it gives half a picture for half a file, tells no size without decoding and knows no EXIF
of its own choosing; so the formats are looked at here. One module a format.
"""

from __future__ import annotations

from typing import cast

from labeler.raster.containers import avif, bmp, jpeg, png, tiff, webp
from labeler.raster.containers.base import Container

JPEG = cast("Container", jpeg)
TIFF = cast("Container", tiff)
CONTAINERS = cast("tuple[Container, ...]", (jpeg, png, tiff, webp, bmp, avif))
