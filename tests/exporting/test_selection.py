"""Which images and instances an export is of, how large they are, and where the images go."""

from __future__ import annotations

import os
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from labeler.dataset.dataset import Dataset
from labeler.document.model import Role
from labeler.errors import LabelerError
from labeler.exporting import export
from labeler.exporting.selection import selection_of
from labeler.formats import EXPORT_FORMATS
from labeler.importing import import_labels
from tests.builders import annotation_of, instance_of, rectangle, square
from tests.cli.folders import dataset_in
from tests.formats.cases import CASES, files_in

MASKS = next(format for format in EXPORT_FORMATS if format.id == "masks")
COCO = next(format for format in EXPORT_FORMATS if format.id == "coco")


def exported(photos, out, options, format=MASKS):
    return export(Dataset.open(photos), format, out, options)


def mask_in(path):
    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE) > 0


def many(folder, numbers):
    return dataset_in(folder, {f"{n:03}.png": CASES["one"] for n in numbers}, size=(100, 80))


def test_a_split_shares_all_images_out(tmp_path):
    photos = many(tmp_path / "photos", range(40))
    exported(photos, tmp_path / "out", {"split": "60/20/20"})
    files = [name.split("/") for name in files_in(tmp_path / "out")]
    assert {split for split, _name in files} == {"train", "val", "test"}
    assert sorted(name for _split, name in files) == [f"{n:03}.png" for n in range(40)]


def test_how_many_images_each_split_has_is_said(tmp_path):
    photos = many(tmp_path / "photos", range(3))
    report = exported(photos, tmp_path / "out", {"split": "80/10/10"})
    assert sum(report.splits.values()) == report.images == 3
    counted = ", ".join(f"{name}: {count}" for name, count in report.splits.items())
    assert f"{counted}." in report.lines()
    assert any(line.startswith("No image is in ") for line in report.lines())


def test_an_image_stays_in_its_split_when_others_come_and_go(tmp_path):
    few = many(tmp_path / "few", range(10, 20))
    more = many(tmp_path / "more", range(5, 40))
    exported(few, tmp_path / "a", {"split": "70/30"})
    exported(more, tmp_path / "b", {"split": "70/30"})
    assert set(files_in(tmp_path / "a")) <= set(files_in(tmp_path / "b"))
    assert not (tmp_path / "b/test").exists()


def test_shares_come_out_about_right_for_many_names():
    split = selection_of({"split": "80/10/10"}, ["object"]).split
    counts = dict.fromkeys(split.names, 0)
    for n in range(10_000):
        counts[split.of(f"folder/IMG_{n}.jpg")] += 1
    assert abs(counts["train"] - 8000) < 200
    assert abs(counts["val"] - 1000) < 120
    assert abs(counts["test"] - 1000) < 120


def test_only_images_with_a_flag(tmp_path):
    verified = replace(CASES["one"], flags={"verified": True})
    doubtful = replace(CASES["one"], flags={"verified": False})
    photos = dataset_in(tmp_path / "photos", {"a.png": verified, "b.png": doubtful, "c.png": CASES["hole"]})
    report = exported(photos, tmp_path / "out", {"only": "verified"})
    assert set(files_in(tmp_path / "out")) == {"a.png"}
    assert report.filtered == 2


def test_only_some_classes(tmp_path):
    photos = dataset_in(tmp_path / "photos", {"a.png": CASES["overlap"], "b.png": CASES["one"]})
    report = exported(photos, tmp_path / "out", {"classes": "Käse/Brot", "per": "instance"})
    assert set(files_in(tmp_path / "out")) == {"a.b.png"}
    assert report.filtered == 1


