"""YOLO-seg labels: what Ultralytics finds and reads, exact masks for holes and parts, and files of others."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.document.model import Annotation, Role
from labeler.errors import LabelerError
from labeler.formats.base import ClassInfo, Job
from labeler.formats.data_yaml import data_yaml, read_names
from labeler.formats.reading import FoundClass, FoundImage, Images, Reading
from labeler.formats.report import Loss
from labeler.formats.yolo import DATA, Yolo
from labeler.geometry.packed import canonical
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square, triangle
from tests.formats.cases import CASES, CLASSES, ClassEntry, circle, files_in, item, write

SIZE = (100, 80)


def read(source: Path, *names: str, classes: Any = CLASSES) -> tuple[list[FoundImage], Reading]:
    reading = Reading(Images(names or ("photo.jpg",)), classes)
    return list(Yolo().read(source, reading)), reading


def written(folder: Path, text: str, name: str = "labels/photo.txt") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def rings_in(text: str, size: tuple[int, int]) -> list[NDArray[np.float64]]:
    """The rings of a label file in pixels, to the 1/1000 px, by the format's documentation."""
    lines = (np.array(line.split()[1:], dtype=np.float64) for line in text.splitlines())
    return [np.round(line.reshape(-1, 2) * size, 3) for line in lines]


