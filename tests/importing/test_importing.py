"""The road from another tool's files to sidecars: what both the window and the command line count on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

import labeler as package
from labeler.dataset import sidecar
from labeler.dataset.dataset import Dataset
from labeler.document.model import Role
from labeler.errors import LabelerError
from labeler.formats import IMPORT_FORMATS
from labeler.formats.building import annotation_of
from labeler.formats.reading import FoundClass, FoundImage, Images
from labeler.formats.report import Loss
from labeler.importing import import_labels
from tests.builders import instance_of, polygon, square
from tests.cli.folders import dataset_in, labeler
from tests.formats.cases import CASES, files_in
from tests.importing.told import COIN, DOT, Told, broken, found, labels_of, taken


def test_labels_come_to_the_images_they_are_for(photos):
    report = taken(photos, Told(found("a.png", COIN, DOT), found("c", DOT)))
    assert (report.images, report.instances) == (2, 3)
    assert [i.class_name for i in labels_of(photos, "a.png").instances] == ["coin", "dot"]
    assert labels_of(photos, "sub/c.png").instances[0].polygons == DOT.polygons
    assert not Dataset.open(photos).entry("b.png").is_labelled


def test_classes_of_the_source_take_the_place_of_the_one_every_folder_has(photos):
    classes = [FoundClass("dot", 5, "#112233"), FoundClass("rare", 9)]
    report = taken(photos, Told(found("a.png", COIN, DOT), classes=classes))
    entries = Dataset.open(photos).classes.entries
    assert [(entry.name, entry.index) for entry in entries] == [("dot", 5), ("rare", 9), ("coin", 10)]
    assert entries[0].color == "#112233"
    assert report.classes == ["dot", "rare", "coin"]


def test_classes_that_the_dataset_has_stay_as_they_are(photos):
    taken(photos, Told(found("a.png", COIN)))
    taken(
        photos,
        Told(found("b.png", COIN, DOT), classes=[FoundClass("coin", 7, "#ffffff"), FoundClass("dot", 1)]),
    )
    entries = Dataset.open(photos).classes.entries
    assert [(entry.name, entry.index) for entry in entries] == [("coin", 1), ("dot", 2)]
    assert entries[0].color != "#ffffff"


def test_images_with_labels_keep_them(photos):
    taken(photos, Told(found("a.png", COIN)))
    before = files_in(photos)
    report = taken(photos, Told(found("a.png", DOT), found("b.png", DOT)))
    assert report.kept == ["a.png"]
    assert report.images == 1
    assert files_in(photos)["a.png.labels.json"] == before["a.png.labels.json"]


def test_replaced_labels_are_in_the_trash(photos):
    taken(photos, Told(found("a.png", COIN)))
    before = (photos / "a.png.labels.json").read_bytes()
    report = taken(photos, Told(found("a.png", DOT)), {"replace": True})
    assert report.replaced == 1
    assert [i.class_name for i in labels_of(photos, "a.png").instances] == ["dot"]
    assert (photos / ".labeler/trash/a.png.labels.json").read_bytes() == before


def test_even_a_sidecar_that_cannot_be_read_is_replaced_when_asked(photos):
    (photos / "a.png.labels.json").write_text("{")
    assert taken(photos, Told(found("a.png", DOT)), {"add": True}).skipped[0].name == "a.png"
    assert taken(photos, Told(found("a.png", DOT)), {"replace": True}).images == 1
    assert (photos / ".labeler/trash/a.png.labels.json").read_text() == "{"


def test_added_labels_come_after_those_there_with_ids_of_their_own(photos):
    taken(photos, Told(found("a.png", COIN, flags={"verified": True})))
    taken(photos, Told(found("a.png", DOT, COIN)), {"add": True})
    annotation = labels_of(photos, "a.png")
    assert [i.class_name for i in annotation.instances] == ["coin", "dot", "coin"]
    assert len({i.id for i in annotation.instances}) == 3
    assert annotation.flags == {"verified": True}


def test_replacing_and_adding_at_once_is_refused(photos):
    with pytest.raises(LabelerError, match="not both"):
        taken(photos, Told(found("a.png", DOT)), {"add": True, "replace": True})


def test_what_a_source_says_in_two_places_about_an_image_comes_together(photos):
    ignore = [polygon([(0, 0), (9, 0), (9, 9)], Role.IGNORE)]
    report = taken(photos, Told(found("a.png", COIN), found("a", DOT, ignore=ignore)))
    annotation = labels_of(photos, "a.png")
    assert (report.images, report.instances) == (1, 2)
    assert len(annotation.instances) == 2
    assert len(annotation.ignore) == 1


@pytest.mark.parametrize("options", [{}, {"replace": True}, {"add": True}])
def test_a_dry_run_says_the_same_and_writes_nothing(photos, options):
    taken(photos, Told(found("b.png", COIN)))
    before = files_in(photos)
    format = Told(
        found("a.png", DOT), found("b.png", DOT), found("a.png", COIN), broken("sub/c.png"), found("x.png")
    )
    dry = taken(photos, format, options, dry_run=True)
    assert files_in(photos) == before
    assert not (photos / ".labeler").exists()
    assert replace(taken(photos, format, options), dry=True) == dry
    assert "would get labels" in dry.lines()[0]


def test_what_is_wrong_with_one_image_stops_no_other(photos):
    report = taken(photos, Told(broken("a.png"), found("b.png", COIN), found("nowhere.jpg", COIN)))
    assert [(one.name, one.reason) for one in report.skipped] == [("a.png", "a.png is in pieces.")]
    assert report.images == 1
    assert report.unknown == ["nowhere.jpg"]


def test_labels_for_another_size_are_left_out_with_both_sizes(photos):
    report = taken(photos, Told(found("a.png", COIN, size=(640, 480))))
    assert "640×480" in report.skipped[0].reason
    assert "100×80" in report.skipped[0].reason


def test_the_same_source_gives_the_same_sidecars(photos, tmp_path):
    other = dataset_in(tmp_path / "other", {"a.png": None})
    (other / "labeler.json").unlink()
    taken(photos, Told(found("a.png", COIN, DOT)))
    taken(other, Told(found("a.png", COIN, DOT)))
    assert (photos / "a.png.labels.json").read_bytes() == (other / "a.png.labels.json").read_bytes()


def test_an_image_with_nothing_on_it_gets_no_sidecar(photos):
    report = taken(photos, Told(found("a.png")))
    assert report.images == 0
    assert not (photos / "a.png.labels.json").exists()


def test_replacing_by_nothing_takes_the_labels_away(photos):
    taken(photos, Told(found("a.png", COIN)))
    assert taken(photos, Told(found("a.png"))).kept == ["a.png"]
    assert taken(photos, Told(found("a.png")), {"replace": True}, dry_run=True).replaced == 1
    assert (photos / "a.png.labels.json").exists()
    assert taken(photos, Told(found("a.png")), {"replace": True}).replaced == 1
    assert not (photos / "a.png.labels.json").exists()
    assert (photos / ".labeler/trash/a.png.labels.json").exists()


@pytest.mark.parametrize("format", IMPORT_FORMATS, ids=[format.id for format in IMPORT_FORMATS])
def test_a_source_with_nothing_to_read_is_an_error(photos, tmp_path, format):
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabelerError, match="empty"):
        import_labels(tmp_path / "empty", format, Dataset.open(photos), {})


def test_a_source_of_another_format_is_named(photos, tmp_path):
    full = dataset_in(tmp_path / "full", {"a.png": CASES["hole"]})
    labeler("export", full, "--to", "voc", "--out", tmp_path / "voc")
    result = labeler("import", tmp_path / "voc", "--from", "geojson", "--images", photos)
    assert result.exit_code == 1
    assert "looks like voc" in result.stderr


def test_it_stops_between_two_images(photos):
    stop = Event()
    report = taken(
        photos,
        Told(found("a.png", COIN), found("b.png", COIN)),
        progress=lambda done, total: stop.set() if done == 1 else None,
        stop=stop,
    )
    assert report.cancelled
    assert not (photos / "b.png.labels.json").exists()
    assert sidecar.load(photos / "a.png.labels.json").instances


def test_losses_are_counted(photos):
    class Lossy(Told):
        def read(self, source, reading):
            def read(size):
                reading.lose(Loss.NO_AREA, "a.png, shape 3")
                return annotation_of(size, [COIN])

            return [FoundImage("a.png", "a.png", read)]

    report = taken(photos, Lossy())
    assert report.losses[Loss.NO_AREA].first == "a.png, shape 3"
    assert any("thing without an area was left out" in line for line in report.lines())


def test_a_report_says_what_would_be_before_and_what_was_afterwards(photos):
    taken(photos, Told(found("a.png", COIN)))
    dry = taken(photos, Told(found("a.png", DOT)), {"replace": True}, dry_run=True)
    assert "1 earlier sidecar would go to the trash." in dry.lines()
    kept = taken(photos, Told(found("a.png", DOT)), dry_run=True)
    assert "1 image has labels already and would be left as it is (a.png)" in kept.lines()
    dry.lose(Loss.BOX, "a.png")
    assert "1 box without an outline would be left out (a.png)" in dry.lines()
    done = replace(kept, dry=False, replaced=1)
    assert "1 earlier sidecar went to the trash." in done.lines()
    assert "1 image had labels already and was left as it is (a.png)" in done.lines()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("deep/one.jpg", "deep/one.jpg"),
        ("deep/one", "deep/one.jpg"),
        ("one.jpg", "deep/one.jpg"),
        ("one.png", "deep/one.jpg"),
        ("C:\\somewhere\\else\\one.jpg", "deep/one.jpg"),
        ("/home/them/one.jpg", "deep/one.jpg"),
        ("two.jpg", "two.jpg"),
        ("two", None),
        ("a/same.png", "a/same.png"),
        ("same.png", None),
        ("", None),
        ("..", None),
        ("nowhere", None),
        ("v1.2", "v1.2.png"),
    ],
)
def test_images_are_found_by_the_names_that_others_use(said, meant):
    names = ["deep/one.jpg", "two.jpg", "two.png", "a/same.png", "b/same.png", "v1.2.png"]
    assert Images(names).match(said) == meant


# --- the command line --------------------------------------------------------------------------------------


def test_the_command_imports_what_export_wrote(photos, tmp_path):
    full = dataset_in(tmp_path / "full", {"a.png": CASES["hole"], "b.png": CASES["overlap"]})
    labeler("export", full, "--to", "coco", "--out", tmp_path / "coco")
    result = labeler("import", tmp_path / "coco", "--from", "coco", "--images", photos, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["images"], report["instances"]) == (2, 4)
    labeler("export", photos, "--to", "masks", "--out", tmp_path / "masks")
    labeler("export", full, "--to", "masks", "--out", tmp_path / "expected")
    assert files_in(tmp_path / "masks") == files_in(tmp_path / "expected")


def test_the_command_sees_what_a_source_is(photos, tmp_path):
    full = dataset_in(tmp_path / "full", {"a.png": CASES["hole"]})
    labeler("export", full, "--to", "coco", "--out", tmp_path / "coco")
    result = labeler("import", tmp_path / "coco", "--images", photos)
    assert "1 image got labels: 1 instance." in result.stdout
    (tmp_path / "notes").mkdir()
    result = labeler("import", tmp_path / "notes", "--images", photos)
    assert result.exit_code == 2
    assert "say which it is with --from" in result.stderr


def test_a_source_that_is_none_is_one_sentence(photos, tmp_path):
    (tmp_path / "annotations.json").write_text("nothing")
    result = labeler("import", tmp_path / "annotations.json", "--from", "coco", "--images", photos)
    assert result.exit_code == 1
    assert "annotations.json" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def listed(*numbers):
    return [FoundClass(f"c{number}", number) for number in numbers]


@pytest.mark.parametrize("index", [0, -5, 255, 1000, 10**30])
def test_an_index_that_a_class_cannot_have_is_replaced_by_one_that_it_can(photos, index):
    taken(photos, Told(found("a.png", COIN), classes=[FoundClass("coin", index), FoundClass("dot", index)]))
    assert [entry.index for entry in Dataset.open(photos).classes.entries] == [1, 2]


def test_of_more_classes_than_there_can_be_those_in_use_come(photos):
    thing = instance_of(square(), class_name="c300")
    report = taken(photos, Told(found("a.png", COIN, thing), classes=listed(*range(1, 400))))
    assert report.classes == ["coin", "c300"]
    assert report.images == 1


def test_an_image_of_a_class_too_many_is_left_out_and_no_other(photos):
    labels = [instance_of(square(), id=f"i{n}", class_name=f"c{n}") for n in range(300)]
    report = taken(photos, Told(found("a.png", *labels), found("b.png", COIN)))
    assert [skipped.name for skipped in report.skipped] == ["a.png"]
    assert "254" in report.skipped[0].reason
    assert report.images == 1


def test_names_that_are_no_unicode_are_shown_with_escapes(photos, tmp_path):
    coco = {"images": [{"id": 1, "file_name": "\ud800.png"}], "annotations": [], "categories": []}
    (tmp_path / "coco.json").write_text(json.dumps(coco))
    done = subprocess.run(
        [sys.executable, "-m", "labeler", "import", "coco.json", "--from", "coco", "--images", photos],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1]), "PYTHONUTF8": "1"},
        capture_output=True,
    )
    assert b"Traceback" not in done.stderr
    assert rb"\ud800.png" in done.stdout
