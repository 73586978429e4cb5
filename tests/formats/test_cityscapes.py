"""Cityscapes' folders: read as its own scripts do, and read back from files as they are there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.formats.base import Job
from labeler.formats.cityscapes import Cityscapes
from labeler.formats.reading import FoundClass, FoundImage, Images, Reading
from labeler.formats.report import Loss
from labeler.raster.masks import indexed
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, rectangle, ring_with_hole, square, triangle
from tests.formats.cases import CASES, CLASSES, ClassEntry, files_in, item, write

SIZE = (100, 80)
INDEX = {entry.name: entry.index for entry in CLASSES}
PLACE = "gtFine/train/default/photo_gtFine"


def written(annotation: Annotation, out: Path):
    return write(Cityscapes(), {"photo.jpg": annotation}, out)


def pixels(path: Path) -> np.ndarray:
    return cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_UNCHANGED)


def polygons(folder: Path, *objects: dict, name: str = "aachen_000000_000019", city: str = "aachen") -> Path:
    """A file as in the dataset."""
    path = folder / "gtFine" / "train" / city / f"{name}_gtFine_polygons.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"imgHeight": SIZE[1], "imgWidth": SIZE[0], "objects": objects}, indent=4))
    return path


def an(label: str, *points: tuple[float, float], **others: object) -> dict:
    return {"label": label, "polygon": points, **others}


def box(label: str, left: float, top: float, right: float, bottom: float, **others: object) -> dict:
    return an(label, (left, top), (right, top), (right, bottom), (left, bottom), **others)


def reading_of(*names: str) -> Reading:
    return Reading(Images(names))


def read(source: Path, *names: str) -> tuple[Annotation, Reading]:
    reading = reading_of(*names)
    (found,) = Cityscapes().read(source, reading)
    return found.read(SIZE), reading


# --- writing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_ids_are_class_indices_and_instances_count_within_their_class(case, tmp_path):
    annotation = CASES[case]
    report = written(annotation, tmp_path)
    masks = rasterize(annotation)
    names = [instance.class_name for instance in annotation.instances]
    assert np.array_equal(
        pixels(tmp_path / f"{PLACE}_labelIds.png"), indexed(masks, [INDEX[name] for name in names])
    )
    expected = np.zeros(SIZE[::-1], dtype=np.uint16)
    counts = dict.fromkeys(INDEX, 0)
    for name, runs in zip(names, masks.instances):
        number = INDEX[name] * 1000 + counts[name]
        expected[runs.to_mask()] = INDEX[name] if INDEX[name] > 65 else number
        counts[name] += not runs.is_empty
    expected[masks.ignore.to_mask()] = 255
    with Image.open(tmp_path / f"{PLACE}_instanceIds.png") as image:
        assert image.mode == "I;16"
        assert np.array_equal(np.asarray(image), expected)
    assert (Loss.NUMBER in report.losses) == ("edge" in names)


def test_the_thousandth_and_first_instance_of_a_class_has_no_number_left(tmp_path):
    squares = [square(2 * (n % 50), 2 * (n // 50), 1) for n in range(1001)]
    report = written(annotation_of(*squares), tmp_path)
    numbers = pixels(tmp_path / f"{PLACE}_instanceIds.png")
    assert (numbers[0, 0], numbers[38, 98], numbers[40, 0]) == (1000, 1999, 1)
    assert report.losses[Loss.NUMBER].first == "photo.jpg, i1001"
    assert report.losses[Loss.NUMBER].count == 1


def test_the_picture_for_the_eye_has_the_colours_of_the_classes(tmp_path):
    written(CASES["all hidden"], tmp_path)
    with Image.open(tmp_path / f"{PLACE}_color.png") as image:
        assert image.mode == "RGB"
        assert image.getpixel((40, 40)) == (0, 0, 255)
        assert image.getpixel((0, 0)) == (0, 0, 0)


def test_objects_are_in_painting_order_and_parts_know_their_instance(tmp_path):
    things = annotation_of(
        ring_with_hole(),
        (square(70, 0, 10), square(85, 0, 10)),
        triangle(10.25, 10),
        ignore=[square(0, 60, 20)],
    )
    report = written(things, tmp_path)
    document = json.loads((tmp_path / f"{PLACE}_polygons.json").read_bytes())
    assert (document["imgWidth"], document["imgHeight"]) == SIZE
    objects = document["objects"]
    assert [one.get("instance") for one in objects] == ["i1", "i1", "i2", "i2", "i3", None]
    assert [one["label"] for one in objects] == ["object"] * 5 + ["ignore"]
    assert objects[4]["polygon"] == [[10.25, 10], [22.25, 10], [10.25, 22]]
    assert objects[5]["ignore"] is True
    losses = {loss: lost.first for loss, lost in report.losses.items()}
    assert losses == {Loss.HOLES: "photo.jpg, i1", Loss.PARTED: "photo.jpg, i2"}


def test_what_has_no_place_is_reported(tmp_path):
    things = annotation_of(
        instance_of(square(), attributes={"occluded": True}),
        instance_of(rectangle(20.6, 20.6, 20.9, 20.9), id="tiny"),
        flags={"verified": True},
    )
    report = written(things, tmp_path)
    assert report.losses[Loss.ATTRIBUTES].count == 2
    assert report.losses[Loss.EMPTY].first == "photo.jpg, tiny"
    assert report.instances == 1


def test_the_list_of_labels_has_ids_and_training_ids(tmp_path):
    write(Cityscapes(), {}, tmp_path)
    labels = json.loads((tmp_path / "gtFine/labels.json").read_bytes())
    assert [(one["name"], one["id"], one["trainId"]) for one in labels] == [
        ("unlabeled", 0, 255),
        ("object", 1, 0),
        ("Käse/Brot", 7, 1),
        ("edge", 254, 2),
        ("ignore", 255, 255),
    ]
    assert labels[3]["color"] == [0, 0, 255]
    assert [one["ignoreInEval"] for one in labels] == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("name", "split", "place"),
    [
        ("photo.jpg", "", "train/default/photo"),
        ("aachen/photo.jpg", "val", "val/aachen/photo"),
        ("a/b/c.jpg", "", "train/a/b%2Fc"),
        ("a/100%.jpg", "", "train/a/100%25"),
        ("Default/photo.jpg", "", "train/%44efault/photo"),
    ],
)
def test_images_lie_one_city_deep_and_can_be_told_back(name, split, place, tmp_path):
    one = item(name, CASES["one"])
    assert (
        Cityscapes().image_place(replace(one, split=split), Job(CLASSES))
        == f"leftImg8bit/{place}_leftImg8bit.jpg"
    )
    write(Cityscapes(), {name: CASES["one"]}, tmp_path, splits={name: split} if split else None)
    assert f"gtFine/{place}_gtFine_polygons.json" in files_in(tmp_path)
    reading = reading_of(name, "other.jpg", f"other/{name}")
    (found,) = Cityscapes().read(tmp_path, reading)
    assert reading.images.match(found.image) == name


def test_images_copied_beside_are_found_too(tmp_path):
    write(Cityscapes(), {"sub/photo.png": CASES["one"]}, tmp_path)
    reading = reading_of("train/sub/photo_leftImg8bit.png")
    (found,) = Cityscapes().read(tmp_path, reading)
    assert reading.images.match(found.image) == "train/sub/photo_leftImg8bit.png"


# --- reading -----------------------------------------------------------------------------------------------


def test_polygons_of_the_dataset_are_read(tmp_path):
    polygons(
        tmp_path,
        box("road", 0, 40, 99, 79),
        box("car", 10, 30, 40, 60),
        box("license plate", 20, 50, 30, 55),
        an("sky", (0, 0), (99, 0), (50.5, 30)),
        box("person", 0, 0, 5, 5, deleted=1),
        an("pole", (0, 0), (5, 5)),
    )
    name = "leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png"
    found, reading = read(tmp_path, name)
    assert [i.class_name for i in found.instances] == ["road", "car", "license plate", "sky"]
    assert reading.found_classes == [FoundClass("road", 7), FoundClass("car", 26), FoundClass("sky", 23)]
    assert [loss for loss, _ in reading.losses] == [Loss.NO_AREA]
    (image,) = Cityscapes().read(tmp_path, reading)
    assert reading.images.match(image.image) == name


def test_points_on_the_last_pixels_are_taken_to_the_border(tmp_path):
    """The label tool lets nobody go farther, and the last column belongs to the road."""
    polygons(tmp_path, box("road", 0, 40, 99, 79), box("car", 10.5, 30, 98.5, 78))
    road, car = (runs.bbox for runs in rasterize(read(tmp_path)[0]).instances)
    assert road == (0, 40, 100, 40)
    assert car == (10, 30, 88, 48)


def test_our_own_points_stay_where_they_are(tmp_path):
    annotation = annotation_of(rectangle(0, 0, 99, 79), ignore=[rectangle(50, 50, 99, 79)])
    written(annotation, tmp_path)
    found, _ = read(tmp_path, "photo.jpg")
    assert rasterize(found).instances[0].bbox == (0, 0, 99, 79)
    assert rasterize(found).ignore.bbox == (50, 50, 49, 29)


def test_groups_are_ignore_regions_but_for_what_lies_over_them(tmp_path):
    polygons(
        tmp_path,
        box("cargroup", 10, 10, 60, 60),
        box("car", 20, 20, 30, 30),
        box("bicyclegroup", 70, 10, 80, 20),
        box("polegroup", 0, 0, 5, 5),
        box("age group", 0, 70, 5, 75),
    )
    found, _ = read(tmp_path)
    assert [i.class_name for i in found.instances] == ["car", "polegroup", "age group"]
    ignore = rasterize(found).ignore
    assert ignore.area == 50 * 50 - 10 * 10 + 10 * 10
    assert not ignore.to_mask()[25, 25]


def test_a_class_of_the_dataset_is_no_group_whatever_it_is_called(tmp_path):
    polygons(tmp_path, box("cargroup", 10, 10, 60, 60))
    reading = Reading(Images([]), [ClassEntry("cargroup", 1, "#ffffff")])
    (found,) = Cityscapes().read(tmp_path, reading)
    assert [i.class_name for i in found.read(SIZE).instances] == ["cargroup"]


def test_where_there_are_no_polygons_instance_ids_are_read(tmp_path):
    numbers = np.zeros(SIZE[::-1], dtype=np.uint16)
    numbers[40:, :] = 7
    numbers[10:20, 10:30] = 26000
    numbers[12:14, 12:14] = 0
    numbers[10:20, 40:60] = 26001
    numbers[:5, :5] = 26
    path = tmp_path / "gtFine" / "val" / "lindau" / "lindau_000000_000019_gtFine_instanceIds.png"
    path.parent.mkdir(parents=True)
    Image.fromarray(numbers).save(path)
    found, reading = read(tmp_path, "lindau_000000_000019_leftImg8bit.png")
    masks = rasterize(found)
    assert [(i.class_name, runs.area) for i, runs in zip(found.instances, masks.instances)] == [
        ("road", 4000),
        ("car", 196),
        ("car", 200),
    ]
    assert masks.ignore.area == 25
    assert reading.found_classes[:2] == [FoundClass("road", 7), FoundClass("car", 26)]


def test_instance_ids_of_ours_come_back_by_our_list(tmp_path):
    written(CASES["overlap"], tmp_path)
    (tmp_path / f"{PLACE}_polygons.json").unlink()
    found, reading = read(tmp_path, "photo.jpg")
    assert [i.class_name for i in found.instances] == ["object", "object", "Käse/Brot"]
    assert FoundClass("Käse/Brot", 7, "#3cb44b") in reading.found_classes
    before = rasterize(CASES["overlap"])
    shown = before.instances[1].without(before.instances[2])
    assert rasterize(found).instances[2].area == shown.area


def test_masks_are_read_before_polygons_when_asked(tmp_path):
    """They are what the dataset's polygons became, and show nothing twice."""
    written(CASES["overlap"], tmp_path)
    areas = {}
    for by_masks in (False, True):
        reading = Reading(Images(["photo.jpg"]), CLASSES, {"from-masks": by_masks})
        (image,) = Cityscapes().read(tmp_path, reading)
        areas[by_masks] = sorted(runs.area for runs in rasterize(image.read(SIZE)).instances)
    assert areas == {False: [100, 1600, 1600], True: [100, 1200, 1500]}


