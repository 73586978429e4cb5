"""labelme files: what we write by its rules, and what it and people's scripts write as we read it."""

from __future__ import annotations

import base64
import io
import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labeler.document.model import Annotation, Role
from labeler.errors import LabelerError
from labeler.formats.labelme import Labelme
from labeler.formats.reading import Images, Reading
from labeler.formats.report import Loss
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, ring_with_hole, square
from tests.formats.cases import CASES, files_in, write
from tests.formats.test_roundtrip import mutated

SIZE = (100, 80)


def shape(label: str, points: list, **keys) -> dict:
    """As labelme writes it."""
    blank = {"group_id": None, "description": "", "shape_type": "polygon", "flags": {}, "mask": None}
    return {"label": label, "points": points, **blank, **keys}


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def mask_shape(label: str, left: int, top: int, pixels: np.ndarray, **keys) -> dict:
    """labelme's mask: a PNG, and the first and the last pixel of its place on the image."""
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    height, width = pixels.shape
    corners = [[left, top], [left + width - 1, top + height - 1]]
    text = base64.b64encode(file.getvalue()).decode()
    return shape(label, corners, shape_type="mask", mask=text, **keys)


def labelme_file(*shapes: dict, **keys) -> dict:
    head = {"version": "5.5.0", "flags": {}, "shapes": list(shapes), "imagePath": "photo.jpg"}
    return {**head, "imageData": None, "imageHeight": 80, "imageWidth": 100, **keys}


@pytest.fixture
def reading() -> Reading:
    return Reading(Images(["photo.jpg", "sub/other.png"]))


def found_in(folder: Path, reading: Reading, content: object, name: str = "photo.json") -> Annotation:
    """What is read for the one image that a file of this content is about."""
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    (found,) = Labelme().read(folder, reading)
    assert reading.images.match(found.image) == "photo.jpg"
    return found.read(SIZE)


@pytest.fixture
def read(tmp_path, reading):
    return lambda *shapes, **keys: found_in(tmp_path, reading, labelme_file(*shapes, **keys))


def pixels(annotation: Annotation) -> list[np.ndarray]:
    return [mask.to_mask() for mask in rasterize(annotation).instances]


def written(annotation: Annotation, out: Path) -> dict:
    write(Labelme(), {"photo.jpg": annotation}, out)
    return json.loads((out / "photo.json").read_bytes())


# --- writing -----------------------------------------------------------------------------------------------


def test_a_polygon_is_written_with_the_keys_that_labelme_writes(tmp_path):
    data = written(annotation_of(square(10, 10, 20.5), flags={"verified": True}), tmp_path)
    assert list(data) == list(labelme_file())
    assert data["flags"] == {"verified": True}
    assert (data["imagePath"], data["imageData"]) == ("photo.jpg", None)
    assert (data["imageHeight"], data["imageWidth"]) == (80, 100)
    assert data["shapes"] == [shape("object", box(10, 10, 30.5, 30.5))]


def test_the_file_lies_where_labelme_looks_for_it_and_names_the_image_beside_it(tmp_path):
    images = {"sub/photo.jpg": CASES["one"], "two.jpg": CASES["one"], "two.png": CASES["one"]}
    write(Labelme(), images, tmp_path)
    assert set(files_in(tmp_path)) == {"sub/photo.json", "two.jpg.json", "two.png.json", "labels.txt"}
    assert json.loads((tmp_path / "sub/photo.json").read_bytes())["imagePath"] == "photo.jpg"


