"""Taking an export up again: after it was killed, and after a few labels changed."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from threading import Event

import pytest

import labeler
from labeler.dataset import sidecar
from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.exporting import export
from labeler.formats import EXPORT_FORMATS
from labeler.formats.report import Loss
from tests.cli.folders import dataset_in
from tests.formats.cases import CASES, files_in

each_format = pytest.mark.parametrize("format", EXPORT_FORMATS, ids=[format.id for format in EXPORT_FORMATS])
COCO = next(format for format in EXPORT_FORMATS if format.id == "coco")
MASKS = next(format for format in EXPORT_FORMATS if format.id == "masks")
#: The same everywhere, so that the sizes of files do not tell which is which.
LABELS = [CASES["hole"], CASES["overlap"], CASES["tiny"], CASES["ignore"]]


@pytest.fixture
def photos(tmp_path):
    return dataset_in(tmp_path / "photos", {f"{n}.png": LABELS[n % len(LABELS)] for n in range(8)})


def exported(photos, out, format, options=None, **how):
    return export(Dataset.open(photos), format, out, options or {}, **how)


def relabel(photos, name, annotation):
    path = photos / f"{name}.labels.json"
    sidecar.save(path, annotation)


def written_at(folder):
    return {name: (folder / name).stat().st_mtime_ns for name in files_in(folder)}


@each_format
def test_what_is_up_to_date_is_not_made_again(photos, tmp_path, format):
    first = exported(photos, tmp_path / "out", format)
    before = files_in(tmp_path / "out")
    report = exported(photos, tmp_path / "out", format, resume=True)
    assert report.current == 8
    assert files_in(tmp_path / "out") == before
    assert (report.images, report.instances) == (first.images, first.instances)
    assert report.losses == first.losses


@each_format
def test_a_changed_label_an_image_that_came_and_one_that_went(photos, tmp_path, format):
    exported(photos, tmp_path / "out", format)
    relabel(photos, "3.png", CASES["one"])
    dataset_in(photos, {"new.png": CASES["two holes"]})
    (photos / "5.png").unlink()
    (photos / "5.png.labels.json").unlink()
    report = exported(photos, tmp_path / "out", format, resume=True)
    exported(photos, tmp_path / "fresh", format)
    assert report.current == 6
    assert files_in(tmp_path / "out") == files_in(tmp_path / "fresh")


def test_files_that_did_not_change_are_not_touched(photos, tmp_path):
    exported(photos, tmp_path / "out", MASKS)
    before = written_at(tmp_path / "out")
    relabel(photos, "3.png", CASES["one"])
    exported(photos, tmp_path / "out", MASKS, resume=True)
    after = written_at(tmp_path / "out")
    assert {name for name in after if after[name] != before[name]} == {"3.png"}


def test_a_mask_that_somebody_deleted_or_changed_is_made_again(photos, tmp_path):
    exported(photos, tmp_path / "out", MASKS)
    before = files_in(tmp_path / "out")
    (tmp_path / "out/1.png").unlink()
    (tmp_path / "out/2.png").write_bytes(b"scribble")
    assert exported(photos, tmp_path / "out", MASKS, resume=True).current == 6
    assert files_in(tmp_path / "out") == before


def test_a_shared_file_that_somebody_changed_is_made_again(photos, tmp_path):
    exported(photos, tmp_path / "out", COCO)
    before = files_in(tmp_path / "out")
    (tmp_path / "out/annotations.json").write_text("{}")
    assert exported(photos, tmp_path / "out", COCO, resume=True).current == 0
    assert files_in(tmp_path / "out") == before


def test_other_options_take_nothing_over(photos, tmp_path):
    exported(photos, tmp_path / "out", COCO)
    report = exported(photos, tmp_path / "out", COCO, {"segmentation": "polygons"}, resume=True)
    exported(photos, tmp_path / "fresh", COCO, {"segmentation": "polygons"})
    assert report.current == 0
    assert files_in(tmp_path / "out") == files_in(tmp_path / "fresh")


def test_masks_of_images_that_are_gone_go_and_files_of_others_stay(photos, tmp_path):
    out = tmp_path / "out"
    exported(photos, out, MASKS)
    (out / "mine.txt").write_text("notes")
    (out / "2.png").write_bytes(b"retouched by hand")
    for n in (1, 2):
        (photos / f"{n}.png").unlink()
    report = exported(photos, out, MASKS)
    assert report.removed == 1
    assert "1.png" not in files_in(out)
    assert {"mine.txt", "2.png"} <= set(files_in(out))
    assert any("earlier export was removed" in line for line in report.lines())


def test_losses_are_told_again_when_nothing_is_made_again(photos, tmp_path):
    exported(photos, tmp_path / "out", MASKS, {"per": "instance"})
    report = exported(photos, tmp_path / "out", MASKS, {"per": "instance"}, resume=True)
    assert report.losses[Loss.EMPTY].count == 2
    assert report.losses[Loss.IGNORE].count == 2


EXPORT = """
import sys, time
from pathlib import Path
from labeler.dataset.dataset import Dataset
from labeler.exporting import export, running
from labeler.formats import FORMATS
running._FLUSH_EVERY = 1
def slowly(done, total):
    print(done, flush=True)
    time.sleep(0.05)
