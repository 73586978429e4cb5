"""X-AnyLabeling's files: what we write by its own rules, and what it writes as we read it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from labeler.formats.labelme import Labelme
from labeler.formats.reading import Images, Reading
from labeler.formats.report import Loss
from labeler.formats.xanylabeling import XAnyLabeling
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, ring_with_hole, square
from tests.formats.cases import CASES, write
from tests.formats.test_labelme import box, labelme_file, mask_shape
from tests.formats.test_labelme import shape as labelme_shape

SIZE = (100, 80)


def shape(label: str, points: list, **keys) -> dict:
    """As X-AnyLabeling writes it."""
    return {
        "label": label,
        "score": None,
        "points": points,
        "group_id": None,
        "description": "",
        "difficult": False,
        "shape_type": "polygon",
        "flags": {},
        "attributes": {},
        "kie_linking": [],
        **keys,
    }


def its_file(*shapes: dict, **keys) -> dict:
    head = {"version": "4.2.1", "flags": {}, "checked": False, "shapes": list(shapes)}
    tail = {"imagePath": "photo.jpg", "imageData": None, "imageHeight": 80, "imageWidth": 100}
    return {**head, **tail, "description": "", **keys}


@pytest.fixture
def read(tmp_path):
    """What is read for the one image that a file of these shapes is about, and what was lost."""

    def reading_of(*shapes, format=None, **keys):
        (tmp_path / "photo.json").write_text(json.dumps(its_file(*shapes, **keys)))
        reading = Reading(Images(["photo.jpg"]))
        (found,) = (format or XAnyLabeling()).read(tmp_path, reading)
        return found.read(SIZE), [loss for loss, _ in reading.losses]

    return reading_of


def written(annotation, out) -> dict:
    write(XAnyLabeling(), {"photo.jpg": annotation}, out)
    return json.loads((out / "photo.json").read_bytes())


def test_a_polygon_is_written_with_the_keys_that_it_writes(tmp_path):
    data = written(annotation_of(square(10, 10, 20.5)), tmp_path)
    assert data == {key: value for key, value in its_file(*data["shapes"]).items() if key != "description"}
    assert data["shapes"] == [shape("object", box(10, 10, 30.5, 30.5))]
    assert (tmp_path / "classes.txt").read_text(encoding="utf-8") == "object\nKäse/Brot\nedge\n"


def test_what_belongs_together_is_one_group_and_ignore_regions_have_the_label_it_leaves_out(tmp_path):
    data = written(annotation_of(ring_with_hole(), ignore=[square(70, 5, 9)]), tmp_path)
    assert [(one["label"], one["group_id"]) for one in data["shapes"]] == [
        ("object", 1), ("object", 1), ("__ignore__", None),
    ]  # fmt: skip


ATTRIBUTES = {
    "occluded": True,
    "truncated": False,
    "difficult": True,
    "score": 0,
    "description": "left one",
    "kie_linking": [[1, 2]],
    "colour": "red",
    "group_id": 12,
    "size": {"of": [1, 2.5, None]},
}
FLAGS = {"verified": True, "blurred": False, "description": "rain", "tags": ["a", "b"], "weather": 3}


def test_everything_said_of_an_instance_or_an_image_has_a_place_and_comes_back(tmp_path):
    drawn = annotation_of(instance_of(square(), attributes=ATTRIBUTES), flags=FLAGS)
    data = written(drawn, tmp_path)
    (one,) = data["shapes"]
    assert one["flags"] == {"occluded": True, "truncated": False}
    assert (one["score"], one["difficult"], one["description"]) == (0, True, "left one")
    assert (one["group_id"], one["kie_linking"]) == (12, [[1, 2]])
    assert one["attributes"] == {"colour": "red", "size": {"of": [1, 2.5, None]}}
    assert (data["checked"], data["description"], data["tags"]) == (True, "rain", ["a", "b"])
    assert (data["flags"], data["attributes"]) == ({"blurred": False}, {"weather": 3})
    (found,) = XAnyLabeling().read(tmp_path, Reading(Images(["photo.jpg"])))
    back = found.read(SIZE)
    assert (back.flags, back.instances[0].attributes) == (FLAGS, ATTRIBUTES)


@pytest.mark.parametrize(
    "odd",
    [
        {"score": "high", "difficult": "very", "description": 3, "kie_linking": [[1, True]]},
        {"score": True, "difficult": False, "kie_linking": [], "group_id": 2.5, "description": ""},
    ],
)
def test_values_that_it_could_not_open_stay_out_of_its_keys_and_come_back(tmp_path, odd):
    (one,) = written(annotation_of(instance_of(square(), attributes=odd)), tmp_path)["shapes"]
    blank = shape("object", one["points"])
    own = ("score", "difficult", "description", "kie_linking", "group_id")
    assert [one[key] for key in own] == [blank[key] for key in own]
    (found,) = XAnyLabeling().read(tmp_path, Reading(Images(["photo.jpg"])))
    assert found.read(SIZE).instances[0].attributes == odd


def test_rectangles_of_four_points_rotated_boxes_and_quadrilaterals_are_outlines(read):
    tilted = [[50, 10], [60, 20], [50, 30], [40, 20]]
    back, lost = read(
        shape("a", box(10, 10, 20, 20), shape_type="rectangle"),
        shape("b", [[30, 40], [20, 10]], shape_type="rectangle"),
        shape("c", tilted, shape_type="rotation", direction=0.785),
        shape("d", tilted, shape_type="quadrilateral"),
        shape("e", [[50, 60], [53, 64]], shape_type="circle"),
    )
    assert [one.class_name for one in back.instances] == ["a", "b", "c", "d", "e"]
    a, b, c, d, _e = (mask.area for mask in rasterize(back).instances)
    assert (a, b, c, d) == (100, 300, c, c)
    assert np.array_equal(back.instances[2].polygons[0].points, tilted)
    assert back.instances[2].attributes == {"direction": 0.785}
    assert not lost


def test_boxes_in_space_and_points_are_left_out_and_named(read):
    back, lost = read(
        shape("a", [*box(10, 10, 20, 20), *box(13, 7, 23, 17)], shape_type="cuboid"),
        shape("a", [[1, 1]], shape_type="point"),
        shape("a", [[1, 1], [5, 5]], shape_type="line"),
    )
    assert not back.instances
    assert lost == [Loss.BOX, Loss.NO_AREA, Loss.NO_AREA]


@pytest.mark.parametrize(
    ("checked", "flags"), [(True, {"verified": True}), (False, {}), ("failed", {"checked": "failed"})]
)
def test_whether_an_image_was_checked_is_a_flag(read, tmp_path, checked, flags):
    back, _ = read(shape("a", box(1, 1, 9, 9)), checked=checked)
    assert back.flags == flags
    assert written(annotation_of(square(), flags=flags), tmp_path)["checked"] == checked


def test_it_and_labelme_read_each_others_files(read, tmp_path):
    back, _ = read(shape("a", box(10, 10, 20, 20), score=0.5, shape_type="rectangle"), format=Labelme())
    assert back.instances[0].attributes == {"score": 0.5}
    files = labelme_file(labelme_shape("b", box(1, 1, 9, 9)), mask_shape("c", 2, 2, np.ones((3, 4))))
    (tmp_path / "photo.json").write_text(json.dumps(files))
    (found,) = XAnyLabeling().read(tmp_path, Reading(Images(["photo.jpg"])))
    assert [mask.area for mask in rasterize(found.read(SIZE)).instances] == [64, 12]


def test_shapes_of_one_instance_and_no_others_share_a_group(tmp_path):
    write(XAnyLabeling(), {f"{case}.jpg": annotation for case, annotation in CASES.items()}, tmp_path)
    for case, annotation in CASES.items():
        masks = [mask for mask in rasterize(annotation).instances if not mask.is_empty]
        shapes = json.loads((tmp_path / f"{case}.json").read_bytes())["shapes"]
        things = [one for one in shapes if one["label"] != "__ignore__"]
        assert len({one["group_id"] or -n for n, one in enumerate(things, 1)}) == len(masks)