def test_the_list_of_labels_begins_as_labelmes_scripts_want_it(tmp_path):
    written(CASES["one"], tmp_path)
    lines = (tmp_path / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert lines == ["__ignore__", "_background_", "object", "Käse/Brot", "edge"]


def test_a_hole_is_cut_and_one_group_holds_the_rings_together(tmp_path):
    report = write(Labelme(), {"photo.jpg": annotation_of(ring_with_hole(), square(70, 5, 9))}, tmp_path)
    shapes = json.loads((tmp_path / "photo.json").read_bytes())["shapes"]
    assert [one["group_id"] for one in shapes] == [1, 1, None]
    assert report.losses[Loss.HOLES].count == 1
    assert (report.instances, report.files) == (2, 2)


def test_what_labelme_has_no_key_for_stays_beside_its_own_keys(tmp_path, reading):
    values = {"occluded": True, "description": "left one", "depth": 2.5, "parts": ["a", 1], "locked": True}
    drawn = annotation_of(
        instance_of(square(), attributes=values), flags={"verified": True, "weather": "fog"}
    )
    data = written(drawn, tmp_path)
    (one,) = data["shapes"]
    assert (one["flags"], one["description"], one["locked"]) == ({"occluded": True}, "left one", True)
    assert one["attributes"] == {"depth": 2.5, "parts": ["a", 1]}
    assert data["attributes"] == {"weather": "fog"}
    (found,) = Labelme().read(tmp_path, reading)
    back = found.read(SIZE)
    assert back.flags == drawn.flags
    assert back.instances[0].attributes == values


@pytest.mark.parametrize("parts", [1, 2])
def test_group_numbers_come_back_and_never_join_two_instances(tmp_path, reading, parts):
    things = [square(5, 5, 10), square(40, 5, 10)][:parts]
    drawn = annotation_of(
        instance_of(*things, id="a", attributes={"group_id": 1}),
        instance_of(square(5, 40, 10), id="b", attributes={"group_id": 1}),
        instance_of(square(40, 40, 10), square(60, 40, 10), id="c"),
        instance_of(square(80, 5, 5), id="d", attributes={"group_id": "left"}),
    )
    written(drawn, tmp_path)
    (found,) = Labelme().read(tmp_path, reading)
    back = found.read(SIZE)
    assert [one.attributes for one in back.instances] == [one.attributes for one in drawn.instances]
    assert all(np.array_equal(*pair) for pair in zip(pixels(back), pixels(drawn), strict=True))


def test_values_that_no_json_has_are_left_out_and_said(tmp_path):
    drawn = annotation_of(instance_of(square(), attributes={"score": float("nan"), "name": "x"}))
    report = write(Labelme(), {"photo.jpg": drawn}, tmp_path)
    assert report.losses[Loss.ATTRIBUTES].first == "photo.jpg, i1"
    (one,) = json.loads((tmp_path / "photo.json").read_bytes())["shapes"]
    assert one["attributes"] == {"name": "x"}


def test_ignore_regions_have_the_label_that_labelmes_scripts_leave_out(tmp_path):
    shapes = written(CASES["ignore"], tmp_path)["shapes"]
    assert [one["label"] for one in shapes] == ["object", "__ignore__", "__ignore__"]


# --- reading -----------------------------------------------------------------------------------------------


def test_every_shape_with_an_area_becomes_an_instance(read, reading):
    back = read(
        shape("a", box(10, 10, 20, 20)),
        shape("b", [[30, 40], [20, 10]], shape_type="rectangle"),
        shape("c", [[50, 40], [53, 44]], shape_type="circle"),
        shape("d", box(60, 10, 70, 20), shape_type="oriented_rectangle"),
        mask_shape("e", 80, 60, np.eye(5, 9)),
    )
    assert [one.class_name for one in back.instances] == ["a", "b", "c", "d", "e"]
    a, b, c, d, e = pixels(back)
    assert a[10:20, 10:20].all()
    assert b[10:40, 20:30].all()
    assert d[10:20, 60:70].all()
    assert [one.sum() for one in (a, b, d)] == [100, 300, 100]
    rows, columns = np.mgrid[:80, :100] + 0.5
    assert np.array_equal(c, np.hypot(columns - 50, rows - 40) < 5)
    assert np.array_equal(e[60:65, 80:89], np.eye(5, 9))
    assert e.sum() == 5
    assert not reading.losses


def test_lines_and_points_have_no_area_and_are_named(read, reading):
    back = read(
        shape("a", [[1, 1]], shape_type="point"),
        shape("a", [[1, 1], [9, 9]], shape_type="line"),
        shape("a", [[1, 1], [9, 9], [9, 1]], shape_type="linestrip"),
        shape("a", [[1, 1], [9, 9]], shape_type="points"),
        shape("a", [[1, 1], [9, 9]]),
        shape("a", [[1, 1], [1, 9]], shape_type="rectangle"),
        shape("a", [[1, 1], [1, 1]], shape_type="circle"),
        mask_shape("a", 5, 5, np.zeros((3, 3))),
    )
    assert not back.instances
    assert [loss for loss, _ in reading.losses] == [Loss.NO_AREA] * 8
    assert reading.losses[0][1].endswith("photo.json, shapes[0]")


def test_one_label_and_one_group_are_one_instance(read):
    back = read(
        shape("a", box(10, 10, 20, 20), group_id=7),
        shape("b", box(30, 10, 40, 20), group_id=7),
        shape("a", box(10, 30, 20, 40), group_id=7, flags={"cut": True}),
        shape("a", box(30, 30, 40, 40), group_id=8),
        shape("a", box(50, 50, 60, 60)),
    )
    assert [(one.class_name, len(one.polygons)) for one in back.instances] == [
        ("a", 2), ("b", 1), ("a", 1), ("a", 1),
    ]  # fmt: skip
    # 7 joins two classes, and 8 holds nothing together: both numbers say something of their own.
    assert [one.attributes for one in back.instances] == [
        {"group_id": 7, "cut": True}, {"group_id": 7}, {"group_id": 8}, {},
    ]  # fmt: skip


def test_a_mask_may_lie_partly_outside_and_at_fractions_where_it_was_moved_to(read):
    full = np.ones((6, 4))
    moved = {**mask_shape("b", 0, 0, full), "points": [[49.6, 30.4], [52.6, 35.4]]}
    left, inside = pixels(read(mask_shape("a", -2, -1, full), moved))
    assert left[:5, :2].all()
    assert left.sum() == 10
    assert inside[30:36, 50:54].all()
    assert inside.sum() == 24


def test_the_hole_of_a_mask_does_not_cut_another_mask_of_the_same_instance(read):
    ring = np.pad(np.zeros((4, 4)), 3, constant_values=1)
    for shapes in (
        [mask_shape("a", 14, 14, np.ones((2, 2)), group_id=1), mask_shape("a", 10, 10, ring, group_id=1)],
        [mask_shape("a", 10, 10, ring, group_id=1), mask_shape("a", 14, 14, np.ones((2, 2)), group_id=1)],
    ):
        (mask,) = pixels(read(*shapes))
        assert mask.sum() == 100 - 16 + 4
        assert mask[14:16, 14:16].all()


def test_ignored_labels_are_ignore_regions_and_backgrounds_cut_what_lies_below(read):
    back = read(
        shape("a", box(10, 10, 30, 30)),
        shape("_background_", box(15, 15, 20, 20)),
        shape("b", box(12, 12, 40, 40)),
        shape("__ignore__", box(0, 0, 5, 5)),
        mask_shape("__ignore__", 90, 70, np.pad(np.zeros((2, 2)), 2, constant_values=1)),
    )
    a, b = pixels(back)
    assert (a.sum(), b.sum()) == (400 - 25, 28 * 28)
    assert not a[15:20, 15:20].any()
    assert [len(one.polygons) for one in back.instances] == [2, 1]
    assert back.instances[0].polygons[1].role is Role.EXCLUDE
    assert rasterize(back).ignore.area == 25 + 36 - 4


def test_flags_and_notes_come_along_and_embedded_images_do_not(read):
    back = read(
        shape("a", box(10, 10, 30, 30), flags={"hard": False, "cut": True}, description="seen twice"),
        flags={"blurred": True, "night": False},
        imageData="A" * 4000,
    )
    assert back.flags == {"blurred": True, "night": False}
    assert back.instances[0].attributes == {"hard": False, "cut": True, "description": "seen twice"}


def test_values_that_a_sidecar_cannot_hold_are_left_out_and_named(read, reading):
    back = read(shape("a", box(1, 1, 9, 9), description="\ud800", attributes={"a": float("nan"), "b": 1}))
    assert back.instances[0].attributes == {"b": 1}
    assert [loss for loss, _ in reading.losses] == [Loss.ATTRIBUTES]


def test_files_of_labelme_3_without_types_and_groups_are_polygons(read):
    old = {"label": "a", "points": box(1, 1, 9, 9), "line_color": None, "fill_color": None}
    (one,) = read(old, lineColor=[0, 255, 0, 128]).instances
    assert one.attributes == {}


def test_labels_are_listed_in_the_order_of_their_file_wherever_it_lies(tmp_path, reading):
    for split in ("train", "val"):
        (tmp_path / split).mkdir()
        text = "__ignore__\n_background_\ncat\n\ndog\n"
        (tmp_path / split / "labels.txt").write_text(text, encoding="utf-8")
    found_in(tmp_path, reading, labelme_file(shape("dog", box(1, 1, 9, 9))))
    assert [(one.name, one.index) for one in reading.found_classes] == [("cat", 1), ("dog", 2)]


# --- which image -------------------------------------------------------------------------------------------


def images_of(source: Path, names: list[str]) -> list[str | None]:
    reading = Reading(Images(names))
    return [reading.images.match(found.image) for found in Labelme().read(source, reading)]


def put(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_name_of_the_file_says_which_image_else_what_is_in_it(tmp_path):
    names = ["a/photo.jpg", "b/photo.jpg", "photo.a.jpg", "photo.b.jpg", "new.png"]
    put(tmp_path / "train/a/photo.json", labelme_file())
    put(tmp_path / "val/b/photo.json", labelme_file(imagePath="..\\b\\photo.jpg"))
    put(tmp_path / "photo.a.jpg.json", labelme_file(imagePath="photo.a.jpg"))
    put(tmp_path / "photo.b.json", labelme_file(imagePath="photo.b.jpg"))
    put(tmp_path / "x1.json", labelme_file(imagePath="C:\\images\\new.jpg"))
    put(tmp_path / "x2.json", labelme_file(imagePath="gone.jpg"))
    found = images_of(tmp_path, names)
    assert found == ["photo.a.jpg", "photo.b.jpg", "a/photo.jpg", "b/photo.jpg", "new.png", None]


def test_other_json_files_that_lie_about_are_passed_by(tmp_path):
    put(tmp_path / "photo.jpg.labels.json", {"format": "labeler.annotation"})
    put(tmp_path / "labeler.json", {"format": "labeler.dataset"})
    put(tmp_path / "annotations.json", {"images": [], "annotations": []})
    (tmp_path / "broken.json").write_bytes(b"{")
    assert images_of(tmp_path, ["photo.jpg"]) == []
    with pytest.raises(LabelerError, match=r"annotations\.json is no file of labelme"):
        Labelme().read(tmp_path / "annotations.json", Reading(Images(["photo.jpg"])))


def test_a_file_alone_can_be_the_source(tmp_path):
    put(tmp_path / "photo.json", labelme_file(shape("a", box(1, 1, 9, 9))))
    assert images_of(tmp_path / "photo.json", ["sub/photo.jpg"]) == ["sub/photo.jpg"]


# --- what is wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (labelme_file(imageWidth=99), r"is for 99×80 px, but the image has 100×80"),
        (labelme_file(shape("a", box(1, 1, 9, 9), shape_type="blob")), r"shapes\[0\] .*'blob'"),
        (labelme_file(shape("a", [[1, 1], [2, "x"], [3, 3]])), r"shapes\[0\] is no polygon"),
        (labelme_file(shape("a", [[1, 1], [2, 1e9], [3, 3]])), r"shapes\[0\] is no polygon"),
        (labelme_file(shape("", box(1, 1, 9, 9))), r"shapes\[0\] has no class name"),
        (labelme_file(shape("a", box(1, 1, 9, 9), group_id=[1])), r"group_id"),
        (labelme_file(shape("a", box(1, 1, 9, 9), flags=[1])), r"flags must be an object"),
        (labelme_file(shape("a", [[1, 1], [5, 5]], shape_type="mask", mask="AAAA")), r"no whole PNG"),
        (labelme_file(mask_shape("a", 0, 0, np.ones((81, 9)))), r"a mask of 9×81 px"),
        (labelme_file(3), r"shapes\[0\] must be an object"),
        ({"shapes": 3}, r"is no file of labelme"),
        ([], r"is no file of labelme"),
    ],
)
def test_what_is_wrong_is_said_of_the_image_it_is_about(tmp_path, reading, wrong, said):
    with pytest.raises(LabelerError, match=said):
        found_in(tmp_path, reading, wrong)


