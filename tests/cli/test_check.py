from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PIL import Image

import labeler as package
from labeler.dataset import classes, sidecar
from labeler.dataset.classes import ClassEntry, Classes
from labeler.document.checks import RULES
from labeler.document.model import Role
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square
from tests.cli.folders import dataset_in, labeler
from tests.formats.cases import files_in

BOW_TIE = polygon([(10, 10), (50, 50), (50, 10), (10, 50)])
CLEAN = annotation_of(
    ring_with_hole(),
    instance_of(square(70, 10, 10), id="k3f9", class_name="Käse/Brot"),
    instance_of(square(85, 10, 10), id="e1", class_name="edge"),
)


@pytest.fixture
def photos(tmp_path):
    """A dataset with nothing to find: 100 × 80 px, every class in use."""
    return dataset_in(tmp_path / "photos", {"a.png": CLEAN, "sub/b.jpg": annotation_of(), "bare.png": None})


def sidecar_of(photos, name):
    return photos / f"{name}.labels.json"


def draw(photos, name, *things, **options):
    """Add these to the clean image."""
    drawn = annotation_of(*things, file=Path(name).name, **options)
    sidecar.save(sidecar_of(photos, name), drawn)


def findings(photos, *options):
    result = labeler("check", photos, "--json", *options)
    report = json.loads(result.stdout)
    assert result.exit_code == (1 if report["problems"] else 0)
    assert report["problems"] + report["notes"] == len(report["findings"])
    return [finding for finding in report["findings"] if finding["rule"] != "class-unused"]


def only_finding(photos, *options):
    (finding,) = findings(photos, *options)
    return finding


# --- the command -------------------------------------------------------------------------------------------


def test_a_clean_dataset_says_so_and_ends_with_0(photos):
    result = labeler("check", photos)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "0 problems and 0 notes in 3 images, 2 of them labelled.\n"
    assert labeler("check", photos, "--quiet").stdout == ""


def test_a_problem_ends_with_1_and_names_file_instance_polygon_and_place(photos):
    draw(photos, "sub/b.jpg", instance_of(BOW_TIE, id="k3f9"))
    result = labeler("check", photos)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        "sub/b.jpg: object k3f9, polygon 1 (include), at 30.0, 30.0: The outline crosses itself: "
        "move or delete a point so that it does not."
    )
    assert result.stdout.splitlines()[-1] == "1 problem and 0 notes in 3 images, 2 of them labelled."


def test_notes_leave_the_exit_code_at_0_and_are_not_said_when_quiet(photos):
    draw(photos, "sub/b.jpg", rectangle(10, 10, 60, 10.6))
    result = labeler("check", photos)
    assert result.exit_code == 0
    assert "sub/b.jpg: object i1, polygon 1 (include): Thinner than a pixel" in result.stdout
    assert "(note)" in result.stdout
    quiet = labeler("check", photos, "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")


def test_machines_get_every_finding_with_file_instance_and_place(photos):
    draw(photos, "sub/b.jpg", instance_of(BOW_TIE, id="k3f9"))
    finding = only_finding(photos)
    assert finding.pop("message").startswith("The outline crosses itself")
    assert finding == {
        "rule": "crossing",
        "severity": "problem",
        "file": "sub/b.jpg",
        "instance": "k3f9",
        "class": "object",
        "role": "include",
        "polygon": 0,
        "places": [[30, 30]],
    }


def test_bad_usage_ends_with_2(tmp_path):
    assert labeler("check").exit_code == 2
    assert labeler("check", tmp_path / "nowhere").exit_code == 2
    assert labeler("check", tmp_path, "--fix").exit_code == 2


def test_a_folder_without_images_is_an_error(tmp_path):
    result = labeler("check", tmp_path)
    assert (result.exit_code, result.stderr) == (1, f"Error: {tmp_path} has no images.\n")


def test_looking_writes_nothing(photos):
    draw(photos, "sub/b.jpg", BOW_TIE, square(200, 200, 10))
    (photos / "gone.jpg.labels.json").write_text("{}")
    (photos / ".labeler-0123456789abcdef.tmp").write_text("")
    before = files_in(photos), sorted(path.stat().st_mtime_ns for path in photos.rglob("*"))
    assert labeler("check", photos).exit_code == 1
    assert (files_in(photos), sorted(path.stat().st_mtime_ns for path in photos.rglob("*"))) == before


def test_sidecars_in_a_parallel_tree_are_checked_there(tmp_path):
    drawn = {"a.png": annotation_of(BOW_TIE)}
    photos = dataset_in(tmp_path / "photos", drawn, labels=tmp_path / "labels")
    assert findings(photos) == []
    assert only_finding(photos, "--labels", tmp_path / "labels")["rule"] == "crossing"


# --- sidecars ----------------------------------------------------------------------------------------------


def test_a_broken_sidecar_is_found_and_the_others_are_checked_all_the_same(photos):
    draw(photos, "sub/b.jpg", BOW_TIE)
    sidecar_of(photos, "a.png").write_text('{"format"')
    rules = [(finding["file"], finding["rule"]) for finding in findings(photos)]
    assert rules == [("a.png", "sidecar-unreadable"), ("sub/b.jpg", "crossing")]
    assert "a.png.labels.json: is not valid JSON" in labeler("check", photos).stdout


def test_a_class_that_a_broken_sidecar_may_use_is_not_called_unused(photos):
    draw(photos, "sub/b.jpg", square())
    sidecar_of(photos, "a.png").write_text('{"format"')
    assert "class-unused" not in labeler("check", photos, "--json").stdout


def test_a_newer_sidecar_is_a_problem_of_its_own(photos):
    path = sidecar_of(photos, "a.png")
    path.write_text(path.read_text("utf-8").replace('"version": 1', '"version": 2'), "utf-8")
    assert only_finding(photos)["rule"] == "sidecar-newer"


