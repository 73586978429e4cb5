"""Taking an import back: everything is as it was, but for what somebody changed since."""

from __future__ import annotations

from threading import Event

import pytest

from labeler.dataset.dataset import Dataset
from labeler.importing import import_labels, take_back
from tests.formats.cases import files_in
from tests.importing.told import COIN, DOT, Told, found, labels_of, taken

_SIDECAR = "a.png.labels.json"


def taken_back(photos, report, **how):
    return take_back(Dataset.open(photos), report, **how)


def in_place(photos):
    """All files but those in the trash and the list of classes."""
    files = files_in(photos).items()
    return {name: data for name, data in files if not name.startswith(".labeler/") and name != "labeler.json"}


@pytest.fixture
def labelled(photos):
    """a.png and b.png have labels."""
    taken(photos, Told(found("a.png", COIN), found("b.png", COIN)))
    return photos


@pytest.mark.parametrize(("options", "images"), [({}, 1), ({"replace": True}, 3), ({"add": True}, 2)])
def test_every_image_has_what_it_had(labelled, options, images):
    before = in_place(labelled)
    format = Told(
        found("a.png", DOT), found("b.png"), found("sub/c.png", DOT), found("a.png", COIN), found("b.png")
    )
    report = taken(labelled, format, options)
    assert in_place(labelled) != before
    told = taken_back(labelled, report)
    assert in_place(labelled) == before
    assert (told.images, told.skipped) == (images, [])
    assert Dataset.open(labelled).entry("b.png").is_labelled


def test_what_was_imported_is_in_the_trash_and_nothing_else(labelled):
    earlier = (labelled / _SIDECAR).read_bytes()
    report = taken(labelled, Told(found("a.png", DOT), found("sub/c.png", DOT)), {"replace": True})
    imported = {name: (labelled / name).read_bytes() for name in (_SIDECAR, "sub/c.png.labels.json")}
    dataset = Dataset.open(labelled)
    take_back(dataset, report)
    trash = files_in(labelled / ".labeler" / "trash")
    assert earlier not in trash.values()
    assert sorted(trash.values()) == sorted(imported.values())
    assert dataset.entry("a.png").is_labelled
    assert not dataset.entry("sub/c.png").is_labelled


def test_a_sidecar_that_could_not_be_read_comes_back_as_it_was(photos):
    (photos / _SIDECAR).write_text("{")
    report = taken(photos, Told(found("a.png", DOT)), {"replace": True})
    assert labels_of(photos, "a.png").instances
    assert taken_back(photos, report).images == 1
    assert (photos / _SIDECAR).read_text() == "{"


@pytest.mark.parametrize(
    ("name", "instances"),
    [("a.png", [DOT]), ("sub/c.png", [DOT]), ("a.png", [])],
    ids=["replaced", "new", "emptied"],
)
def test_what_was_changed_since_is_left_and_named(labelled, name, instances):
    report = taken(labelled, Told(found(name, *instances), found("b.png", DOT)), {"replace": True})
    sidecar = labelled / f"{name}.labels.json"
    sidecar.write_bytes((sidecar.read_bytes() if sidecar.exists() else b"{}") + b"\n")
    changed = sidecar.read_bytes()
    told = taken_back(labelled, report)
    assert [one.name for one in told.skipped] == [name]
    assert name in told.skipped[0].reason
    assert sidecar.read_bytes() == changed
    assert told.images == 1
    assert [i.class_name for i in labels_of(labelled, "b.png").instances] == ["coin"]


def test_what_is_not_in_the_trash_any_more_is_said_and_nothing_lost(labelled):
    report = taken(labelled, Told(found("a.png", DOT)), {"replace": True})
    imported = (labelled / _SIDECAR).read_bytes()
    (labelled / ".labeler" / "trash" / _SIDECAR).unlink()
    told = taken_back(labelled, report)
    assert _SIDECAR in told.skipped[0].reason
    assert (labelled / _SIDECAR).read_bytes() == imported


def test_a_sidecar_that_somebody_took_away_is_not_brought_back(photos):
    report = taken(photos, Told(found("a.png", DOT)))
    (photos / _SIDECAR).unlink()
    assert [one.name for one in taken_back(photos, report).skipped] == ["a.png"]
    assert not (photos / _SIDECAR).exists()


def test_classes_stay(photos):
    report = taken(photos, Told(found("a.png", COIN, DOT)))
    taken_back(photos, report)
    assert Dataset.open(photos).classes.names == ("coin", "dot")


def test_what_was_cancelled_can_be_gone_on_with(photos):
    before = in_place(photos)
    report = taken(photos, Told(found("a.png", DOT), found("b.png", DOT)))
    stop = Event()
    told = taken_back(photos, report, progress=lambda done, total: done and stop.set(), stop=stop)
    assert (told.images, told.cancelled) == (1, True)
    assert list(report.written) == ["b.png"]
    assert taken_back(photos, report).images == 1
    assert in_place(photos) == before


def test_a_parallel_tree_is_taken_back_too(photos, tmp_path):
    labels = tmp_path / "labels"
    report = import_labels(photos, Told(found("sub/c.png", DOT)), Dataset.open(photos, labels), {})
    assert take_back(Dataset.open(photos, labels), report).images == 1
    assert not Dataset.open(photos, labels).entry("sub/c.png").is_labelled
