"""What type checkers see of the package: see ``__init__.py``."""

from labeler.api import Annotation as Annotation
from labeler.api import Dataset as Dataset
from labeler.api import ExportReport as ExportReport
from labeler.api import ImageInfo as ImageInfo
from labeler.api import ImageMasks as ImageMasks
from labeler.api import ImportReport as ImportReport
from labeler.api import Instance as Instance
from labeler.api import LabelerError as LabelerError
from labeler.api import Polygon as Polygon
from labeler.api import Role as Role
from labeler.api import Runs as Runs
from labeler.api import Sample as Sample
from labeler.api import decode_rle as decode_rle
from labeler.api import export as export
from labeler.api import import_labels as import_labels
from labeler.api import list_formats as list_formats
from labeler.api import load as load
from labeler.api import rasterize as rasterize
from labeler.api import read_image as read_image
from labeler.api import save as save
from labeler.api import trace as trace

__version__: str
