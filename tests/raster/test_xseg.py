"""The old rasteriser, repeated for comparing: what it is known to do, by hand and by OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from labeler.document.model import Role
from labeler.raster.runs import rasterize
from labeler.raster.xseg import rasterize_like_xseg
from tests.builders import annotation_of, polygon, rectangle, ring_with_hole, square
from tests.formats.cases import CASES


def only_mask(*things, **around) -> np.ndarray:
    (mask,) = rasterize_like_xseg(annotation_of(*things, **around)).instances
    return mask.to_mask()


def test_borders_are_painted_and_points_cut_to_whole_pixels():
    mask = only_mask(rectangle(10.9, 10.9, 20.9, 20.9))
    assert mask.sum() == 11 * 11
    assert mask[10:21, 10:21].all()


def test_points_left_of_the_image_are_cut_towards_it():
    assert only_mask(rectangle(-0.9, -0.9, 2, 2)).sum() == 3 * 3


def test_excludes_are_larger_too():
    assert only_mask([square(10, 10, 30), square(20, 20, 10, Role.EXCLUDE)]).sum() == 31 * 31 - 11 * 11


def test_excludes_come_last_whatever_the_order():
    """So there is no island in a hole."""
    island = square(37, 37, 5)
    assert np.array_equal(only_mask((*ring_with_hole(), island)), only_mask(ring_with_hole()))


def test_excludes_of_the_whole_image_are_among_them():
    assert only_mask(square(10, 10, 30), exclude=[square(20, 20, 10)]).sum() == 31 * 31 - 11 * 11


@pytest.mark.parametrize("case", CASES)
def test_it_is_opencv_on_whole_numbers(case):
    annotation = CASES[case]
    found = rasterize_like_xseg(annotation)
    for instance, mask in zip(annotation.instances, found.instances, strict=True):
        expected = np.zeros((80, 100), np.uint8)
        for role, value in ((Role.INCLUDE, 1), (Role.EXCLUDE, 0)):
            for one in (*instance.polygons, *annotation.exclude):
                if one.role is role:
                    cv2.fillPoly(expected, [np.trunc(one.points).astype(np.int32)], value)
        assert np.array_equal(mask.to_mask(), expected > 0)
    assert np.array_equal(found.ignore.toggles, rasterize(annotation).ignore.toggles)


def test_far_away_points_are_where_they_are():
    far = polygon([(-900_000, 40), (900_000, 40), (900_000, 41), (-900_000, 41)])
    assert only_mask(far)[40:42].all()
    assert only_mask(far).sum() == 200
