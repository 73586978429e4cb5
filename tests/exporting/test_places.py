"""Datasets and outputs on an S3 server: what is written is what a folder would get."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.exporting import InsideDataset, export, export_at
from labeler.exporting.places import store_at
from labeler.formats import EXPORT_FORMATS
from tests.cli.folders import dataset_in, labeler
from tests.exporting.s3 import S3, served
from tests.formats.cases import CASES, files_in

each_format = pytest.mark.parametrize("format", EXPORT_FORMATS, ids=[format.id for format in EXPORT_FORMATS])
COCO = next(format for format in EXPORT_FORMATS if format.id == "coco")
MASKS = next(format for format in EXPORT_FORMATS if format.id == "masks")


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    with served() as server:
        yield server


@pytest.fixture
def s3(server: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3]:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    server.bucket("work")
    yield server
    server.empty("work")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    images = {
        "a.png": CASES["hole"],
        "sub/b.jpg": CASES["overlap"],
        "c.png": CASES["ignore"],
        "bare.png": None,
    }
    return dataset_in(tmp_path / "photos", {**images, "bare.png": None})


@each_format
def test_a_bucket_gets_the_bytes_of_a_folder(s3, photos, tmp_path, format):
    s3.put("work/photos", photos)
    export(Dataset.open(photos), format, tmp_path / "out", {})
    report = export_at("s3://work/photos", format, "s3://work/out", {})
    assert report.images == 3
    assert s3.files("work/out") == files_in(tmp_path / "out")


def test_from_a_folder_to_a_bucket_and_back(s3, photos, tmp_path):
    s3.put("work/photos", photos)
    export_at("s3://work/photos", COCO, str(tmp_path / "out"), {})
    export_at(str(photos), COCO, "s3://work/out", {})
    assert s3.files("work/out") == files_in(tmp_path / "out") != {}


def test_file_addresses_are_folders(photos, tmp_path):
    export_at(f"file://{photos}", MASKS, f"file://{tmp_path}/out", {})
    export_at(str(photos), MASKS, str(tmp_path / "other"), {})
    assert files_in(tmp_path / "out") == files_in(tmp_path / "other") != {}


def test_sidecars_may_be_in_another_place(s3, photos, tmp_path):
    labels = dataset_in(tmp_path / "labels", {"a.png": CASES["tiny"]})
    (labels / "a.png").unlink()
    s3.put("work/photos", photos)
    s3.put("work/labels", labels)
    assert export_at("s3://work/photos", MASKS, "s3://work/out", {}, labels="s3://work/labels").images == 1


def test_an_export_to_a_bucket_is_brought_up_to_date(s3, photos):
    s3.put("work/photos", photos)
    export_at("s3://work/photos", COCO, "s3://work/out", {"images": "copy"})
    before = s3.files("work/out")
    dataset_in(photos, {"c.png": CASES["two parts"]})
    s3.put("work/photos", photos)
    report = export_at("s3://work/photos", COCO, "s3://work/out", {"images": "copy"}, resume=True)
    assert report.current == 2
    export_at("s3://work/photos", COCO, "s3://work/fresh", {"images": "copy"})
    assert s3.files("work/out") == s3.files("work/fresh") != before


def test_a_file_that_fails_half_way_is_not_there(s3):
    store = store_at("s3://work/out")
    with contextlib.suppress(ZeroDivisionError), store.open("half.json") as file:
        file.write(b"half of it")
        raise ZeroDivisionError
    assert store.size("half.json") is None


def test_scaled_images_are_made_anew(s3, photos, tmp_path):
    s3.put("work/photos", photos)
    options = {"images": "copy", "scale": 0.5}
    export_at("s3://work/photos", COCO, "s3://work/out", options)
    export(Dataset.open(photos), COCO, tmp_path / "out", options)
    assert s3.files("work/out") == files_in(tmp_path / "out")


def test_a_dataset_is_not_written_into(s3, photos):
    s3.put("work/photos", photos)
    before = s3.files("work/photos")
    for out in ("s3://work/photos", "s3://work/photos/masks"):
        with pytest.raises(InsideDataset, match="choose another"):
            export_at("s3://work/photos", MASKS, out, {})
    assert s3.files("work/photos") == before


def test_a_broken_sidecar_leaves_out_its_image_alone(s3, photos):
    (photos / "a.png.labels.json").write_text("{")
    s3.put("work/photos", photos)
    report = export_at("s3://work/photos", MASKS, "s3://work/out", {})
    assert report.images == 2
    assert "s3://work/photos/a.png.labels.json" in report.skipped[0].reason


@pytest.mark.parametrize("place", ["s3://nowhere/photos", "s3://work/empty", "papyrus://scroll"])
def test_a_place_that_is_not_there_is_one_sentence(s3, tmp_path, place):
    with pytest.raises(LabelerError, match=place):
        export_at(place, MASKS, str(tmp_path / "out"), {})


def test_the_command_line_takes_addresses(s3, photos, tmp_path):
    s3.put("work/photos", photos)
    result = labeler("export", "s3://work/photos", "--to", "coco", "--out", "s3://work/out", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["images"] == 3
    assert "annotations.json" in s3.files("work/out")


def test_a_dataset_is_not_written_into_by_another_name_either(photos):
    before = files_in(photos)
    with pytest.raises(InsideDataset, match="choose another"):
        export_at(str(photos), MASKS, f"file://{photos}", {})
    assert files_in(photos) == before


def test_a_split_does_not_lead_into_a_dataset_in_a_bucket(s3, photos):
    s3.put("work/data/train", photos)
    before = s3.files("work/data")
    with pytest.raises(InsideDataset, match="choose another"):
        export_at("s3://work/data/train", MASKS, "s3://work/data", {"split": "1/0"})
    assert s3.files("work/data") == before


@pytest.mark.parametrize("place", ["", "file://", "://"])
def test_a_place_that_is_none_is_refused(photos, tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    before = files_in(tmp_path)
    with pytest.raises(LabelerError, match="neither a folder nor an address"):
        export_at(str(photos), MASKS, place, {})
    assert files_in(tmp_path) == before
