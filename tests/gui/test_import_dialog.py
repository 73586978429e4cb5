"""Importing from the window: the real dialog with its real widgets, against the command line."""

from __future__ import annotations

import shutil
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QPushButton, QWidget

from labeler.dataset.dataset import Dataset
from labeler.editor import import_dialog
from labeler.editor.import_dialog import ImportDialog
from labeler.editor.import_work import ImportLook, ImportRun, TakeBackRun
from labeler.errors import LabelerError
from labeler.formats import IMPORT_FORMATS
from labeler.formats.choices import IMPORT_OPTIONS
from labeler.raster.runs import rasterize
from tests.cli.folders import dataset_in, labeler
from tests.formats.cases import CASES, files_in
from tests.gui.desk import Desk
from tests.gui.exchange import Exchange

_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_NAMES = ("hole", "overlap", "two parts")


class Dialog(Exchange):
    """The open import dialog."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ImportDialog, Qt.Key.Key_I, _CONTROL | _SHIFT)

    @property
    def line(self) -> QLineEdit:
        return self.find(QLineEdit, "source")

    @property
    def format(self) -> str:
        return self.find(QComboBox, "format").currentData()

    @property
    def offers_way_back(self) -> bool:
        buttons = self.widget.findChildren(QPushButton)
        return any(button.isVisible() and button.text() == "&Take back" for button in buttons)

    def source(self, path: Path | str) -> Dialog:
        self.line.selectAll()
        QTest.keyClicks(self.line, str(path))
        return self.seen()

    def run(self) -> Dialog:
        assert self.button("Import").isEnabled()
        return self.press("Import").wait()


@pytest.fixture
def coco(tmp_path: Path) -> Path:
    """What another tool wrote about the photos."""
    from_there = dataset_in(tmp_path / "theirs", {f"{name}.png": CASES[name] for name in _NAMES})
    labeler("export", from_there, "--to", "coco", "--segmentation", "polygons", "--out", tmp_path / "coco")
    return tmp_path / "coco" / "annotations.json"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """The same images without labels, but for one that has others."""
    images = {f"{name}.png": None for name in _NAMES}
    return dataset_in(tmp_path / "photos", {**images, "overlap.png": CASES["one"]})


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Holds an import before its second image: the first event tells of it, the other lets it go."""
    reached, free = threading.Event(), threading.Event()

    def count(run: ImportRun, done: int, total: int) -> None:
        run.counted = (done, total)
        if done == 1 and type(run) is ImportRun:
            reached.set()
            assert free.wait(20)

    monkeypatch.setattr(ImportRun, "count", count)
    yield reached, free
    free.set()


def test_what_would_happen_is_said_and_nothing_written_until_it_is_wanted(desk, photos, coco):
    before = files_in(photos)
    dialog = Dialog(desk)
    assert not dialog.button("Import").isEnabled()
    dialog.source(coco)
    assert "2 images would get labels: 2 instances." in dialog.text("would")
    assert "1 image has labels already and would be left as it is (overlap.png)" in dialog.text("would")
    assert files_in(photos) == before


@pytest.mark.parametrize("there", ["keep", "replace", "add"])
def test_the_window_writes_the_bytes_of_the_command_line(desk, photos, coco, tmp_path, there):
    typed = tmp_path / "typed"
    shutil.copytree(photos, typed)
    dialog = Dialog(desk).source(coco).pick("option.there", there).seen().run()
    flags = [] if there == "keep" else [f"--{there}"]
    result = labeler("import", coco, "--from", "coco", "--images", typed, *flags)
    assert files_in(photos) == files_in(typed)
    assert dialog.text("outcome").splitlines()[0] == result.stdout.splitlines()[0]


