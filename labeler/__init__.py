"""labeler: include and exclude polygons on images, exact masks out of them.

Names for people's own code come from `labeler.api`, when they are first used: importing the package alone
takes no time. What they are stands in ``__init__.pyi``, and in docs/python.md.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# Named here and not only there: `from labeler import files` asks for every submodule as an attribute first.
__all__ = [
    "Annotation",
    "Dataset",
    "ExportReport",
    "ImageInfo",
    "ImageMasks",
    "ImportReport",
    "Instance",
    "LabelerError",
    "Polygon",
    "Role",
    "Runs",
    "Sample",
    "decode_rle",
    "export",
    "import_labels",
    "list_formats",
    "load",
    "rasterize",
    "read_image",
    "save",
    "trace",
]


def __getattr__(name: str) -> Any:
    """A name of the public interface, looked up once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module("labeler.api"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
