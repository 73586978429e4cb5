"""Masks and indexed masks, read back by Pillow and OpenCV."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from labeler.formats.indexed import Indexed
from labeler.formats.masks import Masks
from labeler.formats.report import Loss
from labeler.raster.masks import indexed
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, square
from tests.formats.cases import CASES, CLASSES, files_in, write

INDEX = {entry.name: entry.index for entry in CLASSES}


def with_opencv(path: Path) -> np.ndarray:
    return cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize("bits", ["1", "8"])
@pytest.mark.parametrize("case", CASES)
def test_the_mask_of_an_image_is_every_instance(case, bits, tmp_path):
    report = write(Masks(), {"photo.jpg": CASES[case]}, tmp_path, {"bits": bits})
    union = rasterize(CASES[case]).union.to_mask()
    with Image.open(tmp_path / "photo.png") as image:
        assert image.mode == ("1" if bits == "1" else "L")
        assert np.array_equal(np.asarray(image).astype(bool), union)
    assert np.array_equal(with_opencv(tmp_path / "photo.png"), union * np.uint8(255))
    assert (report.images, report.files) == (1, 1)


@pytest.mark.parametrize("case", CASES)
def test_the_mask_of_an_instance_is_named_by_its_id(case, tmp_path):
    report = write(Masks(), {"sub/photo.jpg": CASES[case]}, tmp_path, {"per": "instance"})
    masks = rasterize(CASES[case]).instances
    expected = {
        f"sub/photo.{instance.id}.png": mask.to_mask()
        for instance, mask in zip(CASES[case].instances, masks)
        if not mask.is_empty
    }
    assert set(files_in(tmp_path)) == set(expected)
    for name, mask in expected.items():
        assert np.array_equal(with_opencv(tmp_path / name) > 0, mask)
    lost = report.losses.get(Loss.EMPTY)
    assert (lost.count if lost else 0) == len(masks) - len(expected)
    assert report.instances == len(expected)


@pytest.mark.parametrize("case", CASES)
def test_the_masks_of_classes_show_what_is_on_top(case, tmp_path):
    annotation = CASES[case]
    write(Masks(), {"photo.jpg": annotation}, tmp_path, {"per": "class", "empty": True})
    names = [instance.class_name for instance in annotation.instances]
    painted = np.zeros((annotation.image.height, annotation.image.width), dtype=np.uint8)
    for name, runs in zip(names, rasterize(annotation).instances):
        painted[runs.to_mask()] = INDEX[name]
    suffixes = {"object": "object", "Käse/Brot": "Käse%2FBrot", "edge": "edge"}
    assert set(files_in(tmp_path)) == {f"photo.{suffix}.png" for suffix in suffixes.values()}
    for name, suffix in suffixes.items():
        mask = with_opencv(tmp_path / f"photo.{suffix}.png") > 0
        assert np.array_equal(mask, painted == INDEX[name])


def test_a_class_that_is_not_on_the_image_gets_a_file_only_when_asked(tmp_path):
    write(Masks(), {"photo.jpg": CASES["one"]}, tmp_path, {"per": "class"})
    assert set(files_in(tmp_path)) == {"photo.object.png"}


@pytest.mark.parametrize("case", CASES)
def test_an_indexed_mask_has_class_indices_colours_and_255_for_ignore(case, tmp_path):
    annotation = CASES[case]
    write(Indexed(), {"photo.jpg": annotation}, tmp_path)
    masks = rasterize(annotation)
    expected = indexed(masks, [INDEX[instance.class_name] for instance in annotation.instances])
    with Image.open(tmp_path / "photo.png") as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image), expected)
        palette = np.array(image.getpalette()).reshape(-1, 3)
    assert (expected == 255).sum() == masks.ignore.area
    assert len(palette) == 256
    for entry in CLASSES:
        assert bytes(palette[entry.index].tolist()).hex() == entry.color.removeprefix("#")
    assert palette[0].tolist() == [0, 0, 0]
    assert palette[255].tolist() == [224, 224, 192]
    colours = cv2.cvtColor(with_opencv(tmp_path / "photo.png"), cv2.COLOR_BGR2RGB)
    assert np.array_equal(colours, palette[expected])


def test_binary_masks_say_on_how_many_images_they_leave_ignore_regions_out(tmp_path):
    annotations = {"a.jpg": CASES["ignore"], "b.jpg": CASES["one"], "c.jpg": CASES["ignore"]}
    report = write(Masks(), annotations, tmp_path)
    assert report.losses[Loss.IGNORE].count == 2
    assert any("2 images have ignore regions" in line and "a.jpg" in line for line in report.lines())
    assert Loss.IGNORE not in write(Indexed(), annotations, tmp_path / "indexed").losses


def test_ids_from_elsewhere_make_harmless_file_names(tmp_path):
    annotation = annotation_of(
        instance_of(square(), id="../../x"), instance_of(square(), id="A"), instance_of(square(), id="a")
    )
    write(Masks(), {"photo.jpg": annotation}, tmp_path / "out", {"per": "instance"})
    assert set(files_in(tmp_path)) == {
        "out/photo.%2E%2E%2F%2E%2E%2Fx.png",
        "out/photo.A.png",
        "out/photo.a~2.png",
    }


def test_masks_lie_in_the_folder_of_their_image_whatever_it_is_called(tmp_path):
    names = ["photo.jpg", "photo.tif", "Ordner mit Ä/bild 1.png", "日本/猫.webp"]
    write(Masks(), dict.fromkeys(names, CASES["one"]), tmp_path)
    assert set(files_in(tmp_path)) == {
        "photo.jpg.png",
        "photo.tif.png",
        "Ordner mit Ä/bild 1.png",
        "日本/猫.png",
    }
