"""labeler: include and exclude polygons on images, exact masks out of them.

Names for people's own code come from `labeler.api`, when they are first used: importing the package alone
takes no time. What they are stands in ``__init__.pyi``, and in docs/python.md.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """A name of the public interface, looked up once."""
    api = importlib.import_module("labeler.api") if not name.startswith("_") and name != "api" else None
    if name not in getattr(api, "__all__", ()):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(api, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *importlib.import_module("labeler.api").__all__})
