"""The records of ``models`` under the name they are known by, and what pydantic reads and writes JSON with.

They are loaded when one is first asked for: pydantic would take a fifth of the time until the window is
there, and that is before any file is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError as ValidationError
    from pydantic_core import from_json as from_json
    from pydantic_core import to_json as to_json

    from labeler.dataset.models import Annotation as Annotation
    from labeler.dataset.models import Class as Class
    from labeler.dataset.models import Dataset as Dataset
    from labeler.dataset.models import Exclude as Exclude
    from labeler.dataset.models import Ignore as Ignore
    from labeler.dataset.models import Image as Image
    from labeler.dataset.models import Instance as Instance
    from labeler.dataset.models import Polygon as Polygon
    from labeler.dataset.models import Record as Record
else:

    def __getattr__(name):
        """Load everything at the first question; afterwards the names are there."""
        if name.startswith("__"):
            raise AttributeError(name)
        import pydantic
        import pydantic_core

        from labeler.dataset import models

        for kind in models.RECORDS:
            globals()[kind.__name__] = kind
        globals().update(
            ValidationError=pydantic.ValidationError,
            from_json=pydantic_core.from_json,
            to_json=pydantic_core.to_json,
        )
        try:
            return globals()[name]
        except KeyError:
            raise AttributeError(name) from None


VERSION = 1
#: 0 is the background and 255 the ignore regions of an indexed mask.
FIRST_INDEX, LAST_INDEX = 1, 254
LONGEST_SIDE_PX = 1_000_000

# To Python's re, $ also matches before a last line break; to JSON Schema's it does not.
END = r"$(?!\n)"
#: Part of the file names of exports, hence no character that means something in a path.
ID_PATTERN = rf"^[A-Za-z0-9_-]{{1,64}}{END}"
CLASS_PATTERN = rf"^[^\x00-\x1f\x7f]{{1,200}}{END}"
#: No folder, no drive: a sidecar never points anywhere but beside itself.
FILE_PATTERN = rf"^(?!\.{{1,2}}$)(?![A-Za-z]:)[^/\\\x00]+{END}"