if __name__ == "__main__":
    format = next(f for f in FORMATS if f.id == sys.argv[3])
    export(Dataset.open(Path(sys.argv[1])), format, Path(sys.argv[2]), {}, slowly)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@each_format
def test_a_killed_export_is_finished_and_the_earlier_one_stays_until_then(photos, tmp_path, format):
    out, script = tmp_path / "out", tmp_path / "slowly.py"
    script.write_text(EXPORT)
    exported(photos, out, format)
    earlier = files_in(out)
    for n in range(8):
        relabel(photos, f"{n}.png", LABELS[(n + 1) % len(LABELS)])
    exported(photos, tmp_path / "fresh", format)
    fresh = files_in(tmp_path / "fresh")
    process = subprocess.Popen(
        [sys.executable, script, photos, out, format.id],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(labeler.__file__).parents[1])},
        text=True,
    )
    with process:
        assert any(line == "5\n" for line in process.stdout)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    left = {name: data for name, data in files_in(out).items() if not name.endswith(".tmp")}
    assert all(data in (earlier.get(name), fresh.get(name)) for name, data in left.items())
    report = exported(photos, out, format, resume=True)
    assert report.current >= 4
    assert files_in(out).items() >= fresh.items()


def test_without_resume_an_interrupted_export_leaves_nothing_behind(photos, tmp_path):
    (tmp_path / "out/.labeler-export/run-0123").mkdir(parents=True)
    (tmp_path / "out/.labeler-export/run-0123/rows-0").write_bytes(b"old")
    exported(photos, tmp_path / "out", COCO)
    assert [path.name for path in (tmp_path / "out/.labeler-export").iterdir()] == ["ledger.jsonl"]


def test_a_ledger_that_is_damaged_only_costs_time(photos, tmp_path):
    exported(photos, tmp_path / "out", COCO)
    before = files_in(tmp_path / "out")
    ledger = tmp_path / "out/.labeler-export/ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    for damaged in (b"", b"\x00" * 50, lines[0] + b"[1]\n" + lines[2], b"".join(lines[:4]) + lines[4][:9]):
        ledger.write_bytes(damaged)
        exported(photos, tmp_path / "out", COCO, resume=True)
        assert files_in(tmp_path / "out") == before


def test_several_processes_write_the_same_bytes(photos, tmp_path):
    for format in (MASKS, COCO):
        exported(photos, tmp_path / "one" / format.id, format)
        start = time.monotonic()
        report = exported(photos, tmp_path / "two" / format.id, format, workers=2)
        assert time.monotonic() - start < 60
        assert report.images == 8
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def interrupted(photos, out, options):
    """An export that is stopped after some images."""
    stop = threading.Event()
    report = export(
        Dataset.open(photos), MASKS, out, options, lambda done, _total: done == 4 and stop.set(), stop
    )
    assert report.cancelled


