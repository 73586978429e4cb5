"""The shapes of labelme's and X-AnyLabeling's files as polygons and pixels."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Role
from labeler.errors import LabelerError
from labeler.formats.building import box_ring, circle_ring, polygon_of
from labeler.formats.painting import Region
from labeler.formats.reading import Size, a_list, a_number, malformed
from labeler.formats.report import Loss
from labeler.i18n import _
from labeler.raster.containers import png
from labeler.raster.containers.base import Container, Damaged
from labeler.raster.images import pixels_of
from labeler.raster.runs import Runs

Points = list[Any]


def region_of(shape: Mapping[str, Any], where: str, size: Size) -> Region | Loss:
    """What a shape covers of an image of this size, or why it covers nothing. Raises LabelerError."""
    kind = shape.get("shape_type") or "polygon"  # labelme 3 had nothing else
    points = a_list(shape.get("points"), f"{where}, points")
    if kind == "mask":
        return _mask(shape.get("mask"), points, where, size)
    make = _MAKERS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise malformed(where, _("has a shape_type that is not known: {kind}").format(kind=ascii(kind)[:40]))
    return make(points, where)


def _ring(points: Points, where: str) -> Region | Loss:
    # labelme itself leaves "polygons" of one or two points when vertices are removed.
    return polygon_of(points, Role.INCLUDE, where) if len(points) > 2 else Loss.NO_AREA


def _rectangle(points: Points, where: str) -> Region | Loss:
    """labelme's has two opposite corners, X-AnyLabeling's all four."""
    if len(points) != 2:
        return _ring(points, where)
    (x1, y1), (x2, y2) = (_point(point, where) for point in points)
    if x1 == x2 or y1 == y2:
        return Loss.NO_AREA
    return polygon_of(box_ring(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), Role.INCLUDE, where)


def _circle(points: Points, where: str) -> Region | Loss:
    """Its middle and a point on it."""
    if len(points) != 2:
        raise malformed(where, _("is no circle: two points are needed"))
    (x, y), (x2, y2) = (_point(point, where) for point in points)
    radius = float(np.hypot(x2 - x, y2 - y))
    if radius == 0:
        return Loss.NO_AREA
    try:
        return polygon_of(circle_ring(x, y, radius), Role.INCLUDE, where)
    except ValueError as error:
        raise malformed(where, _("is no circle: its radius cannot be")) from error


def _nothing(loss: Loss) -> Callable[[Points, str], Region | Loss]:
    return lambda points, where: loss


_MAKERS: Mapping[str, Callable[[Points, str], Region | Loss]] = {
    "polygon": _ring,
    "rectangle": _rectangle,
    "oriented_rectangle": _ring,
    "rotation": _ring,
    "quadrilateral": _ring,
    "circle": _circle,
    "point": _nothing(Loss.NO_AREA),
    "points": _nothing(Loss.NO_AREA),
    "line": _nothing(Loss.NO_AREA),
    "linestrip": _nothing(Loss.NO_AREA),
    # A box in space: where something is, not what shape it has.
    "cuboid": _nothing(Loss.BOX),
}


def _point(value: object, where: str) -> tuple[float, float]:
    pair = a_list(value, where)
    if len(pair) != 2:
        raise malformed(where, _("has a point that is not two numbers"))
    return a_number(pair[0], where), a_number(pair[1], where)


# --- masks -------------------------------------------------------------------------------------------------


def _mask(data: object, points: Points, where: str, size: Size) -> Region | Loss:
    """The pixels of a PNG that lies on the image with its first pixel on the first point."""
    if len(points) != 2:
        raise malformed(where, _("is no mask: two points are needed"))
    corners = np.array([_point(point, where) for point in points])
    if not (np.abs(corners) < 1e9).all():
        raise malformed(where, _("is no mask: it lies nowhere"))
    patch = _patch(data, where, size)
    (left, top), (right, bottom) = corners.round().astype(np.int64).tolist()
    if (corners == np.trunc(corners)).all():  # both pixels are inside; fractions come from moving it
        patch = patch[: max(bottom - top + 1, 0), : max(right - left + 1, 0)]
    runs = _placed(patch, left, top, size)
    return Loss.NO_AREA if runs.is_empty else runs


def _placed(patch: NDArray[np.bool_], left: int, top: int, size: Size) -> Runs:
    """The runs of a patch that may lie partly outside of an image of this size."""
    width, height = size
    patch = patch[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
    if not patch.size:
        return Runs(width, height, np.empty(0, dtype=np.int64))
    column, row = np.divmod(Runs.from_mask(patch).toggles, patch.shape[0] + 1)
    return Runs(width, height, (column + max(left, 0)) * (height + 1) + row + max(top, 0))


def _patch(data: object, where: str, size: Size) -> NDArray[np.bool_]:
    """(height, width) bool from a PNG in base64, no larger than the image: its header is looked at first."""
    if not isinstance(data, str):
        raise malformed(where, _("has no mask"))
    try:
        content = base64.b64decode(data)
        if not png.matches(content):
            raise Damaged
        header = png.header(io.BytesIO(content))
        _refuse_larger((header.width, header.height), size, where)
        png.check(content)
        values = pixels_of(content, cast("Container", png)) != 0
    except (binascii.Error, ValueError, Damaged, MemoryError) as error:
        raise malformed(where, _("has a mask that is no whole PNG")) from error
    mask: NDArray[np.bool_] = values if values.ndim == 2 else values[..., :3].any(axis=2)
    return mask


def _refuse_larger(found: Size, size: Size, where: str) -> None:
    if not (0 < found[0] <= size[0] and 0 < found[1] <= size[1]):
        raise LabelerError(
            _(
                "{where} has a mask of {width}×{height} px, but the image has {image_width}×{image_height}."
            ).format(where=where, width=found[0], height=found[1], image_width=size[0], image_height=size[1])
        )
