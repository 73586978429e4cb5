"""COCO, read by pycocotools, Datumaro and supervision."""

from __future__ import annotations

import numpy as np
import pytest

from labeler.raster.runs import rasterize
from tests.formats.cases import CASES, CLASSES
from tests.oracles import require_oracles
from tests.oracles.comparing import HUNDREDTHS, assert_exact, farthest, ignored, joined_groups, only, rings_of

require_oracles()

SCRIPTS = ("with_pycocotools.py", "with_datumaro.py", "with_supervision.py")


def instances(found):
    return only(found, lambda one: not one.said["crowd"])


@pytest.mark.parametrize("runs", ["rle", "rle-uncompressed"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_runs_are_the_same_pixels_for_every_reader(exported, read, script, runs):
    found = read(script, "coco", exported("coco", "--segmentation", runs))
    assert_exact(instances(found), ordered=script != "with_datumaro.py")
    for case, annotation in CASES.items():
        crowds = [one for one in found[case] if one.said["crowd"]]
        labels = [entry.name for entry in CLASSES] if ignored(annotation).any() else []
        assert sorted(one.label for one in crowds) == sorted(labels), case
        assert all(np.array_equal(one.pixels.astype(bool), ignored(annotation)) for one in crowds), case


@pytest.mark.parametrize("segmentation", ["rle", "rle-uncompressed", "polygons"])
def test_areas_and_boxes_are_of_the_exact_masks(exported, read, segmentation):
    found = instances(read("with_pycocotools.py", "coco", exported("coco", "--segmentation", segmentation)))
    for case, annotation in CASES.items():
        measures = [one for one in rasterize(annotation).measured if one.area]
        assert [(one.said["area"], tuple(one.said["box"])) for one in found[case]] == [
            (one.area, tuple(one.bbox)) for one in measures
        ], case


def test_the_points_of_polygons_are_exact(exported, read):
    """Datumaro gives one polygon after another, of points rounded to 1/100 px; GEOS fills them."""
    folder = exported("coco", "--segmentation", "polygons")
    in_order = instances(read("with_pycocotools.py", "coco", folder))
    found = instances(read("with_datumaro.py", "coco", folder))
    groups = {case: joined_groups(things) for case, things in found.items()}
    for case, things in in_order.items():
        ids = [one.said["id"] for one in things]
        groups[case].sort(key=lambda one, ids=ids: ids.index(one.said["group"]))
    assert farthest(groups, rings_of(groups)) <= HUNDREDTHS


def test_pycocotools_fills_polygons_within_a_fraction_of_a_pixel(exported, read):
    """It rounds points to 1/5 px, which takes them 0.142 px away at most, and goes on in steps of that."""
    found = instances(read("with_pycocotools.py", "coco", exported("coco", "--segmentation", "polygons")))
    assert farthest(found, rings_of(found)) <= 0.2


def test_supervision_fills_polygons_within_its_rounding_and_its_border(exported, read):
    """Points become whole numbers, which mean middles of pixels, and the border is painted: see YOLO."""
    folder = exported("coco", "--segmentation", "polygons")
    rings = rings_of(instances(read("with_pycocotools.py", "coco", folder)))
    assert farthest(instances(read("with_supervision.py", "coco", folder)), rings) <= 1.5