def test_of_coarse_and_fine_polygons_the_fine_ones_are_taken(tmp_path):
    fine = polygons(tmp_path, box("car", 10, 10, 20, 20))
    coarse = Path(str(fine).replace("gtFine", "gtCoarse"))
    coarse.parent.mkdir(parents=True)
    coarse.write_bytes(fine.read_bytes().replace(b"car", b"bus"))
    found, _ = read(tmp_path)
    assert [i.class_name for i in found.instances] == ["car"]


def found_in(source: Path) -> FoundImage:
    (found,) = Cityscapes().read(source, reading_of())
    return found


def test_one_file_alone_is_read(tmp_path):
    assert len(found_in(polygons(tmp_path, box("car", 1, 1, 9, 9))).read(SIZE).instances) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "must be an object"),
        ('{"imgWidth": 100, "imgHeight": 80}', "must be a list"),
        ('{"imgWidth": "wide", "imgHeight": 80, "objects": []}', "must be a number"),
        ('{"imgWidth": 64, "imgHeight": 80, "objects": []}', "64×80 px"),
        (
            '{"imgWidth": 100, "imgHeight": 80, "objects": [{"label": "a", "polygon": [1, 2, 3]}]}',
            "no polygon",
        ),
        ('{"imgWidth": 100, "imgHeight": 80, "objects": [{"polygon": [[1, 2], [3, 4], [5, 9]]}]}', "a text"),
        ("{", "not valid JSON"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content, problem, tmp_path):
    path = tmp_path / "a_gtFine_polygons.json"
    path.write_text(content)
    with pytest.raises(LabelerError, match=f"a_gtFine_polygons.json.*{problem}"):
        found_in(tmp_path).read(SIZE)


def test_masks_of_another_size_or_of_colours_are_refused(tmp_path):
    path = tmp_path / "a_gtFine_instanceIds.png"
    Image.new("RGB", SIZE, (1, 2, 3)).save(path)
    with pytest.raises(LabelerError, match="colours"):
        found_in(tmp_path).read(SIZE)
    with pytest.raises(LabelerError, match="64×48"):
        found_in(tmp_path).read((64, 48))


def test_a_folder_without_any_such_file_is_refused(tmp_path):
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(LabelerError, match="_polygons"):
        Cityscapes().read(tmp_path, reading_of())


def test_a_list_of_labels_that_is_none_is_named(tmp_path):
    polygons(tmp_path)
    (tmp_path / "labels.json").write_text('[{"name": "a", "id": "b"}]')
    with pytest.raises(LabelerError, match=r"labels.*must be a number"):
        Cityscapes().read(tmp_path, reading_of())
