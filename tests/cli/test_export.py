from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from labeler.cli.options import options_of
from labeler.formats import FORMATS
from labeler.raster.runs import rasterize
from tests.builders import annotation_of
from tests.cli.folders import dataset_in, labeler
from tests.formats.cases import CASES, files_in

IDS = [format.id for format in FORMATS]


@pytest.fixture
def photos(tmp_path):
    return dataset_in(
        tmp_path / "photos",
        {
            "hole.jpg": CASES["hole"],
            "Ordner mit Ä/overlap.png": CASES["overlap"],
            "Ordner mit Ä/overlap.jpg": CASES["ignore"],
            "bare.png": None,
        },
    )


def mask(path):
    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)


def test_masks_of_labelled_images_are_written_and_the_others_counted(photos, tmp_path):
    result = labeler("export", photos, "--to", "masks", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert set(files_in(tmp_path / "out")) == {
        "hole.png",
        "Ordner mit Ä/overlap.png.png",
        "Ordner mit Ä/overlap.jpg.png",
    }
    assert np.array_equal(mask(tmp_path / "out/hole.png") > 0, rasterize(CASES["hole"]).union.to_mask())
    assert "3 images written." in result.stdout
    assert "1 image without a label was left out" in result.stdout
    assert "1 image has ignore regions" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("format", IDS)
def test_with_empty_the_unlabelled_are_written_too(photos, tmp_path, format):
    result = labeler("export", photos, "--to", format, "--out", tmp_path / "out", "--empty", "--json")
    report = json.loads(result.stdout)
    assert (report["images"], report["unlabelled"]) == (4, 0)
    if format == "coco":
        data = json.loads((tmp_path / "out/annotations.json").read_bytes())
        bare = next(image["id"] for image in data["images"] if image["file_name"] == "bare.png")
        assert all(one["image_id"] != bare for one in data["annotations"])
    elif format in ("masks", "indexed"):
        assert not mask(tmp_path / "out/bare.png").any()


def test_an_image_labelled_with_nothing_is_no_image_without_a_label(tmp_path):
    """Somebody looked and said so."""
    photos = dataset_in(tmp_path / "photos", {"checked.png": annotation_of(flags={"verified": True})})
    labeler("export", photos, "--to", "masks", "--out", tmp_path / "out")
    assert not mask(tmp_path / "out/checked.png").any()


def _break_image(photos):
    data = (photos / "hole.jpg").read_bytes()
    (photos / "hole.jpg").write_bytes(data[: len(data) // 2])


def _break_sidecar(photos):
    (photos / "hole.jpg.labels.json").write_text('{"format": "labeler.annotation"')


def _empty_image(photos):
    (photos / "hole.jpg").write_bytes(b"")


def _resize_image(photos):
    Image.new("RGB", (90, 80)).save(photos / "hole.jpg")


def _scale_image(photos):
    Image.new("RGB", (200, 160)).save(photos / "hole.jpg")


def _newer_sidecar(photos):
    path = photos / "hole.jpg.labels.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 99'))


def _unlisted_class(photos):
    path = photos / "hole.jpg.labels.json"
    path.write_text(path.read_text().replace('"class": "object"', '"class": "nowhere"'))


@pytest.mark.parametrize("format", IDS)
@pytest.mark.parametrize(
    "spoil",
    [
        _break_image,
        _break_sidecar,
        _empty_image,
        _resize_image,
        _scale_image,
        _newer_sidecar,
        _unlisted_class,
    ],
)
def test_what_is_broken_is_left_out_by_name_and_the_rest_written(photos, tmp_path, spoil, format):
    spoil(photos)
    before = files_in(photos)
    result = labeler("export", photos, "--to", format, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "2 images written." in result.stdout
    (line,) = result.stderr.splitlines()
    assert line.startswith("Left out: ")
    assert "hole.jpg" in line
    assert files_in(photos) == before


def test_a_class_that_is_not_listed_is_named(photos, tmp_path):
    _unlisted_class(photos)
    result = labeler("export", photos, "--to", "indexed", "--out", tmp_path / "out")
    assert "nowhere" in result.stderr
    assert "labeler.json" in result.stderr


def test_a_class_list_that_cannot_be_read_ends_the_export(photos, tmp_path):
    (photos / "labeler.json").write_text("[]")
    result = labeler("export", photos, "--to", "masks", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "labeler.json" in result.stderr
    assert not (tmp_path / "out").exists()


def test_the_report_for_machines(photos, tmp_path):
    _break_image(photos)
    result = labeler(
        "export", photos, "--to", "masks", "--per", "instance", "--out", tmp_path / "out", "--json"
    )
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    (skipped,) = report.pop("skipped")
    assert skipped["name"] == "hole.jpg"
    assert report == {
        "format": "masks",
        "out": str(tmp_path / "out"),
        "images": 2,
        "instances": 4,
        "files": 4,
        "unlabelled": 1,
        "filtered": 0,
        "current": 0,
        "removed": 0,
        "splits": {},
        "losses": {"ignore_left_out": {"count": 1, "first": "Ordner mit Ä/overlap.jpg"}},
    }


def test_quiet_says_only_what_went_wrong(photos, tmp_path):
    assert labeler("export", photos, "--to", "coco", "--out", tmp_path / "out", "--quiet").output == ""
    _break_image(photos)
    result = labeler("export", photos, "--to", "coco", "--out", tmp_path / "out", "--quiet")
    assert result.stdout == ""
    assert "hole.jpg" in result.stderr


@pytest.mark.parametrize("format", IDS)
def test_the_same_labels_give_the_same_bytes_and_replace_their_own_files(photos, tmp_path, format):
    for out in ("one", "other", "other"):
        assert labeler("export", photos, "--to", format, "--out", tmp_path / out).exit_code == 0
    assert files_in(tmp_path / "one") == files_in(tmp_path / "other")


@pytest.mark.parametrize("out", [".", "out", "Ordner mit Ä/out", "../photos", "../photos/out", "../link/out"])
def test_an_export_never_goes_into_the_dataset(photos, tmp_path, out):
    (tmp_path / "link").symlink_to(photos)
    before = files_in(photos)
    result = labeler("export", photos, "--to", "masks", "--out", photos / out)
    assert result.exit_code == 1
    assert "choose another folder with --out" in result.stderr
    assert files_in(photos) == before


def test_nor_into_folders_that_the_dataset_reaches_by_a_link(photos, tmp_path):
    elsewhere = dataset_in(tmp_path / "elsewhere", {"far.png": CASES["one"]})
    (photos / "linked").symlink_to(elsewhere)
    result = labeler("export", photos, "--to", "masks", "--out", elsewhere / "masks")
    assert result.exit_code == 1
    assert set(files_in(elsewhere)) == {"far.png", "far.png.labels.json", "labeler.json"}


def test_around_the_dataset_is_fine_unless_files_would_meet(tmp_path):
    data = tmp_path / "data"
    fine = dataset_in(data / "photos", {"a/one.png": CASES["one"]})
    assert labeler("export", fine, "--to", "masks", "--out", data).exit_code == 0
    assert (data / "a/one.png").exists()
    clash = dataset_in(data / "b", {"b/one.png": CASES["one"]})
    assert labeler("export", clash, "--to", "masks", "--out", data).exit_code == 1


def test_labels_in_a_parallel_tree(tmp_path):
    labels = tmp_path / "labels"
    photos = dataset_in(tmp_path / "photos", {"sub/one.png": CASES["one"]}, labels)
    out = tmp_path / "out"
    assert (
        "1 image written"
        in labeler("export", photos, "--labels", labels, "--to", "masks", "--out", out).stdout
    )
    assert (
        labeler("export", photos, "--labels", labels, "--to", "masks", "--out", labels / "x").exit_code == 1
    )


def test_a_folder_without_images_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    result = labeler("export", tmp_path / "empty", "--to", "masks", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "has no images" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "coco", "--bits", "8"], "--bits is no option of the format coco"),
        (["--to", "masks", "--segmentation", "rle"], "--segmentation is no option of the format masks"),
        (["--to", "masks", "--bits", "16"], "'16' is not one of '1', '8'"),
        (["--to", "yolo9000"], "'yolo9000' is not one of"),
        ([], "Missing option '--to'"),
    ],
)
def test_flags_that_do_not_fit_are_bad_usage(photos, tmp_path, words, said):
    result = labeler("export", photos, "--out", tmp_path / "out", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_choice_of_another_format_is_bad_usage(tmp_path):
    class Narrow:
        id = "narrow"
        options = (replace(FORMATS[0].options[1], choices=("8",), default="8"),)

    with pytest.raises(Exception, match="--bits 1 is not possible with the format narrow"):
        options_of(Narrow(), Narrow.options, (), {"bits": "1"})


def test_every_option_of_every_format_is_a_flag():
    text = labeler("export", "--help").stdout
    for format in FORMATS:
        assert format.id in text
        assert all(f"--{option.name}" in text for option in format.options)


def test_a_file_that_cannot_be_written_is_named(photos, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/hole.png").mkdir()
    result = labeler("export", photos, "--to", "masks", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "hole.png" in result.stderr
    assert not [name for name in files_in(tmp_path / "out") if name.endswith(".tmp")]


@pytest.mark.skipif(os.name != "posix", reason="pty")
def test_a_bar_is_shown_on_a_terminal_after_a_second(photos, tmp_path):
    import pty

    code = (
        "import labeler.cli.progress as progress; progress.PATIENCE_S = 0\n"
        "from labeler.cli import main\n"
        f"main(['export', {str(photos)!r}, '--to', 'masks', '--out', {str(tmp_path / 'out')!r}])"
    )
    master, slave = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=slave, timeout=60, check=True
    )
    os.close(slave)
    shown = os.read(master, 10000).decode()
    os.close(master)
    assert "Exporting" in shown
    assert "100%" in shown
    assert b"3 images written." in done.stdout