def test_the_open_image_and_the_lists_follow(desk, photos, coco):
    assert desk.image_name == "hole.png"
    assert not desk.annotation.instances
    dialog = Dialog(desk).source(coco).run()
    assert "2 images got labels" in dialog.text("outcome")
    assert len(desk.annotation.instances) == 1
    assert desk.workbench.labelled_count == 3
    assert desk.workbench.is_labelled("two parts.png")
    dialog.close()
    desk.wait_for_picture().keys("d")
    desk.wait(lambda: desk.image_name == "overlap.png", "the next image")
    assert desk.annotation.instances == Dataset.open(photos).load("overlap.png").instances
    desk.wait_for_picture().keys("q").click((70, 50), (90, 50), (90, 70), (70, 50)).wait_until_saved()
    assert len(Dataset.open(photos).load("overlap.png").instances) == 2
    assert not (photos / ".labeler" / "trash").exists()  # nobody else changed it, as far as the saver knows


def test_an_image_that_is_shown_and_not_in_the_source_keeps_its_steps(desk, photos, coco, tmp_path):
    desk.wait_for_picture().keys("d")
    desk.wait(lambda: desk.image_name == "overlap.png", "the next image")
    desk.wait_for_picture().keys("q").click((70, 50), (90, 50), (90, 70), (70, 50))
    assert len(desk.annotation.instances) == 2
    Dialog(desk).source(coco).run().close()
    assert len(desk.annotation.instances) == 2
    desk.undo()
    assert len(desk.annotation.instances) == 1


def test_what_is_being_drawn_is_kept(desk, photos, coco):
    """The image has a label then, so it is left as it is."""
    desk.keys("q").click((10, 10), (60, 10), (60, 60))
    dialog = Dialog(desk).source(coco)
    assert "2 images have labels already" in dialog.text("would")
    dialog.run()
    assert len(desk.annotation.instances) == 1
    assert len(Dataset.open(photos).load("hole.png").instances) == 1


def test_nobody_has_to_wait_for_a_long_look(desk, photos, coco, monkeypatch):
    free, count = threading.Event(), ImportRun.count

    def slow(run: ImportRun, done: int, total: int) -> None:
        count(run, done, total)
        if done == 1 and isinstance(run, ImportLook):
            free.wait(20)

    monkeypatch.setattr(ImportRun, "count", slow)
    monkeypatch.setattr(import_dialog, "_PATIENCE_S", 0.5)
    dialog = Dialog(desk)
    QTest.keyClicks(dialog.line, str(coco))
    desk.wait(lambda: "1 of 3 images" in dialog.text("would"), "the look")
    desk.wait(lambda: dialog.button("Import").isEnabled(), "patience to end")
    desk.wait(lambda: "You need not wait" in dialog.text("would"), "the text, which follows")
    dialog.press("Import")
    free.set()
    dialog.wait()
    assert "2 images got labels" in dialog.text("outcome")
    assert dialog.find(QComboBox, "format").currentData() == "coco"


def test_the_same_is_not_imported_twice_by_a_second_click(desk, photos, coco):
    dialog = Dialog(desk).source(coco).pick("option.there", "add").seen().run()
    assert not dialog.button("Import").isEnabled()
    assert dialog.text("would") == ""
    dialog.pick("option.there", "keep").seen()
    assert "3 images have labels already" in dialog.text("would")
    assert not dialog.button("Import").isEnabled()


def test_replaced_labels_are_in_the_trash_and_that_is_said_before_and_after(desk, photos, coco):
    earlier = (photos / "overlap.png.labels.json").read_bytes()
    dialog = Dialog(desk).source(coco)
    assert dialog.text("back").startswith("No sidecar that is there would be touched.")
    dialog.pick("option.there", "replace").seen()
    trash = str(photos / ".labeler" / "trash")
    assert "1 earlier sidecar would go to the trash." in dialog.text("would").splitlines()
    assert trash in dialog.text("back").splitlines()  # whole, wherever the other lines are broken
    dialog.run()
    assert "1 earlier sidecar went to the trash." in dialog.text("outcome").splitlines()
    assert trash in dialog.text("outcome").splitlines()
    assert (photos / ".labeler/trash/overlap.png.labels.json").read_bytes() == earlier