def test_a_mask_that_claims_to_be_huge_takes_no_memory(read):
    """A header alone, as a small file would have it that unpacks to gigabytes."""
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\xff\xff\xff" * 2 + b"\x01\0\0\0\0\0\0\0\0"
    text = base64.b64encode(header + b"\0\0\0\0IEND\xae\x42\x60\x82").decode()
    with pytest.raises(LabelerError, match="a mask of 16777215×16777215 px"):
        read(shape("a", [[0, 0], [9, 9]], shape_type="mask", mask=text))


RICH = labelme_file(
    shape("a", box(10, 10, 30, 30), group_id=1, flags={"x": True}, description="n"),
    shape("a", box(40, 10, 60, 30), group_id=1),
    shape("_background_", box(15, 15, 20, 20)),
    shape("b", [[30, 40], [20, 10]], shape_type="rectangle"),
    shape("c", [[50, 40], [53, 44]], shape_type="circle"),
    shape("d", [[1, 1]], shape_type="point"),
    mask_shape("e", 80, 60, np.eye(5, 9)),
    mask_shape("__ignore__", 0, 60, np.eye(5, 9)),
    flags={"night": True},
)


@given(seed=st.integers(0, 2**32), count=st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_spoiled_files_are_read_or_refused_in_a_sentence(tmp_path_factory, seed, count):
    randomly = random.Random(seed)
    data = json.dumps(RICH).encode()
    for _ in range(count):
        data = mutated(data or b" ", randomly)
    folder = tmp_path_factory.mktemp("spoiled")
    (folder / "photo.json").write_bytes(data)
    for found in Labelme().read(folder, Reading(Images(["photo.jpg"]))):
        try:
            annotation = found.read(SIZE)
        except LabelerError:
            continue
        rasterize(annotation)
