from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO

from labeler import system
from tests.cli.folders import labeler
from tests.formats.cases import files_in

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SAMPLES = {"coins.png", "coffee.png", "retina.jpg"}


def test_the_samples_are_copied_and_exported_beside(tmp_path):
    folder = tmp_path / "try it"
    result = labeler("demo", folder, "--no-window")
    assert result.exit_code == 0, result.stderr
    expected = SAMPLES | {f"{name}.labels.json" for name in SAMPLES} | {"labeler.json", "CREDITS.md"}
    assert set(files_in(folder)) == expected
    assert set(files_in(tmp_path / "try it-exported")) == {
        *(f"{kind}/{name}.png" for kind in ("masks", "indexed") for name in ("coins", "coffee", "retina")),
        "coco/annotations.json",
    }
    assert f"labeler edit '{folder}'" in result.stdout
    assert str(tmp_path / "try it-exported") in result.stdout


def test_its_coco_file_and_its_masks_say_the_same(tmp_path):
    labeler("demo", tmp_path / "d", "--no-window")
    coco = COCO(str(tmp_path / "d-exported/coco/annotations.json"))
    for image in coco.loadImgs(coco.getImgIds()):
        mask = cv2.imdecode(
            np.fromfile(tmp_path / f"d-exported/masks/{image['file_name'].split('.')[0]}.png", np.uint8), 0
        )
        things = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]], iscrowd=False))
        assert things
        assert np.array_equal(np.maximum.reduce([coco.annToMask(one) for one in things]) * 255, mask)


def test_the_second_time_what_was_drawn_stays(tmp_path):
    labeler("demo", tmp_path / "d", "--no-window")
    edited = tmp_path / "d/coins.png.labels.json"
    data = json.loads(edited.read_text())
    data["instances"] = data["instances"][:3]
    edited.write_text(json.dumps(data))
    (tmp_path / "d/retina.jpg.labels.json").unlink()
    before = files_in(tmp_path / "d")
    assert labeler("demo", tmp_path / "d", "--no-window").exit_code == 0
    assert files_in(tmp_path / "d") == before
    coco = json.loads((tmp_path / "d-exported/coco/annotations.json").read_bytes())
    assert {image["file_name"] for image in coco["images"]} == {"coins.png", "coffee.png"}


def test_a_copy_that_was_interrupted_is_taken_up_again(tmp_path):
    labeler("demo", tmp_path / "d", "--no-window")
    complete = files_in(tmp_path / "d")
    (tmp_path / "d/labeler.json").unlink()
    (tmp_path / "d/coffee.png").write_bytes(b"half")
    labeler("demo", tmp_path / "d", "--no-window")
    assert files_in(tmp_path / "d") == complete


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = labeler("demo", tmp_path, "--no-window")
    assert result.exit_code == 1
    assert "give the demo a folder of its own" in result.stderr
    assert set(files_in(tmp_path)) == {"mine.txt"}


def test_without_a_folder_it_is_labeler_demo_right_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert labeler("demo", "--no-window", "--quiet").output == ""
    assert {path.name for path in tmp_path.iterdir()} == {"labeler-demo", "labeler-demo-exported"}


def test_the_editor_opens_when_there_is_a_display(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(system, "window_problem", lambda: None)
    monkeypatch.setattr("labeler.cli.demo.open_editor", lambda folder: opened.append(folder) or 0)
    assert labeler("demo", tmp_path / "d").exit_code == 0
    assert opened == [tmp_path / "d"]


def test_without_a_display_it_says_why_no_window_opens_and_is_content(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "window_problem", lambda: "No display here.")
    result = labeler("demo", tmp_path / "d")
    assert (result.exit_code, result.stderr) == (0, "No display here.\n")