@pytest.mark.parametrize("there", ["keep", "replace", "add"])
def test_an_import_can_be_taken_back(desk, photos, coco, there):
    before = files_in(photos)
    dialog = Dialog(desk).source(coco).pick("option.there", there).seen()
    assert "It can be taken back until this window is closed" in dialog.text("back")
    dialog.run()
    assert len(desk.annotation.instances) == 1
    assert dialog.offers_way_back
    dialog.press("Take back").wait().seen()
    count = 2 if there == "keep" else 3
    assert f"{count} images are as they were before the import." in dialog.text("outcome")
    assert "The labels that were imported are in the dataset's trash:" in dialog.text("outcome")
    assert {n: data for n, data in files_in(photos).items() if not n.startswith(".labeler/")} == before
    assert not desk.annotation.instances
    assert desk.workbench.labelled_count == 1
    assert not dialog.offers_way_back
    assert "would get labels" in dialog.text("would")
    dialog.run()
    assert len(desk.annotation.instances) == 1


def test_a_wrong_source_can_still_be_taken_back_when_the_right_one_is_chosen(desk, photos, coco, tmp_path):
    before = files_in(photos)
    dialog = Dialog(desk).source(coco).run()
    dialog.source(tmp_path / "other").press("Take back").wait().seen()
    assert {n: data for n, data in files_in(photos).items() if not n.startswith(".labeler/")} == before


def test_what_was_changed_since_the_import_is_left_and_named(desk, photos, coco):
    dialog = Dialog(desk).source(coco).run()
    changed = photos / "two parts.png.labels.json"
    changed.write_bytes(changed.read_bytes() + b"\n")
    dialog.press("Take back").wait().seen()
    assert "1 image is as it was before the import." in dialog.text("outcome")
    assert "1 image was left as it is:" in dialog.text("outcome")
    assert "two parts.png was changed since the import" in dialog.skipped
    assert changed.read_bytes().endswith(b"\n\n")


def test_an_import_that_wrote_nothing_is_not_offered_to_be_taken_back(desk, photos, coco, monkeypatch):
    def save(dataset, name, *given):
        raise LabelerError(f"{name} could not be saved: No space left on device.")

    monkeypatch.setattr(Dataset, "save", save)
    dialog = Dialog(desk).source(coco).run()
    assert "could not be saved" in dialog.skipped
    assert not dialog.offers_way_back


def test_taking_back_can_be_cancelled_and_gone_on_with(desk, photos, coco, monkeypatch):
    before = files_in(photos)
    dialog = Dialog(desk).source(coco).run()
    count = TakeBackRun.count

    def stopping(run: TakeBackRun, done: int, total: int) -> None:
        count(run, done, total)
        if done == 1:
            run.stop.set()

    monkeypatch.setattr(TakeBackRun, "count", stopping)
    dialog.press("Take back").wait()
    assert "Cancelled: the other images still have" in dialog.text("outcome")
    assert desk.workbench.labelled_count == 2
    monkeypatch.setattr(TakeBackRun, "count", count)
    dialog.seen().press("Take back").wait().seen()
    assert {n: data for n, data in files_in(photos).items() if not n.startswith(".labeler/")} == before


def test_new_classes_are_named_before_and_listed_after(open_desk, tmp_path, coco):
    photos = dataset_in(tmp_path / "photos", {f"{name}.png": None for name in _NAMES})
    (photos / "labeler.json").unlink()
    text = coco.read_text(encoding="utf-8").replace('"object"', '"coin"')
    coco.write_text(text, encoding="utf-8")
    desk = open_desk(photos)
    dialog = Dialog(desk).source(coco)
    assert "coin" in dialog.text("would")
    dialog.run()
    assert "coin" in desk.workbench.classes.names
    assert desk.workbench.context.current_class in desk.workbench.classes.names
    dialog.press("Take back").wait()
    assert "The new classes stay: coin," in dialog.text("outcome")
    assert "coin" in desk.workbench.classes.names


