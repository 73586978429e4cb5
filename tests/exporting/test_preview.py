"""What an export would do, said before it is done."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.exporting import export
from labeler.exporting.preview import preview
from labeler.formats import EXPORT_FORMATS
from labeler.formats.report import Loss
from tests.cli.folders import dataset_in
from tests.formats.cases import CASES, files_in


def format_of(id):
    return next(format for format in EXPORT_FORMATS if format.id == id)


@pytest.fixture
def photos(tmp_path: Path) -> Dataset:
    names = ("hole", "ignore", "overlap")
    images = {f"{name}.png": CASES[name] for name in names}
    return Dataset.open(dataset_in(tmp_path / "photos", {**images, "z.png": None}))


def last(*given, **named):
    return list(preview(*given, **named))[-1]


@pytest.mark.parametrize("format", EXPORT_FORMATS, ids=lambda format: format.id)
@pytest.mark.parametrize("options", [{}, {"empty": True}, {"split": "80/10/10"}, {"images": "copy"}])
def test_the_files_that_are_named_are_those_that_an_export_writes(photos, tmp_path, format, options):
    for entry in photos.images:
        before = files_in(tmp_path)
        seen = last(photos, format, options, entry.name)
        assert files_in(tmp_path) == before
        export(photos, format, tmp_path / "out", options)
        assert {*seen.files, *seen.shared} <= files_in(tmp_path / "out").keys()
        if entry.is_labelled or options.get("empty"):
            assert seen.image == entry.name
    counted = export(photos, format, tmp_path / "out", options)
    assert (seen.report.images, seen.report.instances) == (counted.images, counted.instances)
    assert seen.report.losses == counted.losses


def test_an_image_that_would_not_be_written_gives_way_to_the_first_that_would(photos):
    masks = format_of("masks")
    assert last(photos, masks, {}, "z.png").image == "hole.png"
    assert last(photos, masks, {"classes": "Käse/Brot"}, "hole.png").image == "overlap.png"
    nothing = last(photos, masks, {"only": "verified"}, "hole.png")
    assert (nothing.image, nothing.files, nothing.report.filtered) == ("", (), 3)


def test_it_looks_at_so_many_images_and_no_further_when_stopped(photos):
    masks = format_of("masks")
    seen = last(photos, masks, {}, "hole.png", most=2)
    assert (seen.looked_at, seen.total) == (2, 3)
    assert seen.report.losses[Loss.IGNORE].count == 1
    stop, known = Event(), []
    for step in preview(photos, masks, {}, stop=stop):
        known.append(step.looked_at)
        if step.looked_at == 1:
            stop.set()
    assert known == [0, 1]


def test_what_cannot_be_read_is_said(photos):
    (photos.root / "hole.png").write_bytes(b"")
    seen = last(photos, format_of("masks"), {}, "hole.png")
    assert seen.image == "ignore.png"
    assert "hole.png" in seen.report.skipped[0].reason


def test_options_that_do_not_fit_are_refused(photos):
    with pytest.raises(LabelerError, match="nowhere"):
        last(photos, format_of("masks"), {"classes": "nowhere"})