def test_a_sidecar_without_its_image_is_found(photos):
    (photos / "sub/b.jpg").unlink()
    finding = only_finding(photos)
    assert (finding["rule"], finding["file"]) == ("image-missing", "sub/b.jpg.labels.json")


def test_sidecars_alone_are_still_a_dataset(tmp_path):
    (tmp_path / "gone.png.labels.json").write_text("{}")
    assert only_finding(tmp_path)["rule"] == "image-missing"


def test_what_an_interrupted_save_left_is_noted_but_not_one_that_is_under_way(photos):
    left, under_way = (photos / "sub" / f".labeler-{n * 16}.tmp" for n in "ab")
    left.write_text("")
    under_way.write_text("")
    os.utime(left, (1e9, 1e9))
    (photos / ".labeler-mine.tmp").write_text("")
    finding = only_finding(photos)
    assert (finding["rule"], finding["severity"]) == ("left-over", "note")
    assert finding["file"] == f"sub/{left.name}"


# --- images ------------------------------------------------------------------------------------------------


def test_a_broken_image_is_found_with_or_without_a_label(photos):
    for name in "a.png", "bare.png":
        (photos / name).write_bytes((photos / name).read_bytes()[:-20])
    found = findings(photos)
    assert [(finding["file"], finding["rule"]) for finding in found] == [
        ("a.png", "image-unreadable"),
        ("bare.png", "image-unreadable"),
    ]
    assert found[0]["message"].startswith("a.png ends too early")


@pytest.mark.parametrize(("size", "rule"), [((200, 160), "image-scaled"), ((100, 81), "image-size")])
def test_an_image_of_another_size_is_found(photos, size, rule):
    Image.new("RGB", size).save(photos / "a.png")
    assert only_finding(photos)["rule"] == rule


def test_an_image_in_another_size_has_its_polygons_checked_all_the_same(photos):
    draw(photos, "sub/b.jpg", BOW_TIE, width=10)
    assert {finding["rule"] for finding in findings(photos)} >= {"image-size", "crossing"}


# --- classes -----------------------------------------------------------------------------------------------


def test_a_class_that_is_not_listed_is_one_finding_an_image(photos):
    strange = [instance_of(square(20 * n, 0, 10), id=f"s{n}", class_name="Edge") for n in range(3)]
    draw(photos, "sub/b.jpg", *strange)
    finding = only_finding(photos)
    assert (finding["rule"], finding["file"], finding["instance"]) == ("class-unknown", "sub/b.jpg", "s0")
    assert 'The class "Edge" of 3 instances is not in labeler.json' in finding["message"]


def test_classes_that_nothing_uses_and_classes_almost_alike_are_notes(photos):
    listed = classes.load(photos)
    more = ClassEntry("Edge", 20, "#000000"), ClassEntry("moon", 21, "#ffffff")
    classes.save(photos, Classes(listed.entries + more))
    result = labeler("check", photos)
    assert result.exit_code == 0
    unused, alike, _summary = result.stdout.splitlines()
    assert unused == 'labeler.json: No instance is of the class "moon". (note)'
    assert 'The classes "edge" and "Edge" have almost the same name (1 and 0 instances)' in alike


def test_a_folder_without_a_class_list_is_not_asked_to_use_its_one_class(tmp_path):
    photos = dataset_in(tmp_path / "photos", {"a.png": annotation_of()})
    draw(photos, "a.png", flags={"verified": True})
    (photos / "labeler.json").unlink()
    assert labeler("check", photos).stdout.startswith("0 problems and 0 notes")


def test_a_broken_class_list_is_a_finding_and_ends_nothing(photos):
    (photos / "labeler.json").write_text("{}")
    draw(photos, "sub/b.jpg", BOW_TIE)
    assert [finding["rule"] for finding in findings(photos)] == ["classes-unreadable", "crossing"]


# --- geometry ----------------------------------------------------------------------------------------------


def test_an_instance_that_covers_no_pixel_is_found(photos):
    draw(photos, "sub/b.jpg", instance_of(rectangle(10, 10.6, 60, 11.4), id="thin"))
    assert [(f["rule"], f["severity"]) for f in findings(photos)] == [
        ("sliver", "note"),
        ("no-pixel", "problem"),
    ]


def test_an_instance_that_covers_no_pixel_for_a_reason_already_given_is_told_once(photos):
    draw(photos, "sub/b.jpg", square(200, 0, 10))
    assert only_finding(photos)["rule"] == "outside"


def test_image_wide_regions_are_named_without_an_instance(photos):
    draw(photos, "sub/b.jpg", ignore=[square(0, 0, 5), square(200, 0, 5)])
    assert labeler("check", photos).stdout.startswith("sub/b.jpg: ignore region 2: Wholly outside the image")


def test_every_rule_reaches_the_command_line(photos):
    draw(
        photos,
        "sub/b.jpg",
        BOW_TIE,
        polygon([(0, 0), (40, 0), (40, 40), (20, 0), (0, 40)]),
        polygon([(10, 10), (10, 10), (60, 10), (60, 10.5), (10, 10.5)]),
        square(200, 200, 10),
        (square(), square(70, 0, 5, role=Role.EXCLUDE)),
        square(),
        instance_of(square(role=Role.EXCLUDE), id="x"),
        exclude=[square(80, 60, 5)],
    )
    assert {finding["rule"] for finding in findings(photos)} >= {rule.id for rule in RULES}


def test_the_sample_dataset_is_clean():
    result = labeler("check", Path(package.__file__).parent / "samples")
    assert (result.exit_code, result.stdout) == (
        0,
        "0 problems and 0 notes in 3 images, 3 of them labelled.\n",
    )
