"""YOLO, labelme, X-AnyLabeling, ISAT, CVAT, Cityscapes and GeoJSON: what the points say to others.

`documents.py` reads a format as its documentation says and lets GEOS fill the rings by centres of pixels,
which has to give our masks exactly. Other programs fill rings in ways of their own: their pixels may differ,
but only beside the lines of the rings, as far as the way explains; so no hole is filled and no part is lost.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.formats.cases import CASES
from tests.oracles import require_oracles
from tests.oracles.comparing import (
    HUNDREDTHS,
    INDEX,
    assert_exact,
    distance,
    farthest,
    ignored,
    joined,
    joined_groups,
    only,
    painted,
    rings_of,
    wanted,
)  # fmt: skip

require_oracles()

IGNORE = "__ignore__"
#: Points rounded to whole numbers mean middles of pixels to OpenCV: they move by up to a pixel down and
#: another to the right, and then the pixels of the border are painted too.
SUPERVISION = 1.5
#: The pixels of the border are painted too, those that it touches at a corner among them.
PILLOW = 1.0


def instances(found):
    return only(found, lambda one: one.label != IGNORE)


@pytest.mark.parametrize("format", ["yolo", "labelme", "xanylabeling", "isat"])
def test_points_fill_exactly_the_pixels_that_were_drawn(exported, read, format):
    found = read("documents.py", format, exported(format))
    assert_exact(instances(found))
    if format != "yolo":
        for case, annotation in CASES.items():
            regions = [one for one in found[case] if one.label == IGNORE]
            assert np.array_equal(joined(regions), ignored(annotation)), case


@pytest.mark.parametrize("format", ["yolo", "labelme"])
def test_supervision_reads_the_same_instances(exported, read, format):
    """Rings that belong together become one mask; channels of YOLO's rings are lines of a pixel's width."""
    folder = exported(format, "--images", "copy")
    rings = rings_of(instances(read("documents.py", format, folder)))
    assert farthest(instances(read("with_supervision.py", format, folder)), rings) <= SUPERVISION


@pytest.mark.parametrize("shapes", ["polygons", "masks"])
def test_datumaro_reads_cvats_xml(exported, read, shapes):
    """Runs exactly; points it rounds to 1/100 px. Parts of one group are one instance, in painting order."""
    found = read("with_datumaro.py", "cvat", exported("cvat", "--shapes", shapes, "--images", "copy"))
    groups = {case: joined_groups(things) for case, things in found.items()}
    if shapes == "masks":
        assert_exact(groups)
    else:
        assert farthest(groups, rings_of(groups)) <= HUNDREDTHS
        assert any(one.said["rings"] for one in groups["one"])
        assert not any(one.said["rings"] for one in groups["hole"])
    for things in found.values():
        assert [one.said["z"] for one in things] == sorted(one.said["z"] for one in things)


def test_geos_reads_geojson_with_its_holes(exported, read):
    found = read("documents.py", "geojson", exported("geojson"))
    assert_exact(only(found, lambda one: one.said["role"] is None))
    for case, annotation in CASES.items():
        regions = [one for one in found[case] if one.said["role"] == "ignore"]
        assert np.array_equal(joined(regions), ignored(annotation)), case
    assert all(one.said["valid"] for things in found.values() for one in things if one.said["role"] is None)


def test_polygons_of_cityscapes_are_exact(exported, read):
    found = read("documents.py", "cityscapes", exported("cityscapes"))
    assert_exact(only(found, lambda one: one.label != "ignore"))
    for case, annotation in CASES.items():
        regions = [one for one in found[case] if one.label == "ignore"]
        assert np.array_equal(joined(regions), ignored(annotation)), case


def test_cityscapes_scripts_count_the_pixels_of_our_instances(exported, read):
    found = read("with_cityscapesscripts.py", "counted", exported("cityscapes"))
    for case, annotation in CASES.items():
        numbers = painted(annotation, lambda one: one.number, 0)
        sizes = [(one.label, int((numbers == one.number).sum())) for one in wanted(annotation)]
        # Above 65 an index has no numbers for its instances in 16 bits: the report says so.
        expected = [(label, size) for label, size in sizes if size and INDEX[label] <= 65]
        got = [(one.label, one.said["pixels"]) for one in found[case]]
        assert sorted(one for one in got if one[0] in ("object", "Käse/Brot")) == sorted(expected), case


def test_cityscapes_scripts_draw_our_polygons_as_we_do_but_for_their_border(exported, read):
    folder = exported("cityscapes")
    rings = rings_of(read("documents.py", "cityscapes", folder))
    found = read("with_cityscapesscripts.py", "drawn", folder)
    for case, annotation in CASES.items():
        (labels,) = (one.pixels for one in found[case] if one.said["kind"] == "labels")
        differing = labels != painted(annotation, lambda one: INDEX[one.label], 255)
        lines = [ring for some in rings[case] for ring in some]
        assert distance(differing, lines) <= PILLOW, case
