"""A folder for `datasets`: read as its documentation says, and by the library itself where there is one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler.formats.base import Job
from labeler.formats.huggingface import HuggingFace
from labeler.formats.report import Loss
from labeler.raster.masks import indexed
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, square
from tests.formats.cases import CASES, CLASSES, ClassEntry, files_in, items, write, write_items

#: Indices 1, 7 and 254.
NUMBERS = {"object": 1, "Käse/Brot": 2, "edge": 3}


def rows(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "metadata.jsonl").read_text("ascii").splitlines()]


def with_images(out: Path, names, splits=None) -> None:
    """The images where the export puts them."""
    for one in items(dict.fromkeys(names, CASES["one"]), splits):
        place = out / HuggingFace().image_place(one, Job(CLASSES))
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (100, 80)).save(place)


@pytest.mark.parametrize("case", CASES)
def test_a_mask_has_the_numbers_of_classes_without_gaps(case, tmp_path):
    annotation = CASES[case]
    report = write(HuggingFace(), {"sub/photo.jpg": annotation}, tmp_path)
    assert set(files_in(tmp_path)) == {
        "id2label.json",
        "train/metadata.jsonl",
        "train/labels/sub/photo.png",
    }
    assert report.files == 3
    with Image.open(tmp_path / "train/labels/sub/photo.png") as image:
        assert image.mode == "L"
        found = np.asarray(image)
    numbers = [NUMBERS[instance.class_name] for instance in annotation.instances]
    assert np.array_equal(found, indexed(rasterize(annotation), numbers))


def test_classes_are_listed_with_the_background(tmp_path):
    write(HuggingFace(), {"photo.jpg": CASES["one"]}, tmp_path)
    data = json.loads((tmp_path / "id2label.json").read_text("ascii"))
    assert data == {"0": "background", "1": "object", "2": "Käse/Brot", "3": "edge"}


def test_classes_go_by_their_indices_and_none_is_called_like_the_background():
    classes = (ClassEntry("z", 9, "#000000"), ClassEntry("background", 3, "#000000"))
    (listed, _metadata) = HuggingFace().shared(Job(classes))
    data = json.loads(listed.sections[0].head)
    assert list(data) == ["0", "1", "2"]
    assert [data["1"], data["2"]] == ["background", "z"]
    assert len(set(data.values())) == 3


def test_every_row_names_an_image_and_its_mask_beside_the_metadata(tmp_path):
    images = {"a.jpg": CASES["one"], "sub/b.tif": CASES["hole"], "Ordner mit Ä/c.webp": CASES["nothing"]}
    write(HuggingFace(), images, tmp_path)
    with_images(tmp_path, images)
    found = rows(tmp_path / "train")
    assert [row["file_name"] for row in found] == [f"images/{name}" for name in images]
    for row in found:
        for name in row.values():
            assert (tmp_path / "train" / name).is_file()


def test_each_split_is_a_folder_with_metadata_of_its_own(tmp_path):
    splits = {"a.jpg": "train", "b.jpg": "val", "c.jpg": "test", "d.jpg": "train"}
    write(HuggingFace(), dict.fromkeys(splits, CASES["one"]), tmp_path, splits=splits)
    names = {folder: [row["file_name"] for row in rows(tmp_path / folder)] for folder in set(splits.values())}
    assert names == {
        "train": ["images/a.jpg", "images/d.jpg"],
        "val": ["images/b.jpg"],
        "test": ["images/c.jpg"],
    }
    assert (tmp_path / "id2label.json").is_file()


def test_a_split_without_an_image_has_no_folder(tmp_path):
    splits = {"a.jpg": "train", "b.jpg": "test"}
    every = items(dict.fromkeys(splits, CASES["one"]), splits)
    write_items(HuggingFace(), every, tmp_path, None, splits)
    assert (tmp_path / "test/metadata.jsonl").is_file()
    # The same again, with nothing in the second part any more.
    write_items(HuggingFace(), every[:1], tmp_path, None, splits)
    assert not (tmp_path / "test/metadata.jsonl").exists()
    assert rows(tmp_path / "train")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("photo.jpg", "photo.jpg"),
        ("test.jpg", "test.jpg"),
        ("sub/test-1.jpg", "sub/test-1.jpg"),
        ("contest/latest/a.jpg", "contest/latest/a.jpg"),
        ("val/a.jpg", "val~/a.jpg"),
        ("val~/a.jpg", "val~~/a.jpg"),
        ("sub/Test/a.jpg", "sub/Test~/a.jpg"),
        ("my-test-2/train 1/test.jpg", "my-test~-2/train~ 1/test.jpg"),
        ("2024_eval/a.jpg", "2024_eval~/a.jpg"),
    ],
)
def test_folders_inside_are_not_taken_for_splits(name, place):
    (one,) = items({name: CASES["one"]})
    assert HuggingFace().image_place(one, Job(CLASSES)) == f"train/images/{place}"


def test_what_is_lost_is_said(tmp_path):
    lost = write(HuggingFace(), {"photo.jpg": CASES["overlap"]}, tmp_path).losses
    assert set(lost) == {Loss.OVERLAPS}
    noted = annotation_of(instance_of(square(), attributes={"occluded": True}))
    assert set(write(HuggingFace(), {"photo.jpg": noted}, tmp_path).losses) == {Loss.ATTRIBUTES}
    assert not write(HuggingFace(), {"photo.jpg": CASES["ignore"]}, tmp_path).losses


@pytest.mark.parametrize("folder", ["", "val/", "my-test-2/train/", "2024_eval/dev 1/"])
@pytest.mark.parametrize("with_splits", [False, True])
def test_the_library_itself_opens_it(with_splits, folder, tmp_path):
    datasets = pytest.importorskip("datasets", reason="only where the library is installed")
    names = ["test_1.jpg", f"{folder}b.png", "c.webp"]
    images = dict(zip(names, [CASES["overlap"], CASES["ignore"], CASES["nothing"]]))
    splits = dict(zip(names, ["train", "val", "test"])) if with_splits else None
    out = tmp_path / "out"
    write_items(HuggingFace(), items(images, splits), out, None, splits)
    with_images(out, images, splits)
    found = datasets.load_dataset("imagefolder", data_dir=str(out), cache_dir=str(tmp_path / "cache"))
    counts = {name: len(part) for name, part in found.items() if len(part)}
    assert counts == ({"train": 1, "validation": 1, "test": 1} if splits else {"train": 3})
    masks = [rasterize(annotation) for annotation in images.values()]
    shown = [row for name in ("train", "validation", "test") for row in found.get(name, [])]
    for row, mask, annotation in zip(shown, masks, images.values(), strict=True):
        assert row["image"].size == (100, 80)
        numbers = [NUMBERS[instance.class_name] for instance in annotation.instances]
        assert np.array_equal(np.asarray(row["label"]), indexed(mask, numbers))