def test_growing_adds_all_pixels_within_reach_and_none_beyond(tmp_path):
    annotation = annotation_of((rectangle(30, 30, 60, 50), rectangle(40, 36, 50, 44, Role.EXCLUDE)))
    photos = dataset_in(tmp_path / "photos", {"a.png": annotation})
    exported(photos, tmp_path / "plain", {})
    exported(photos, tmp_path / "grown", {"grow": 3.0})
    exported(photos, tmp_path / "shrunk", {"grow": -3.0})
    plain, grown, shrunk = (mask_in(tmp_path / name / "a.png") for name in ("plain", "grown", "shrunk"))
    outside = cv2.distanceTransform((~plain).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    inside = cv2.distanceTransform(plain.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # Distances of pixel centres from the outline are within half a pixel of those from the nearest pixel.
    assert grown[outside <= 2.9].all()
    assert not grown[outside >= 4.3].any()
    assert shrunk[inside >= 4.3].all()
    assert not shrunk[inside <= 2.9].any()


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_scaling_makes_masks_and_images_of_another_size(tmp_path, factor):
    photos = dataset_in(tmp_path / "photos", {"a.jpg": annotation_of(square(20, 20, 40))})
    size = (round(100 * factor), round(80 * factor))
    exported(photos, tmp_path / "out", {"scale": factor})
    exported(photos, tmp_path / "images", {"scale": factor, "images": "copy"}, COCO)
    mask = mask_in(tmp_path / "out/a.png")
    assert mask.shape == size[::-1]
    assert mask.sum() == (40 * factor) ** 2
    with Image.open(tmp_path / "images/a.jpg") as image:
        assert image.size == size


def test_images_are_copied_or_linked_where_asked(tmp_path):
    photos = dataset_in(tmp_path / "photos", {"sub/a.jpg": CASES["one"], "bare.png": None})
    exported(photos, tmp_path / "copied", {"images": "copy"}, COCO)
    exported(photos, tmp_path / "linked", {"images": "link"}, COCO)
    for out in ("copied", "linked"):
        assert set(files_in(tmp_path / out)) == {"annotations.json", "sub/a.jpg"}
        assert (tmp_path / out / "sub/a.jpg").read_bytes() == (photos / "sub/a.jpg").read_bytes()
    assert (tmp_path / "linked/sub/a.jpg").samefile(photos / "sub/a.jpg")
    assert not (tmp_path / "copied/sub/a.jpg").samefile(photos / "sub/a.jpg")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"classes": "coin, nowhere"}, "no class coin"),
        ({"split": "a/b"}, "no split"),
        ({"split": "0/0"}, "no split"),
        ({"split": "1/1/1/1"}, "no split"),
        ({"split": "-1/2"}, "no split"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_written(tmp_path, options, said):
    photos = dataset_in(tmp_path / "photos", {"a.png": annotation_of(instance_of(square()))})
    with pytest.raises(LabelerError, match=said):
        exported(photos, tmp_path / "out", options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("format", EXPORT_FORMATS, ids=[format.id for format in EXPORT_FORMATS])
@pytest.mark.parametrize("options", [{}, {"split": "1/1"}])
def test_images_that_are_taken_along_lie_on_no_other_file(tmp_path, format, options):
    photos = dataset_in(tmp_path / "photos", {"a.png": CASES["one"], "sub/b.jpg": CASES["hole"]})
    exported(photos, tmp_path / "bare", {**options, "images": "none"}, format)
    exported(photos, tmp_path / "full", {**options, "images": "copy"}, format)
    bare, full = files_in(tmp_path / "bare"), files_in(tmp_path / "full")
    assert bare.items() <= full.items()
    images = [data for name, data in full.items() if name not in bare]
    assert sorted(images) == sorted((photos / name).read_bytes() for name in ("a.png", "sub/b.jpg"))


@pytest.mark.parametrize("id", ["masks", "indexed"])
def test_masks_with_images_beside_them_are_read_without_these(tmp_path, id):
    photos = dataset_in(tmp_path / "photos", {"a.png": CASES["one"], "sub/b.jpg": CASES["hole"]})
    format = next(format for format in EXPORT_FORMATS if format.id == id)
    exported(photos, tmp_path / "out", {"images": "copy"}, format)
    bare = dataset_in(tmp_path / "bare", {"a.png": None, "sub/b.jpg": None})
    report = import_labels(tmp_path / "out", format, Dataset.open(bare), {})
    assert (report.images, report.skipped, report.unknown) == (2, [], [])


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_an_image_that_is_a_link_is_linked_to_where_it_leads(tmp_path):
    photos = dataset_in(tmp_path / "photos", {"a.png": CASES["one"]})
    (tmp_path / "store").mkdir()
    (photos / "a.png").rename(tmp_path / "store/a.png")
    (photos / "a.png").symlink_to("../store/a.png")
    exported(photos, tmp_path / "some/where/else", {"images": "link"}, COCO)
    taken = tmp_path / "some/where/else/a.png"
    assert taken.samefile(tmp_path / "store/a.png")
    assert not taken.is_symlink()