@pytest.mark.parametrize("format", ["voc", "yolo", "geojson", "cvat"])
def test_the_format_of_a_new_source_is_guessed_whatever_was_used_last(desk, coco, tmp_path, format):
    Dialog(desk).source(coco).run().close()
    desk.wait(lambda: desk.window.findChild(ImportDialog) is None, "the dialog to go")
    labeler("export", tmp_path / "theirs", "--to", format, "--out", tmp_path / format)
    names = {"geojson": "hole.geojson", "cvat": "annotations.xml"}
    dialog = Dialog(desk).source(tmp_path / format / names.get(format, ""))
    assert dialog.format == format
    assert "labels already" in dialog.text("would")


def test_a_format_that_was_chosen_stays_until_there_is_another_source(desk, coco):
    dialog = Dialog(desk).source(coco).choose("voc").seen().pick("option.there", "add").seen()
    assert dialog.format == "voc"
    dialog.source(coco.parent)
    assert dialog.format == "coco"


def test_where_nothing_can_be_guessed_the_format_used_last_stays(desk, coco, tmp_path):
    (tmp_path / "notes").mkdir()
    labeler("export", tmp_path / "theirs", "--to", "voc", "--out", tmp_path / "voc")
    Dialog(desk).source(coco).run().close()
    desk.wait(lambda: desk.window.findChild(ImportDialog) is None, "the dialog to go")
    dialog = Dialog(desk).source(tmp_path / "voc")
    assert dialog.format == "voc"
    assert dialog.source(tmp_path / "notes").format == "coco"


def test_a_guessed_format_is_looked_at_with_the_options_chosen_for_it(desk, coco, tmp_path):
    labeler("export", tmp_path / "theirs", "--to", "masks", "--bits", "8", "--out", tmp_path / "masks")
    dialog = Dialog(desk).source(tmp_path / "masks")
    usual = dialog.text("would")
    said = dialog.pick("option.values", "classes").seen().text("would")
    assert said != usual
    assert dialog.source(coco).source(tmp_path / "masks").text("would") == said
    assert dialog.find(QComboBox, "option.values").currentData() == "classes"


def test_files_and_folders_are_chosen_or_dropped(desk, coco, monkeypatch):
    dialog = Dialog(desk)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(coco), ""))
    dialog.press("File…").seen()
    assert dialog.line.text() == str(coco)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(coco.parent))
    dialog.press("Folder…").seen()
    assert dialog.line.text() == str(coco.parent)
    dialog.line.clear()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(coco))])
    given = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with warnings.catch_warnings():  # PySide 6.12 would rather have one that 6.11 has not
        warnings.simplefilter("ignore", DeprecationWarning)
        events = QDragEnterEvent(QPoint(9, 9), *given), QDropEvent(QPoint(9, 9), *given)
    for event in events:
        QApplication.sendEvent(dialog.widget, event)
    dialog.seen()
    assert dialog.line.text() == str(coco)
    assert "would get labels" in dialog.text("would")


def test_what_cannot_be_read_is_said(desk, tmp_path, photos):
    dialog = Dialog(desk).source(tmp_path / "nothing here.json")
    assert "nothing here.json" in dialog.text("would")
    assert not dialog.button("Import").isEnabled()
    (tmp_path / "bad.json").write_text("{")
    dialog.source(tmp_path / "bad.json")
    assert "bad.json" in dialog.text("would")
    assert not dialog.button("Import").isEnabled()


def test_images_that_the_dataset_has_not_are_named(desk, photos, coco):
    text = coco.read_text(encoding="utf-8").replace("two parts.png", "far away.png")
    coco.write_text(text, encoding="utf-8")
    dialog = Dialog(desk).source(coco)
    assert dialog.text("unknown") == "far away.png"


def test_an_image_of_another_size_is_left_out_with_its_reason(open_desk, tmp_path, coco):
    photos = dataset_in(tmp_path / "small", {"hole.png": None}, size=(50, 40))
    dataset_in(photos, {"two parts.png": None})
    dialog = Dialog(open_desk(photos)).source(coco)
    assert "hole.png" in dialog.text("left out")
    assert dialog.text("left out.title") == "1 image would be left out:"
    dialog.run()
    assert "1 image was left out:" in dialog.text("outcome")
    assert "hole.png" in dialog.skipped


