"""COCO files of others: what they mean is what pycocotools sees, and what has no place with us is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from labeler.document.model import Annotation, Role
from labeler.errors import LabelerError
from labeler.formats.coco import FILE, Coco
from labeler.formats.reading import FoundClass, FoundImage, Images, Reading
from labeler.formats.report import Loss
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, polygon, ring_with_hole, square
from tests.formats.cases import CASES, CLASSES, write

#: From inside pycocotools, about the NumPy it runs on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SIZE = (40, 30)
#: As the tools write it: more keys than anybody needs, and numbers as they come.
SAMPLE: dict[str, Any] = {
    "info": {"year": 2026, "version": "1.0", "description": "", "date_created": ""},
    "licenses": [{"id": 0, "name": "", "url": ""}],
    "images": [
        {"id": 3, "width": 40, "height": 30, "file_name": "sub/one.jpg", "license": 0, "flickr_url": "",
         "coco_url": "", "date_captured": 0},
        {"id": 9, "width": 40, "height": 30, "file_name": "two.jpg", "license": 0},
    ],
    "categories": [
        {"id": 2, "name": "cup", "supercategory": "kitchen"},
        {"id": 90, "name": "handle", "supercategory": "", "keypoints": ["left"], "skeleton": []},
    ],
    "annotations": [
        {"id": 1, "image_id": 3, "category_id": 90, "area": 100.0, "bbox": [5.0, 5.0, 10.0, 10.0],
         "iscrowd": 0,
         "segmentation": [[5.0, 5.0, 15.0, 5.0, 15.0, 15.0, 5.0, 15.0], [20, 20, 24.5, 20, 22, 27.25]],
         "attributes": {"occluded": False, "colour": "red", "rotation": 0.0}},
        {"id": 2, "image_id": 3, "category_id": 2, "area": 16, "bbox": [0, 0, 4, 4], "iscrowd": 0,
         "segmentation": {"size": [30, 40], "counts": [0, 4, 26, 1, 2, 1, 26, 1, 2, 1, 26, 4, 1106]}},
        {"id": 3, "image_id": 9, "category_id": 2, "area": 6, "bbox": [0, 0, 2, 3], "iscrowd": 1,
         "segmentation": {"counts": [0, 3, 27, 3, 1167], "size": [30, 40]}},
        {"id": 4, "image_id": 9, "category_id": 2, "bbox": [10, 10, 5, 5], "area": 25, "iscrowd": 0},
    ],
}  # fmt: skip


def sample(**changes: Any) -> dict[str, Any]:
    return {**json.loads(json.dumps(SAMPLE)), **changes}


def found_in(
    path: Path, data: object = None, name: str = "instances.json"
) -> tuple[list[FoundImage], Reading]:
    if data is not None:
        (path / name).write_text(json.dumps(data))
    reading = Reading(Images(["sub/one.jpg", "two.jpg"]), CLASSES)
    return list(Coco().read(path, reading)), reading


def one_instance(segmentation: object, **more: object) -> dict[str, Any]:
    record = {"id": 1, "image_id": 3, "category_id": 2, "iscrowd": 0, "segmentation": segmentation, **more}
    return sample(annotations=[record])


def mask_of(annotation: Annotation, number: int = 0) -> list[list[bool]]:
    mask: list[list[bool]] = rasterize(annotation).instances[number].to_mask().tolist()
    return mask


@pytest.fixture(autouse=True)
def _quiet(capsys):
    """pycocotools prints while it loads."""


def test_what_a_file_of_another_tool_means(tmp_path):
    (one, two), reading = found_in(tmp_path, SAMPLE)
    assert (one.image, one.size, two.image) == ("sub/one.jpg", SIZE, "two.jpg")
    assert reading.found_classes == [FoundClass("cup", 2), FoundClass("handle", 90)]
    parts, ring = one.read(SIZE).instances
    assert (parts.class_name, ring.class_name) == ("handle", "cup")
    assert [p.points.tolist() for p in parts.polygons] == [
        [[5, 5], [15, 5], [15, 15], [5, 15]],
        [[20, 20], [24.5, 20], [22, 27.25]],
    ]
    assert parts.attributes == {"occluded": False, "colour": "red", "rotation": 0.0}
    assert [(p.role, len(p.points)) for p in ring.polygons] == [(Role.INCLUDE, 4), (Role.EXCLUDE, 4)]
    crowd = two.read(SIZE)
    assert not crowd.instances
    assert [region.points.tolist() for region in crowd.ignore] == [[[0, 0], [2, 0], [2, 3], [0, 3]]]
    assert [loss for loss, _where in reading.losses] == [Loss.BOX]
    assert reading.losses[0][1].endswith("instances.json, annotations[3]")


def test_pycocotools_sees_the_same_pixels(tmp_path):
    (one, two), _reading = found_in(tmp_path, SAMPLE)
    coco = COCO(str(tmp_path / "instances.json"))
    theirs = [coco.annToMask(record).astype(bool) for record in coco.dataset["annotations"][:3]]
    assert mask_of(one.read(SIZE), 1) == theirs[1].tolist()
    assert rasterize(two.read(SIZE)).ignore.to_mask().tolist() == theirs[2].tolist()
    ours = rasterize(one.read(SIZE)).instances[0].to_mask()
    # The triangle has points that pycocotools rounds to fifths of a pixel.
    assert np.array_equal(ours[:18], theirs[0][:18])
    assert (ours ^ theirs[0]).sum() <= 1


@given(st.lists(st.booleans(), min_size=35, max_size=35), st.booleans())
def test_runs_of_others_are_their_pixels(tmp_path_factory, pixels, compressed):
    mask = np.array(pixels).reshape(5, 7)
    rle = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    counts: object = rle["counts"].decode()
    if not compressed:
        ends = np.flatnonzero(np.diff(mask.T.ravel(), prepend=False, append=~mask[-1, -1]))
        counts = np.diff(ends, prepend=0).tolist()
    data = one_instance({"size": [5, 7], "counts": counts})
    data["images"][0] |= {"width": 7, "height": 5}
    (one, _two), _reading = found_in(tmp_path_factory.mktemp("coco"), data)
    instances = one.read((7, 5)).instances
    assert (mask_of(one.read((7, 5))) if instances else np.zeros((5, 7), bool).tolist()) == mask.tolist()


@pytest.mark.parametrize("segmentation", ["rle", "rle-uncompressed", "polygons"])
def test_our_own_files_come_back_with_every_ignore_region_once(segmentation, tmp_path):
    ignore = [square(50, 50, 20), square(70, 10, 8)]
    drawn = annotation_of(
        instance_of(*ring_with_hole(), attributes={"occluded": True}),
        instance_of(polygon([(10.251, 10.749), (30.333, 11.5), (20.5, 40.125)]), class_name="edge"),
        ignore=ignore,
    )
    write(Coco(), {"photo.jpg": drawn}, tmp_path, {"segmentation": segmentation})
    reading = Reading(Images(["photo.jpg"]), CLASSES)
    (found,) = Coco().read(tmp_path / FILE, reading)
    back = found.read((100, 80))
    assert len(back.ignore) == 2
    assert rasterize(back).ignore.toggles.tolist() == rasterize(drawn).ignore.toggles.tolist()
    assert [(i.class_name, i.attributes) for i in back.instances] == [
        ("object", {"occluded": True}),
        ("edge", {}),
    ]
    assert [mask_of(back, n) for n in (0, 1)] == [mask_of(drawn, n) for n in (0, 1)]
    assert reading.found_classes == [FoundClass(entry.name, entry.index) for entry in CLASSES]
    assert not reading.losses


def test_polygons_of_ours_come_back_point_by_point(tmp_path):
    drawn = CASES["sub-pixel"]
    write(Coco(), {"photo.jpg": drawn}, tmp_path, {"segmentation": "polygons"})
    (found,) = Coco().read(tmp_path, Reading(Images(["photo.jpg"]), CLASSES))
    assert found.read((100, 80)).instances[0].polygons == drawn.instances[0].polygons


def test_a_crowd_drawn_as_polygons_is_ignored_too(tmp_path):
    (one, _two), _reading = found_in(tmp_path, one_instance([[1, 1, 9, 1, 9, 9]], iscrowd=1))
    annotation = one.read(SIZE)
    assert not annotation.instances
    assert [region.points.tolist() for region in annotation.ignore] == [[[1, 1], [9, 1], [9, 9]]]


def test_one_polygon_may_stand_without_the_list_around_it(tmp_path):
    (one, _two), _reading = found_in(tmp_path, one_instance([1, 1, 9, 1, 9, 9, 1, 9]))
    assert one.read(SIZE).instances[0].polygons[0].points.tolist() == [[1, 1], [9, 1], [9, 9], [1, 9]]


def test_what_has_no_area_is_left_out_and_said(tmp_path):
    points = {"keypoints": [10, 10, 2, 0, 0, 0], "num_keypoints": 1}
    data = one_instance([[1, 1, 9, 1, 9, 9], [2, 2, 3, 3]], **points)
    data["annotations"].append({"id": 2, "image_id": 3, "category_id": 2, **points})
    (one, _two), reading = found_in(tmp_path, data)
    (instance,) = one.read(SIZE).instances
    assert len(instance.polygons) == 1
    assert [loss for loss, _where in reading.losses] == [Loss.NO_AREA] * 4


def test_attributes_that_cannot_be_stored_are_left_out_and_said(tmp_path):
    data = json.dumps(
        one_instance([[1, 1, 9, 1, 9, 9]], attributes={"a": 1, "b": float("nan"), "c": "\ud800"})
    )
    (tmp_path / "instances.json").write_text(data)
    (one, _two), reading = found_in(tmp_path)
    assert one.read(SIZE).instances[0].attributes == {"a": 1}
    assert [loss for loss, _where in reading.losses] == [Loss.ATTRIBUTES]


def test_without_a_category_it_is_the_class_that_the_user_says(tmp_path):
    data = one_instance([[1, 1, 9, 1, 9, 9]])
    del data["annotations"][0]["category_id"]
    (one, _two), reading = found_in(tmp_path, data)
    assert one.read(SIZE).instances[0].class_name == reading.default_class


@pytest.mark.parametrize(
    ("segmentation", "more", "problem"),
    [
        ([[1, 1, 9, 1, 9, 9, 4]], {}, r"segmentation\[0\] is no polygon"),
        ([[1, 1, 9, 1, 9, None]], {}, r"segmentation\[0\] is no polygon"),
        ([[1, 1, 9, 1, 9, 1e300]], {}, r"segmentation\[0\] is no polygon"),
        ([[[1, 1], [9, 1], [9, 9]] * 2], {}, r"segmentation\[0\] is no polygon"),
        ([[1, 1, 9, 1, 9, 9], 4], {}, r"segmentation\[1\] must be a list"),
        ("1 1 9 9", {}, "segmentation must be an object"),
        ({"size": [30, 40]}, {}, "segmentation has no counts"),
        ({"size": [30, 40], "counts": [5, 5]}, {}, "do not add up"),
        ({"size": [30, 40], "counts": "\x00"}, {}, "means nothing"),
        ({"size": [10**9, 10**9], "counts": [10**18]}, {}, "is for 1000000000×1000000000 px"),
        ({"counts": [1200]}, {}, "size is not"),
        ([[1, 1, 9, 1, 9, 9]], {"category_id": 5}, "category that the file does not list"),
        ([[1, 1, 9, 1, 9, 9]], {"category_id": [2]}, "category_id must be a number or a text"),
        ([[1, 1, 9, 1, 9, 9]], {"attributes": 5}, "attributes must be an object"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_image_is_said_and_stops_no_other(segmentation, more, problem, tmp_path):
    data = one_instance(segmentation, **more)
    data["annotations"] += SAMPLE["annotations"][2:]
    (one, two), _reading = found_in(tmp_path, data)
    with pytest.raises(LabelerError, match=problem) as caught:
        one.read(SIZE)
    assert "instances.json, annotations[0]" in str(caught.value)
    assert two.read(SIZE).ignore


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"images": {}}, "is no COCO file"),
        ({"images": [5]}, r"images\[0\] must be an object"),
        ({"images": [{"id": 1}]}, r"images\[0\], file_name must be a text"),
        ({"images": [{"id": None, "file_name": "a"}]}, r"images\[0\], id must be"),
        ({"categories": [{"id": 1}]}, r"categories\[0\], name must be a text"),
        ({"categories": [{"id": 1, "name": " "}]}, r"categories\[0\] has no class name"),
        ({"annotations": [{"id": 1}]}, r"annotations\[0\], image_id must be"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_as_a_whole_is_named(changes, problem, tmp_path):
    path = tmp_path / "instances.json"
    path.write_text(json.dumps(sample(**changes)))
    with pytest.raises(LabelerError, match=problem) as caught:
        Coco().read(path, Reading(Images(["two.jpg"]), CLASSES))
    assert str(path) in str(caught.value)


def test_annotations_of_images_that_are_not_listed_are_not_lost_in_silence(tmp_path):
    found, reading = found_in(tmp_path, sample(images=SAMPLE["images"][:1]))
    assert [reading.images.match(image.image) for image in found] == ["sub/one.jpg", None]
    assert found[1].image == "image_id 9"


def test_a_folder_is_read_with_all_its_files_and_without_what_is_none(tmp_path):
    first, second = sample(images=SAMPLE["images"][:1]), sample(images=SAMPLE["images"][1:])
    first["annotations"], second["annotations"] = SAMPLE["annotations"][:2], SAMPLE["annotations"][2:]
    (tmp_path / "annotations").mkdir()
    for name, data in {
        "annotations/instances_train.json": first,
        "annotations/instances_val.json": second,
        # The same people again, with points.
        "annotations/person_keypoints_val.json": second,
        "photo.jpg.labels.json": {"format": "labeler.annotation"},
        "list.json": [1, 2],
    }.items():
        (tmp_path / name).write_text(json.dumps(data))
    found, _reading = found_in(tmp_path)
    assert [image.image for image in found] == ["sub/one.jpg", "two.jpg"]


def test_a_folder_without_any_says_what_it_looked_for(tmp_path):
    with pytest.raises(LabelerError, match="has no COCO file"):
        found_in(tmp_path, [1], "list.json")
