"""Exchange with other tools. A format is one module here and one entry in FORMATS, in menu order."""

from __future__ import annotations

from labeler.formats.base import Format
from labeler.formats.coco import Coco
from labeler.formats.cvat import Cvat
from labeler.formats.indexed import Indexed
from labeler.formats.masks import Masks

FORMATS: tuple[Format, ...] = (Masks(), Indexed(), Coco(), Cvat())
EXPORT_FORMATS = tuple(format for format in FORMATS if format.writes)
IMPORT_FORMATS = tuple(format for format in FORMATS if format.reads)
