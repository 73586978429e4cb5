"""What training code gets from `import labeler`."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from pycocotools import mask as coco_mask

import labeler
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, square
from tests.cli.folders import dataset_in
from tests.formats.cases import CASES, CLASSES, files_in

INDEX = {entry.name: entry.index for entry in CLASSES}


@pytest.fixture
def photos(tmp_path):
    images = {f"{n}.png": annotation for n, annotation in enumerate(CASES.values())}
    return dataset_in(tmp_path / "photos", {**images, "bare.jpg": None})


def test_a_dataset_is_a_sequence_of_the_labelled_images(photos):
    dataset = labeler.Dataset(photos)
    assert len(dataset) == len(CASES)
    assert [sample.name for sample in dataset] == [f"{n}.png" for n in range(len(CASES))]
    assert dataset[-1].name == f"{len(CASES) - 1}.png"
    assert [sample.name for sample in dataset[:2]] == ["0.png", "1.png"]
    everything = labeler.Dataset(photos, labelled_only=False)
    assert len(everything) == len(CASES) + 1
    assert not everything[-1].is_labelled
    assert everything[-1].annotation.is_empty


def test_masks_are_those_of_the_rasteriser(photos):
    for sample, annotation in zip(labeler.Dataset(photos), CASES.values()):
        masks = rasterize(annotation)
        expected = [runs.to_mask() for runs in masks.instances]
        assert sample.image().shape == (80, 100, 3)
        assert sample.instance_masks().shape == (len(expected), 80, 100)
        assert all(map(np.array_equal, sample.instance_masks(), expected))
        assert np.array_equal(sample.binary_mask(), masks.union.to_mask())
        painted, numbered = np.zeros((80, 100), np.uint8), np.zeros((80, 100), np.uint16)
        for n, (instance, mask) in enumerate(zip(annotation.instances, expected)):
            painted[mask], numbered[mask] = INDEX[instance.class_name], n + 1
        painted[masks.ignore.to_mask()], numbered[masks.ignore.to_mask()] = 255, 65535
        assert np.array_equal(sample.class_mask(), painted)
        assert np.array_equal(sample.id_mask(), numbered)
        assert sample.class_indices().tolist() == [INDEX[i.class_name] for i in annotation.instances]
        for (left, top, right, bottom), mask in zip(sample.boxes(), expected):
            assert mask[top:bottom, left:right].sum() == mask.sum()


def test_a_dataset_goes_to_the_processes_of_a_loader(photos):
    dataset = labeler.Dataset(photos)
    dataset[0].binary_mask()
    again = pickle.loads(pickle.dumps(dataset))
    assert [sample.name for sample in again] == [sample.name for sample in dataset]
    assert pickle.loads(pickle.dumps(dataset[1])).annotation == dataset[1].annotation


def test_an_annotation_is_loaded_and_saved_by_its_image(photos):
    annotation = labeler.load(photos / "bare.jpg")
    assert annotation.is_empty
    drawn = replace(annotation, instances=CASES["hole"].instances)
    labeler.save(photos / "bare.jpg", drawn)
    assert labeler.load(str(photos / "bare.jpg")) == drawn
    labeler.save(photos / "bare.jpg", annotation)
    assert not (photos / "bare.jpg.labels.json").exists()


def test_labels_may_lie_in_a_tree_of_their_own(photos, tmp_path):
    labels = tmp_path / "labels"
    drawn = replace(labeler.load(photos / "bare.jpg", labels), instances=CASES["hole"].instances)
    labeler.save(photos / "bare.jpg", drawn, labels)
    assert (labels / "bare.jpg.labels.json").is_file()
    assert [sample.name for sample in labeler.Dataset(photos, labels)] == ["bare.jpg"]


@pytest.mark.parametrize("path", ["nowhere.png", "labeler.json", "."])
def test_what_is_no_image_is_said(photos, path):
    with pytest.raises(labeler.LabelerError):
        labeler.load(photos / path)


def test_an_annotation_of_another_size_is_not_saved(photos):
    before = files_in(photos)
    with pytest.raises(labeler.LabelerError, match="100×80"):
        labeler.save(
            photos / "bare.jpg", replace(annotation_of(square()), image=labeler.ImageInfo("x", 5, 5))
        )
    assert files_in(photos) == before


def test_a_mask_becomes_polygons_and_the_same_mask_again():
    mask = np.zeros((40, 50), np.uint8)
    mask[5:30, 5:40] = 7
    mask[10:20, 10:20] = 0
    mask[14, 14] = 1
    polygons = labeler.trace(mask)
    assert [polygon.role for polygon in polygons].count(labeler.Role.EXCLUDE) == 1
    annotation = labeler.Annotation(labeler.ImageInfo("", 50, 40), (labeler.Instance("a", "b", polygons),))
    assert np.array_equal(labeler.rasterize(annotation).union.to_mask(), mask > 0)
    with pytest.raises(ValueError, match="two dimensions"):
        labeler.trace(np.zeros((3, 3, 3)))


def test_runs_of_coco_are_read_in_both_forms():
    mask = np.asfortranarray(np.random.default_rng(1).random((20, 30)) > 0.5)
    compressed = coco_mask.encode(mask.astype(np.uint8))
    assert np.array_equal(labeler.decode_rle(compressed).to_mask(), mask)
    plain = {"size": [20, 30], "counts": labeler.decode_rle(compressed).counts()}
    assert np.array_equal(labeler.decode_rle(plain).to_mask(), mask)


def test_exports_and_imports_take_the_options_of_the_command_line(photos, tmp_path):
    report = labeler.export(photos, "masks", tmp_path / "out", per="instance", split="50/50")
    assert report.images == len(CASES)
    assert {name.split("/")[0] for name in files_in(tmp_path / "out")} == {"train", "val"}


@pytest.mark.parametrize(
    "call",
    [
        lambda photos, out: labeler.export(photos, "papyrus", out),
        lambda photos, out: labeler.export(photos, "masks", out, segmentation="rle"),
        lambda photos, out: labeler.export(photos, "masks", out, per="whim"),
        lambda photos, out: labeler.import_labels(out, "papyrus", photos),
    ],
)
def test_what_there_is_not_is_a_value_error(photos, tmp_path, call):
    with pytest.raises(ValueError, match=r"no format|no option|not possible"):
        call(photos, tmp_path / "out")


def test_ids_of_formats_are_listed():
    assert {"masks", "indexed", "coco"} <= set(labeler.list_formats())


def test_a_part_of_a_dataset_is_a_list_of_samples(photos):
    dataset = labeler.Dataset(photos)
    assert [sample.name for sample in dataset[1:3]] == ["1.png", "2.png"]


def test_an_image_is_read_by_path_or_text(photos):
    assert np.array_equal(labeler.read_image(str(photos / "0.png")), labeler.read_image(photos / "0.png"))


def test_exports_go_to_addresses_too(photos, tmp_path):
    labeler.export(photos, "coco", f"file://{tmp_path}/address")
    labeler.export(photos, "coco", tmp_path / "folder")
    assert files_in(tmp_path / "address") == files_in(tmp_path / "folder") != {}


@pytest.mark.parametrize("rle", [{}, None, {"counts": [1]}, {"size": [1, 1]}, [1, 2]])
def test_what_is_no_encoding_is_a_value_error(rle):
    with pytest.raises(ValueError, match="counts and size"):
        labeler.decode_rle(rle)


@pytest.mark.parametrize("tolerance", [-1.0, float("nan"), float("inf")])
def test_a_tolerance_that_makes_no_sense_is_a_value_error(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        labeler.trace(np.ones((3, 3)), tolerance)
