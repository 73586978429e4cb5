"""The road from a dataset to files: what both the window and the command line count on."""

from __future__ import annotations

import os
from dataclasses import replace
from threading import Event

import pytest

from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.exporting import InsideDataset, export
from labeler.formats import FORMATS
from labeler.formats.base import Job
from labeler.formats.report import Loss
from tests.cli.folders import dataset_in
from tests.formats.cases import CASES, CLASSES, files_in

MASKS = FORMATS[0]
each_format = pytest.mark.parametrize("format", FORMATS, ids=[format.id for format in FORMATS])


@pytest.fixture
def photos(tmp_path):
    images = {f"{number}.png": CASES["hole"] for number in range(4)}
    return dataset_in(tmp_path / "photos", {**images, "bare.png": None})


def test_progress_counts_every_image_once_up_to_all(photos, tmp_path):
    told = []
    export(Dataset.open(photos), MASKS, tmp_path / "out", {}, lambda done, total: told.append((done, total)))
    assert told == [(done, 5) for done in range(6)]


@each_format
def test_a_cancelled_export_leaves_whole_files_and_says_so(photos, tmp_path, format):
    stop = Event()

    def stop_after_two(done: int, total: int) -> None:
        if done == 2:
            stop.set()

    export(Dataset.open(photos), format, tmp_path / "all", {})
    report = export(Dataset.open(photos), format, tmp_path / "out", {}, stop_after_two, stop)
    written = files_in(tmp_path / "out")
    assert report.cancelled
    assert report.files == len(written)
    assert not written.keys() & {shared.name for shared in format.shared(Job(CLASSES))}
    assert written.items() <= files_in(tmp_path / "all").items()
    (line,) = report.lines()
    assert line.startswith("Cancelled: ")


def test_a_cancelled_coco_export_leaves_the_earlier_file(photos, tmp_path):
    coco = next(format for format in FORMATS if format.id == "coco")
    export(Dataset.open(photos), coco, tmp_path / "out", {})
    before = files_in(tmp_path / "out")
    stop = Event()
    stop.set()
    assert export(Dataset.open(photos), coco, tmp_path / "out", {}, stop=stop).cancelled
    assert files_in(tmp_path / "out") == before


def test_an_export_that_was_not_stopped_is_not_cancelled(photos, tmp_path):
    report = export(Dataset.open(photos), MASKS, tmp_path / "out", {}, stop=Event())
    assert not report.cancelled
    assert report.lines() == ["4 images written.", "1 image without a label was left out."]


def test_the_folder_of_the_dataset_is_refused_before_anything_is_written(photos):
    before = files_in(photos)
    with pytest.raises(InsideDataset, match="choose another folder"):
        export(Dataset.open(photos), MASKS, photos / "masks", {})
    assert files_in(photos) == before
    assert not (photos / "masks").exists()


def test_a_file_in_the_place_of_the_folder_is_named(photos, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(LabelerError, match="out could not be written"):
        export(Dataset.open(photos), MASKS, tmp_path / "out", {})


@pytest.mark.parametrize(
    ("folder", "id", "options"),
    [
        ("train", "masks", {"split": "1/0"}),
        ("images", "yolo", {"scale": 0.5}),
        ("JPEGImages", "voc", {"images": "link"}),
        ("train", "coco", {"split": "1/0", "images": "copy"}),
    ],
)
def test_images_are_never_written_over_whatever_the_format_calls_its_files(tmp_path, folder, id, options):
    photos = dataset_in(tmp_path / folder, {"a.png": CASES["one"], "b.png": CASES["hole"]})
    before = files_in(photos)
    format = next(format for format in FORMATS if format.id == id)
    with pytest.raises(InsideDataset, match=f"into the dataset .*{folder}; choose another folder"):
        export(Dataset.open(photos), format, tmp_path, options)
    assert files_in(photos) == before


def test_several_processes_do_not_write_over_images_either(tmp_path):
    photos = dataset_in(tmp_path / "train", {"a.png": CASES["one"], "b.png": CASES["hole"]})
    before = files_in(photos)
    with pytest.raises(InsideDataset):
        export(Dataset.open(photos), MASKS, tmp_path, {"split": "1/0"}, workers=2)
    assert files_in(photos) == before


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_folder_that_a_link_brings_in_is_the_datasets_too(tmp_path):
    elsewhere = dataset_in(tmp_path / "train", {"a.png": CASES["one"]})
    photos = dataset_in(tmp_path / "photos", {"z.png": CASES["one"]})
    (photos / "more").symlink_to(elsewhere)
    before = files_in(elsewhere)
    with pytest.raises(InsideDataset):
        export(Dataset.open(photos), MASKS, tmp_path, {"split": "1/0"})
    assert files_in(elsewhere) == before


@each_format
def test_keys_of_other_programs_are_said_to_stay_behind(tmp_path, format):
    plain = CASES["hole"]
    (instance,) = plain.instances
    told = replace(plain, instances=(replace(instance, extra={"theirs": 1}),))
    photos = dataset_in(tmp_path / "photos", {"a.png": told, "b.png": plain})
    report = export(Dataset.open(photos), format, tmp_path / "out", {})
    assert (report.losses[Loss.UNKNOWN].count, report.losses[Loss.UNKNOWN].first) == (1, "a.png")
    assert any("keys of other programs" in line for line in report.lines())