def filled(ring: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels whose centre is inside by the even-odd rule, nudged right and down if it is on an edge."""
    x, y = np.meshgrid(np.arange(size[0]) + 0.5 + 1e-5, np.arange(size[1]) + 0.5 + 1e-10)
    inside = np.zeros(x.shape, dtype=np.bool_)
    for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0)):
        if ax != bx:
            crosses = (ax > x) != (bx > x)
            inside ^= crosses & (y > ay + (x - ax) * ((by - ay) / (bx - ax)))
    return inside


# --- written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_every_line_is_the_mask_of_its_instance(case, tmp_path):
    annotation = CASES[case]
    write(Yolo(), {"photo.jpg": annotation}, tmp_path)
    text = (tmp_path / "labels/photo.txt").read_text()
    masks = [mask.to_mask() for mask in rasterize(annotation).instances if not mask.is_empty]
    rings = rings_in(text, SIZE)
    for ring, mask in zip(rings, masks, strict=True):
        assert np.array_equal(filled(ring, SIZE), mask)


def test_holes_and_parts_are_one_line_and_that_is_said(tmp_path):
    things = {"a.jpg": CASES["two parts"], "b.jpg": CASES["island in a hole"], "c.jpg": CASES["one"]}
    report = write(Yolo(), things, tmp_path)
    assert [len((tmp_path / f"labels/{name}.txt").read_text().splitlines()) for name in "abc"] == [1, 1, 1]
    assert report.losses[Loss.BRIDGED].count == 2
    assert report.losses[Loss.BRIDGED].first == "a.jpg, i1"


def test_a_line_is_the_class_less_one_and_shares_of_the_image(tmp_path):
    things = annotation_of(
        instance_of(rectangle(10, 20, 30, 60), class_name="edge"),
        rectangle(0, 0, 100, 80),
        triangle(0.125, 0.5, 40),
    )
    write(Yolo(), {"photo.jpg": things}, tmp_path)
    assert (tmp_path / "labels/photo.txt").read_text() == (
        "253 0.1 0.25 0.3 0.25 0.3 0.75 0.1 0.75\n"
        "0 0 0 1 0 1 1 0 1\n"
        "0 0.00125 0.00625 0.40125 0.00625 0.00125 0.50625\n"
    )


def test_nothing_lies_outside_of_what_ultralytics_takes(tmp_path):
    write(Yolo(), {f"{case}.jpg": annotation for case, annotation in CASES.items()}, tmp_path)
    for path in (tmp_path / "labels").iterdir():
        for line in path.read_text().splitlines():
            number, *shares = line.split()
            assert number.isdigit()
            assert len(shares) % 2 == 0
            assert len(shares) >= 6
            assert all(0 <= float(share) <= 1 for share in shares)
            assert "e" not in line


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (999, 3), (1920, 1080), (9999, 10001), (99_999, 70_001)]
)
def test_points_come_back_to_the_thousandth(width, height, tmp_path):
    random = np.random.default_rng(width)
    things = [polygon(random.integers(0, (width * 1000, height * 1000), (3, 2)) / 1000) for _ in range(50)]
    report = write(Yolo(), {"photo.jpg": annotation_of(*things, width=width, height=height)}, tmp_path)
    reading = Reading(Images(["photo.jpg"]), CLASSES)
    (found,) = Yolo().read(tmp_path, reading)
    back = {canonical(i.polygons[0].points) for i in found.read((width, height)).instances}
    assert back <= {canonical(thing.points) for thing in things}
    assert len(back) == report.instances > 0


def test_labels_are_where_ultralytics_looks_for_those_of_an_image():
    """Its rule: the last folder called images in the path becomes labels, the suffix .txt."""
    for name in (
        "a.jpg",
        "sub/a.JPG",
        "images/a.png",
        "images/images/a.b.png",
        "labels/a.png",
        "myimages/a.tif",
    ):
        for split in ("", "val"):
            image = replace(item(name, CASES["one"]), split=split)
            job = Job(CLASSES, splits=("train", "val"))
            page = _page(image, job)
            place = f"/data/{Yolo().image_place(image, job)}".replace("/", os.sep)
            looked_for = f"{os.sep}labels{os.sep}".join(place.rsplit(f"{os.sep}images{os.sep}", 1))
            assert f"/data/{page.files[0][0]}".replace("/", os.sep) == looked_for.rsplit(".", 1)[0] + ".txt"


def _page(image, job):
    from labeler.formats.base import Page

    page = Page()
    Yolo().add(page, image, job)
    return page


def test_images_of_one_stem_have_labels_of_their_own(tmp_path):
    images = {"a.jpg": CASES["one"], "a.png": CASES["hole"]}
    write(Yolo(), images, tmp_path)
    assert sorted(files_in(tmp_path)) == ["data.yaml", "labels/a.jpg.txt", "labels/a.png.txt"]
    found, _reading = read(tmp_path, *images)
    assert [one.image for one in found] == ["a.jpg", "a.png"]


def test_splits_have_folders_and_the_data_file_names_them(tmp_path):
    images = {"a/1.jpg": CASES["one"], "2.jpg": CASES["one"], "3.jpg": CASES["one"]}
    write(Yolo(), images, tmp_path, splits=dict(zip(images, ("train", "val", "test"))))
    assert sorted(files_in(tmp_path)) == [
        "data.yaml", "labels/test/3.txt", "labels/train/a/1.txt", "labels/val/2.txt",
    ]  # fmt: skip
    lines = (tmp_path / DATA).read_text().splitlines()
    assert lines[:3] == ["train: images/train", "val: images/val", "test: images/test"]


def test_the_data_file_has_a_name_for_every_number(tmp_path):
    classes = (ClassEntry("cup", 2, "#000000"), ClassEntry('a "b": #c\\', 4, "#000000"))
    assert data_yaml(classes, ("",)).decode() == (
        "train: images\nval: images\nnames:\n"
        '  0: "unused_1"\n  1: "cup"\n  2: "unused_3"\n  3: "a \\"b\\": #c\\\\"\n'
    )


def test_what_has_no_place_is_said(tmp_path):
    noted = instance_of(square(), attributes={"occluded": True})
    nothing = instance_of(rectangle(20.6, 20.6, 20.9, 20.9), id="dot")
    drawn = annotation_of(noted, nothing, ignore=[triangle()], flags={"verified": True})
    report = write(Yolo(), {"photo.jpg": drawn}, tmp_path)
    assert {loss: lost.count for loss, lost in report.losses.items()} == {
        Loss.IGNORE: 1, Loss.ATTRIBUTES: 2, Loss.EMPTY: 1,
    }  # fmt: skip


def test_an_image_with_nothing_on_it_has_an_empty_file(tmp_path):
    write(Yolo(), {"photo.jpg": CASES["nothing"]}, tmp_path)
    assert (tmp_path / "labels/photo.txt").read_bytes() == b""


# --- read --------------------------------------------------------------------------------------------------

#: As Ultralytics' own data sets have it.
THEIRS = """\
# COCO8-seg dataset (first 8 images)
path: ../datasets/coco8-seg # dataset root dir
train: images/train # train images (relative to 'path') 4 images
val: images/val # val images (relative to 'path') 4 images
test: # test images (optional)

# Classes
names:
  0: person
  1: traffic light  # red or green

  2: 'driver''s seat'
# Download script/URL (optional)
download: https://example.org/coco8-seg.zip
"""


def test_a_data_set_as_ultralytics_has_it(tmp_path):
    written(tmp_path, THEIRS, "coco8-seg.yaml")
    written(tmp_path, "1 0.1 0.1 0.5 0.1 0.5 0.5\n\n0 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.75 0.5 0.75 0.75 0.93\n",
            "labels/train/photo.txt")  # fmt: skip
    for source in (tmp_path, tmp_path / "coco8-seg.yaml"):
        (found,), reading = read(source)
        assert reading.images.match(found.image) == "photo.jpg"
        light, seat = found.read(SIZE).instances
        assert (light.class_name, seat.class_name) == ("traffic light", "driver's seat")
        assert light.polygons[0].points.tolist() == [[10, 8], [50, 8], [50, 40]]
        assert seat.polygons[0].points.tolist() == [[50, 40], [75, 40], [75, 60]]
        assert [loss for loss, _where in reading.losses] == [Loss.BOX]
        assert reading.losses[0][1].endswith("photo.txt, line 3")
        assert reading.found_classes == [
            FoundClass("person", 1), FoundClass("traffic light", 2), FoundClass("driver's seat", 3),
        ]  # fmt: skip


@pytest.mark.parametrize("case", ["hole", "two holes", "two parts", "island in a hole", "cut in two"])
def test_channels_come_off_again(case, tmp_path):
    write(Yolo(), {"photo.jpg": CASES[case]}, tmp_path)
    (found,), _reading = read(tmp_path)
    (instance,) = found.read(SIZE).instances
    assert [p.role for p in instance.polygons].count(Role.INCLUDE) == (
        2 if case != "hole" and "holes" not in case else 1
    )
    assert len(instance.polygons) > 1
    assert rasterize(found.read(SIZE)).union.toggles.tolist() == rasterize(CASES[case]).union.toggles.tolist()


def test_rings_that_only_seem_to_be_joined_stay_as_they_are(tmp_path):
    """Two squares over each other: taken apart and walked, what lies in both would be another mask."""
    line = "0 0.1 0.1 0.5 0.1 0.5 0.5 0.3 0.3 0.7 0.3 0.7 0.7 0.3 0.7 0.3 0.3 0.5 0.5 0.1 0.5"
    (found,), _reading = read(written(tmp_path, line))
    (instance,) = found.read(SIZE).instances
    assert len(instance.polygons) == 1
    assert len(instance.polygons[0].points) == 10


def test_our_own_files_come_back_without_names_for_gaps(tmp_path):
    write(Yolo(), {"photo.jpg": CASES["overlap"]}, tmp_path)
    (found,), reading = read(tmp_path)
    assert reading.found_classes == [FoundClass(entry.name, entry.index) for entry in CLASSES]
    assert [i.class_name for i in found.read(SIZE).instances] == ["object", "Käse/Brot", "object"]
    assert not reading.losses


def test_labels_beside_images_and_a_list_of_classes(tmp_path):
    """As label programs write it: everything in one folder."""
    written(tmp_path, "cup\nhandle\n", "classes.txt")
    written(tmp_path, "1 0.1 0.1 0.5 0.1 0.5 0.5", "photo.txt")
    (found,), reading = read(tmp_path)
    assert reading.images.match(found.image) == "photo.jpg"
    assert found.read(SIZE).instances[0].class_name == "handle"
    assert reading.found_classes == [FoundClass("cup", 1), FoundClass("handle", 2)]


def test_without_names_the_numbers_are_those_of_the_dataset(tmp_path):
    (found,), _reading = read(written(tmp_path, "6 0.1 0.1 0.5 0.1 0.5 0.5\n8.0 0.1 0.1 0.5 0.1 0.5 0.5"))
    assert [i.class_name for i in found.read(SIZE).instances] == ["Käse/Brot", "class 9"]


@pytest.mark.parametrize(
    ("label", "image"),
    [
        ("labels/train/a.txt", "images/train/a.jpg"),
        ("labels/val/a.txt", "a.jpg"),
        ("labels/val/sub/a.txt", "sub/a.jpg"),
        ("train/labels/a.txt", "a.jpg"),
        ("train/labels/b.rf.1f2e.txt", "train/images/b.rf.1f2e.jpg"),
        ("images/labels/a.txt", "images/a.jpg"),
        ("labels/sub/c.jpg.txt", "sub/c.jpg"),
        ("labels/sub/c.png.txt", "sub/c.png"),
        ("labels/none.txt", None),
    ],
)
def test_the_image_of_a_label_is_found(label, image, tmp_path):
    names = ["images/train/a.jpg", "a.jpg", "sub/a.jpg", "train/images/b.rf.1f2e.jpg", "images/a.jpg",
             "sub/c.jpg", "sub/c.png"]  # fmt: skip
    (found,), reading = read(written(tmp_path, "", label), *names)
    assert reading.images.match(found.image) == image


def test_boxes_with_keypoints_are_not_taken_for_rings(tmp_path):
    written(tmp_path, "kpt_shape: [2, 3]\nnames: [cup]\n", DATA)
    (found,), reading = read(written(tmp_path, "0 0.5 0.5 0.2 0.2 0.1 0.1 2 0.3 0.3 2"))
    assert not found.read(SIZE).instances
    assert [loss for loss, _where in reading.losses] == [Loss.BOX]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("0 0.1 0.1 0.5 0.1 0.5 x", "is not made of numbers"),
        ("0 0.1 0.1 0.5 nan 0.5 0.5", "not shares"),
        ("0 10 10 50 10 50 50", "not shares"),
        ("-1 0.1 0.1 0.5 0.1 0.5 0.5", "number of a class"),
        ("0.5 0.1 0.1 0.5 0.1 0.5 0.5", "number of a class"),
        ("1e9 0.1 0.1 0.5 0.1 0.5 0.5", "number of a class"),
        ("0", "is no polygon"),
        ("0 0.1 0.1", "is no polygon"),
    ],
)
def test_a_line_that_is_wrong_is_named(line, problem, tmp_path):
    (found,), _reading = read(written(tmp_path, f"0 0.5 0.5 0.2 0.2\n{line}\n"))
    with pytest.raises(LabelerError, match=problem) as caught:
        found.read(SIZE)
    assert "photo.txt, line 2" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "names: [cup, 'a, b', \"c\\n\\u00e4\"]",
        "names:\n- cup\n- 'a, b'\n- \"c\\n\\u00e4\"\nnc: 3",
        "names:\n  - cup # a comment\n\n  # another\n  - a, b\n  - \"c\\n\\xe4\" # with \" in it",
        "nc: 3\nnames:\n  0: cup\n  1: a, b\n  2: \"c\\n\\U000000e4\"\nother: 1",
        "names: {0: cup, '1': 'a, b', 2: \"c\\nä\"}",
        "names: [\n  cup,  # first\n  'a, b',\n  \"c\\nä\",\n]\n",
        "names:\n  ['cup', 'a, b', \"c\\nä\"]",
        "\ufeffnames: ['cup','a, b',\"c\\nä\"]\r\n",
    ],
)  # fmt: skip
def test_names_are_read_however_they_are_written(text, tmp_path):
    path = tmp_path / DATA
    path.write_bytes(text.encode())
    assert read_names(path) == {0: "cup", 1: "a, b", 2: "c\nä"}


@pytest.mark.parametrize(
    "text",
    [
        "names: cup", "names: &all [cup]", "names: [cup", "names: [cup, {a: b}]", "names: [[cup]]",
        "names: {cup: 0}", "names: [cup}", "names:\n  0 cup", "names:\n  cup: 0", "names:\n  0: cup\n  1:",
        "names:\n  0: |\n    cup",
        "names:\n  - - cup", "names:\n  - a: b", "names:\n  0: *x", 'names: ["\\q"]', "names: ['cup' 'b']",
        'names:\n  0: "cup" x', "names: [\"a", "names:\n  99999999: cup", 'names: ["\\UFFFFFFFF"]',
    ],
)  # fmt: skip
def test_names_that_mean_something_else_are_refused_and_the_way_out_is_said(text, tmp_path):
    path = tmp_path / DATA
    path.write_text(text)
    with pytest.raises(LabelerError, match="one a line") as caught:
        read_names(path)
    assert str(path) in str(caught.value)


def test_any_name_comes_back(tmp_path):
    names = [
        "a",
        "#",
        "- x",
        "'",
        '"',
        "\\",
        "a: b",
        "yes",
        "0",
        "[",
        "é",
        "日本",
        "😀",
        "a\u2028b",
        "x\x85",
        "~",
        "null",
    ]
    classes: list[ClassInfo] = [ClassEntry(name, n, "#000000") for n, name in enumerate(names, 1)]
    path = tmp_path / DATA
    path.write_bytes(data_yaml(classes, ("",)))
    assert list(read_names(path).values()) == names
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3 + len(names)


def test_a_round_thing_with_many_holes_stays_exact(tmp_path):
    holes = [polygon(circle(x, y, 7.3), Role.EXCLUDE) for x in (30, 50, 70) for y in (25, 42, 59)]
    drawn: Annotation = annotation_of((polygon(circle(50, 42, 38.2, 90)), *holes), ring_with_hole(2, 2, 9))
    write(Yolo(), {"photo.jpg": drawn}, tmp_path)
    (found,), _reading = read(tmp_path)
    back = rasterize(found.read(SIZE)).instances
    assert [one.toggles.tolist() for one in back] == [
        one.toggles.tolist() for one in rasterize(drawn).instances
    ]
    assert [len(i.polygons) for i in found.read(SIZE).instances] == [10, 2]