def test_what_was_gone_when_an_export_was_interrupted_goes_too(photos, tmp_path):
    out, options = tmp_path / "out", {"per": "instance"}
    exported(photos, out, MASKS, options)
    relabel(photos, "1.png", CASES["one"])  # was two instances
    interrupted(photos, out, options)
    exported(photos, out, MASKS, options, resume=True)
    exported(photos, tmp_path / "fresh", MASKS, options)
    assert files_in(out) == files_in(tmp_path / "fresh")


def test_what_an_interrupted_export_wrote_goes_when_its_image_does(photos, tmp_path):
    out = tmp_path / "out"
    interrupted(photos, out, {})
    (photos / "1.png").unlink()
    assert exported(photos, out, MASKS, resume=True).removed == 1
    assert "1.png" not in files_in(out)


def test_an_interrupted_export_of_another_kind_is_not_taken_for_ours(photos, tmp_path):
    out = tmp_path / "out"
    exported(photos, out, MASKS)
    before = files_in(out)
    interrupted(photos, out, {"grow": 1.0})
    for name in before:  # an unlucky day: as many bytes as before
        (out / name).write_bytes(bytes(len(before[name])))
    assert exported(photos, out, MASKS, resume=True).current == 0
    assert files_in(out) == before


@pytest.mark.parametrize("name", ["../mine.txt", "a/../../mine.txt", "{root}/mine.txt"])
def test_a_ledger_that_names_files_of_others_removes_none(photos, tmp_path, name):
    out, mine = tmp_path / "out", tmp_path / "mine.txt"
    exported(photos, out, MASKS)
    mine.write_text("notes")
    ledger = out / ".labeler-export/ledger.jsonl"
    head, *_rest, last = ledger.read_bytes().splitlines(keepends=True)
    line = json.dumps(["gone.png", "", [[name.format(root=tmp_path), 5]], [], 0, []])
    ledger.write_bytes(head + line.encode() + b"\n" + last)
    report = exported(photos, out, MASKS)
    assert report.removed == 0
    assert mine.read_text() == "notes"


@pytest.mark.parametrize(
    "piece", [[0, -9, 3], [0, 0, -1], [0, 0, 10**18], [0, 10**30, 1], [-1, 0, 1], [7, 0, 1]]
)
def test_a_ledger_that_leads_nowhere_only_costs_time(photos, tmp_path, piece):
    exported(photos, tmp_path / "out", COCO)
    before = files_in(tmp_path / "out")
    ledger = tmp_path / "out/.labeler-export/ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    entry = json.loads(lines[1])
    entry[3] = [piece]
    ledger.write_bytes(b"".join([lines[0], json.dumps(entry).encode() + b"\n", *lines[2:]]))
    assert exported(photos, tmp_path / "out", COCO, resume=True).current == 7
    assert files_in(tmp_path / "out") == before


def test_the_mask_of_an_image_that_cannot_be_read_now_stays_until_it_can(photos, tmp_path):
    out = tmp_path / "out"
    exported(photos, out, MASKS)
    before, sidecar_file = files_in(out), photos / "3.png.labels.json"
    text = sidecar_file.read_bytes()
    sidecar_file.write_text("{")
    for resume in (True, False, True):
        report = exported(photos, out, MASKS, resume=resume)
        assert (report.removed, len(report.skipped)) == (0, 1)
        assert files_in(out) == before
    sidecar_file.write_bytes(text)
    assert exported(photos, out, MASKS, resume=True).current == 7
    sidecar_file.unlink()
    assert exported(photos, out, MASKS, resume=True).removed == 1
    assert "3.png" not in files_in(out)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
