"""Exchange with other tools. A format is one module here and one entry in FORMATS, in menu order."""

from __future__ import annotations

from labeler.formats.base import Format
from labeler.formats.cityscapes import Cityscapes
from labeler.formats.coco import Coco
from labeler.formats.cvat import Cvat
from labeler.formats.geojson import GeoJson
from labeler.formats.huggingface import HuggingFace
from labeler.formats.indexed import Indexed
from labeler.formats.isat import Isat
from labeler.formats.labelme import Labelme
from labeler.formats.masks import Masks
from labeler.formats.voc import Voc
from labeler.formats.xanylabeling import XAnyLabeling
from labeler.formats.yolo import Yolo

FORMATS: tuple[Format, ...] = (
    Masks(),
    Indexed(),
    Coco(),
    Yolo(),
    Voc(),
    Labelme(),
    XAnyLabeling(),
    Isat(),
    Cvat(),
    Cityscapes(),
    GeoJson(),
    HuggingFace(),
)
EXPORT_FORMATS = tuple(format for format in FORMATS if format.writes)
IMPORT_FORMATS = tuple(format for format in FORMATS if format.reads)