def test_cancelling_keeps_what_is_done_and_says_so(desk, photos, coco, gate):
    reached, free = gate
    dialog = Dialog(desk).source(coco).press("Import")
    desk.wait(reached.is_set, "the second image")
    assert not dialog.line.isEnabled()
    QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
    assert dialog.widget.isVisible()
    free.set()
    dialog.wait()
    assert "Cancelled: 1 image has its new labels" in dialog.text("outcome")
    assert desk.workbench.labelled_count == 2
    QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
    assert not dialog.widget.isVisible()


def test_closing_the_window_cancels(desk, photos, coco, gate):
    reached, free = gate
    Dialog(desk).source(coco).press("Import")
    desk.wait(reached.is_set, "the second image")
    opener = threading.Timer(0.1, free.set)
    opener.start()
    desk.close()
    opener.join()
    assert sum(entry.is_labelled for entry in Dataset.open(photos).images) == 2


def test_nothing_is_imported_when_something_cannot_be_saved(desk, photos, coco, monkeypatch):
    dialog = Dialog(desk).source(coco)
    monkeypatch.setattr(desk.workbench, "flush", lambda: ["hole.png"])
    dialog.press("Import")
    assert "Not imported: hole.png could not be saved first." in dialog.text("outcome")
    assert not (photos / "hole.png.labels.json").exists()


def test_a_disk_that_is_full_half_way_is_said_and_what_is_there_is_shown(desk, photos, coco, monkeypatch):
    dialog = Dialog(desk).source(coco)
    works = Dataset.save

    def save(dataset, name, *given):
        if name != "hole.png":
            raise LabelerError(f"{name} could not be saved: No space left on device.")
        works(dataset, name, *given)

    monkeypatch.setattr(Dataset, "save", save)
    dialog.run()
    assert "two parts.png could not be saved" in dialog.skipped
    assert len(desk.annotation.instances) == 1


def test_what_was_chosen_is_remembered_for_the_dataset(open_desk, photos, coco):
    desk = open_desk(photos)
    dialog = Dialog(desk).source(coco).type("tolerance", "0.5").type("class", "edge")
    dialog.pick("option.there", "add").seen().run()
    desk.close()
    dialog = Dialog(open_desk(photos)).seen()
    assert dialog.line.text() == str(coco)
    assert dialog.find(QComboBox, "format").currentData() == "coco"
    assert dialog.find(QWidget, "option.tolerance").value() == 0.5
    assert dialog.find(QLineEdit, "option.class").text() == "edge"
    assert dialog.find(QComboBox, "option.there").currentData() == "keep"


def test_every_format_and_option_is_there_with_its_help(desk):
    dialog = Dialog(desk)
    box = dialog.find(QComboBox, "format")
    assert [box.itemData(row) for row in range(box.count())] == [format.id for format in IMPORT_FORMATS]
    for option in IMPORT_OPTIONS:
        if option.name in ("replace", "add"):
            assert dialog.find(QComboBox, "option.there").findData(option.name) >= 0
        else:
            assert dialog.find(QWidget, f"option.{option.name}").toolTip() == option.help


def test_it_can_be_done_without_a_mouse(desk, photos, coco):
    dialog = Dialog(desk)
    assert QApplication.focusWidget() is dialog.line
    QTest.keyClicks(dialog.line, str(coco))
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)  # too early: nobody knows yet what would happen
    assert not dialog.progress.isVisible()
    dialog.seen()
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    dialog.wait()
    assert rasterize(desk.annotation).union.area == rasterize(CASES["hole"]).union.area
    assert QApplication.focusWidget() is dialog.button("Close")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not dialog.widget.isVisible()


def test_tab_goes_through_the_fields_from_top_to_bottom(desk, coco):
    dialog = Dialog(desk).source(coco)
    order = []
    while QApplication.focusWidget() is not dialog.button("Import"):
        order.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    tops = [
        widget.mapTo(dialog.widget, widget.rect().topLeft()).y() for widget in order if widget.objectName()
    ]
    assert tops == sorted(tops)
    assert [w.objectName() for w in order if w.objectName()][:2] == ["source", "format"]