@pytest.mark.parametrize("full", ["rows-0", "rows-1", "ledger.jsonl"])
def test_a_full_disk_is_one_sentence_that_names_the_place(photos, tmp_path, monkeypatch, full):
    out = tmp_path / "out"
    exported(photos, out, COCO)
    before = files_in(out)
    opened = Path.open

    def open_on_a_full_disk(self, mode="r", *arguments, **named):
        if self.name == full and "x" in mode:
            self = Path("/dev/full")
            mode = mode.replace("x", "w")
        return opened(self, mode, *arguments, **named)

    monkeypatch.setattr(Path, "open", open_on_a_full_disk)
    with pytest.raises(LabelerError, match=r"out.*could not be written: No space left on device"):
        exported(photos, out, COCO)
    assert files_in(out) == before


def test_a_disk_that_is_full_of_images_ends_the_export_and_takes_no_earlier_one_away(
    photos, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    exported(photos, out, COCO, {"images": "copy"})
    before = files_in(out)

    def copied(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", copied)
    with pytest.raises(LabelerError, match=r"0\.png could not be written: No space left on device"):
        exported(photos, out, COCO, {"images": "copy"})
    assert files_in(out) == before


def images_of(folder, split):
    return {path.stem for path in (folder / "images" / split).glob("*.png")}


@pytest.mark.parametrize("resume", [False, True])
def test_with_another_split_no_image_is_left_in_the_old_one(tmp_path, resume):
    photos = dataset_in(tmp_path / "photos", {f"{n:02}.png": CASES["one"] for n in range(30)})
    yolo = next(format for format in EXPORT_FORMATS if format.id == "yolo")
    exported(photos, tmp_path / "out", yolo, {"split": "80/20"})
    report = exported(photos, tmp_path / "out", yolo, {"split": "30/70"}, resume=resume)
    assert report.removed > 10
    assert not images_of(tmp_path / "out", "train") & images_of(tmp_path / "out", "val")
    exported(photos, tmp_path / "fresh", yolo, {"split": "30/70"})
    assert files_in(tmp_path / "out") == files_in(tmp_path / "fresh")


def test_other_options_leave_no_file_of_the_earlier_ones(photos, tmp_path):
    out = tmp_path / "out"
    exported(photos, out, COCO, {"split": "50/50"})
    (out / "train/mine.txt").write_text("notes")
    exported(photos, out, COCO)
    assert set(files_in(out)) == {"annotations.json", "train/mine.txt"}
    exported(photos, out, MASKS, {"per": "class"})
    assert "annotations.json" in files_in(out), "another format has its files there"
    exported(photos, out, MASKS)
    assert set(files_in(out)) == {"annotations.json", "train/mine.txt"} | {f"{n}.png" for n in range(8)}


def test_files_of_other_options_go_even_when_the_next_export_is_interrupted(photos, tmp_path):
    out, stop = tmp_path / "out", Event()
    exported(photos, out, MASKS, {"per": "class"})
    report = exported(
        photos, out, MASKS, progress=lambda done, total: stop.set() if done == 3 else None, stop=stop
    )
    assert report.cancelled
    exported(photos, out, MASKS, resume=True)
    assert set(files_in(out)) == {f"{n}.png" for n in range(8)}


def test_a_cancelled_export_of_several_processes_knows_all_that_was_done(photos, tmp_path):
    dataset_in(photos, {f"more{n}.png": CASES["hole"] for n in range(60)})
    out, stop = tmp_path / "out", Event()
    report = exported(
        photos,
        out,
        MASKS,
        workers=2,
        progress=lambda done, total: stop.set() if done >= 5 else None,
        stop=stop,
    )
    assert report.cancelled
    assert report.files == len(files_in(out))
    again = exported(photos, out, MASKS, resume=True)
    assert again.current == report.files


def test_a_ledger_that_names_images_of_the_dataset_removes_none(photos, tmp_path):
    exported(photos, tmp_path, MASKS)
    before = files_in(photos)
    ledger = tmp_path / ".labeler-export/ledger.jsonl"
    head, *_rest, last = ledger.read_bytes().splitlines(keepends=True)
    line = json.dumps(["gone.png", "", [["photos/0.png", len(before["0.png"])]], [], 0, []])
    ledger.write_bytes(head + line.encode() + b"\n" + last)
    exported(photos, tmp_path, MASKS)
    assert files_in(photos) == before
