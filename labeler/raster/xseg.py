"""Masks as the XSeg editor of DeepFaceLab baked them: for comparing with masks from there, and nothing else.

What that editor does, seen from outside: all include polygons are painted, then all exclude polygons are
taken away. Points are cut to whole pixels, towards zero, and stand for the middles of pixels; a polygon's
border belongs to it. So masks are larger than what was drawn, and so are the excludes in them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Polygon, Role
from labeler.raster.late import cv2
from labeler.raster.runs import ImageMasks, Runs, rasterize


def rasterize_like_xseg(annotation: Annotation) -> ImageMasks:
    """The masks of an annotation by that editor's rule, in the size of its image.

    There it was one thing an image; here each instance is treated as one, and image-wide excludes are among
    the excludes of all. Ignore regions, which it did not have, go by our own rule.
    """
    instances = tuple(
        Runs.from_mask(_baked((*instance.polygons, *annotation.exclude), annotation))
        for instance in annotation.instances
    )
    own = rasterize(Annotation(annotation.image, ignore=annotation.ignore))
    return ImageMasks(own.width, own.height, instances, own.ignore)


def _baked(polygons: Iterable[Polygon], annotation: Annotation) -> NDArray[np.bool_]:
    mask = np.zeros((annotation.image.height, annotation.image.width), dtype=np.uint8)
    for polygon in sorted(polygons, key=lambda polygon: polygon.role is Role.EXCLUDE):
        points = polygon.points.astype(np.int32)
        # The painted border is what is asked for here.
        cv2.fillPoly(mask, [points], int(polygon.role is Role.INCLUDE))  # noqa: TID251
    return mask.view(np.bool_)
