"""Exporting from the window: the real dialog with its real widgets, against the command line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
)

from labeler.editor.export_dialog import ExportDialog
from labeler.errors import LabelerError
from labeler.exporting import source
from labeler.formats import FORMATS
from tests.cli.folders import dataset_in, labeler
from tests.formats.cases import CASES, files_in
from tests.gui.desk import Desk

_CONTROL = Qt.KeyboardModifier.ControlModifier


class Dialog:
    """The open export dialog, by what a user sees of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.window.activateWindow()  # no window manager does it here when an earlier dialog goes
        QTest.qWaitForWindowActive(desk.window)
        desk.key(Qt.Key.Key_E, _CONTROL)
        self.widget = desk.window.findChild(ExportDialog)
        assert self.widget is not None
        QTest.qWaitForWindowExposed(self.widget)

    def find(self, kind: type, name: str):
        return self.widget.findChild(kind, name)

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.widget.findChildren(QPushButton) if b.text().replace("&", "") == text)

    def press(self, text: str) -> Dialog:
        QTest.mouseClick(self.button(text), Qt.MouseButton.LeftButton)
        return self

    def text(self, name: str) -> str:
        label = self.find(QLabel, name)
        return label.text() if label.isVisible() else ""

    @property
    def out(self) -> QLineEdit:
        return self.find(QLineEdit, "out")

    @property
    def skipped(self) -> str:
        field = self.find(QPlainTextEdit, "skipped")
        return field.toPlainText() if field.isVisible() else ""

    @property
    def is_running(self) -> bool:
        return self.widget.findChild(QProgressBar).isVisible()

    def choose(self, format_id: str) -> Dialog:
        return self.pick("format", format_id)

    def pick(self, name: str, value: str) -> Dialog:
        """As somebody does with the keyboard."""
        box = self.find(QComboBox, name)
        QTest.keyClick(box, Qt.Key.Key_Home)
        while box.currentData() != value:
            before = box.currentIndex()
            QTest.keyClick(box, Qt.Key.Key_Down)
            assert box.currentIndex() == before + 1, f"no {value} in {name}"
        return self

    def tick(self, name: str) -> Dialog:
        QTest.keyClick(self.find(QCheckBox, name), Qt.Key.Key_Space)
        return self

    def into(self, folder: Path | str) -> Dialog:
        self.out.selectAll()
        QTest.keyClicks(self.out, str(folder))
        return self

    def wait(self) -> Dialog:
        self.desk.wait(lambda: not self.is_running, "the end of the export")
        return self

    def export(self) -> Dialog:
        return self.press("Export").wait()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    names = ("hole", "overlap", "ignore", "sub-pixel")
    images = {f"{name}.png": CASES[name] for name in names}
    return dataset_in(
        tmp_path / "photos", {**images, "Ordner ä/two parts.jpg": CASES["two parts"], "z.png": None}
    )


class Gate:
    """Lets the worker begin so many images and then holds it."""

    def __init__(self, images: int) -> None:
        self._left = images
        self._open = threading.Event()
        self.reached = threading.Event()

    def open(self) -> None:
        self._open.set()

    def check_image(self, path: Path) -> tuple[int, int]:
        if self._left == 0:
            self.reached.set()
            assert self._open.wait(20)
        else:
            self._left -= 1
        return self._check(path)

    _check = staticmethod(source.check_image)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(2)
    monkeypatch.setattr(source, "check_image", gate.check_image)
    yield gate
    gate.open()


@pytest.mark.parametrize(
    ("format", "choices", "ticked"),
    [
        ("masks", {}, []),
        ("masks", {"per": "instance", "bits": "8"}, []),
        ("masks", {"per": "class"}, ["empty"]),
        ("indexed", {}, ["empty"]),
        ("coco", {}, []),
        ("coco", {"segmentation": "polygons"}, ["empty"]),
    ],
)
def test_the_window_writes_the_bytes_of_the_command_line(desk, photos, tmp_path, format, choices, ticked):
    dialog = Dialog(desk).choose(format).into(tmp_path / "window")
    for name, value in choices.items():
        dialog.pick(f"option.{name}", value)
    for name in ticked:
        dialog.tick(f"option.{name}")
    dialog.export()
    flags = [word for name, value in choices.items() for word in (f"--{name}", value)]
    flags += [f"--{name}" for name in ticked]
    typed = labeler("export", photos, "--to", format, "--out", tmp_path / "typed", *flags)
    assert typed.exit_code == 0
    assert files_in(tmp_path / "window") == files_in(tmp_path / "typed") != {}
    report = dialog.text("outcome")
    said = [line for line in typed.stdout.splitlines() if "--empty" not in line]
    assert report.splitlines()[: len(said)] == said
    assert str(tmp_path / "window") in report


def test_what_is_being_drawn_is_exported_too(open_desk, tmp_path):
    photos = dataset_in(tmp_path / "photos", {"a.png": None})
    desk = open_desk(photos).keys("q").click((10, 10), (60, 10), (60, 60))
    dialog = Dialog(desk)
    desk.wait(lambda: "1 labelled image will be written" in dialog.text("plan"), "the label to count")
    dialog.into(tmp_path / "window").export()
    labeler("export", photos, "--to", "masks", "--out", tmp_path / "typed")
    assert files_in(tmp_path / "window") == files_in(tmp_path / "typed") != {}


def test_every_format_is_there_with_what_it_keeps_and_its_own_options(desk):
    dialog = Dialog(desk)
    for format in FORMATS:
        dialog.choose(format.id)
        shown = {
            field.objectName(): field.toolTip()
            for kind in (QComboBox, QCheckBox)
            for field in dialog.widget.findChildren(kind)
            if field.objectName().startswith("option.") and field.isVisible()
        }
        assert shown == {f"option.{option.name}": option.help for option in format.options}
        assert "Keeps" in dialog.text("keeps")


def test_what_is_kept_follows_the_options(desk):
    dialog = Dialog(desk).choose("masks")
    assert "Leaves out classes" in dialog.text("keeps")
    dialog.pick("option.per", "class")
    assert "Keeps classes" in dialog.text("keeps")


def test_what_will_be_written_is_said_first(desk):
    dialog = Dialog(desk)
    assert (
        dialog.text("plan") == "5 labelled images will be written. 1 image without a label will be left out."
    )
    dialog.tick("option.empty")
    assert dialog.text("plan") == "6 images will be written."


def test_without_a_label_there_is_nothing_to_export_but_empty_masks(open_desk, tmp_path):
    dialog = Dialog(open_desk(dataset_in(tmp_path / "photos", {"a.png": None})))
    assert "nothing to write" in dialog.text("plan")
    assert not dialog.button("Export").isEnabled()
    dialog.tick("option.empty").export()
    assert set(files_in(tmp_path / "photos-masks")) == {"a.png"}


def test_the_folder_is_beside_the_dataset_until_the_user_names_another(desk, photos, monkeypatch):
    dialog = Dialog(desk)
    assert dialog.out.text() == str(photos.with_name("photos-masks"))
    dialog.choose("coco")
    assert dialog.out.text() == str(photos.with_name("photos-coco"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(photos.parent / "elsewhere"))
    dialog.press("Browse…").choose("indexed")
    assert dialog.out.text() == str(photos.parent / "elsewhere")
    dialog.into(" ")
    assert not dialog.button("Export").isEnabled()
    dialog.into("~nobody at all/by name").export()
    assert len(files_in(photos.parent / "~nobody at all/by name")) == 5
    dialog.into("by name").export()
    assert len(files_in(photos.parent / "by name")) == 5


def test_format_and_folder_are_remembered_for_the_dataset(open_desk, photos, tmp_path):
    desk = open_desk(photos)
    Dialog(desk).choose("coco").into(tmp_path / "json").export().into(photos).export()  # refused
    desk.close()
    dialog = Dialog(open_desk(photos))
    assert dialog.find(QComboBox, "format").currentData() == "coco"
    assert dialog.out.text() == str(tmp_path / "json")
    dialog.choose("masks")
    assert dialog.out.text() == str(tmp_path / "photos-masks")


def test_a_broken_image_is_reported_and_the_rest_written(desk, photos, tmp_path):
    data = (photos / "hole.png").read_bytes()
    (photos / "hole.png").write_bytes(data[: len(data) // 2])
    dialog = Dialog(desk).into(tmp_path / "out").export()
    assert "4 images written." in dialog.text("outcome")
    assert "1 image was left out:" in dialog.text("outcome")
    assert "hole.png" in dialog.skipped
    assert len(files_in(tmp_path / "out")) == 4


def test_losses_are_said(desk, tmp_path):
    dialog = Dialog(desk).choose("masks").into(tmp_path / "out").export()
    assert "1 image has ignore regions, which these masks cannot hold (ignore.png)" in dialog.text("outcome")


def test_the_dataset_itself_is_refused_and_the_dialog_stays_to_try_again(desk, photos, tmp_path):
    before = files_in(photos)
    dialog = Dialog(desk).into(photos / "masks").export()
    assert "choose another folder" in dialog.text("outcome")
    assert files_in(photos) == before
    assert not dialog.button("Open the folder").isVisible()
    dialog.into(tmp_path / "out").export()
    assert "5 images written." in dialog.text("outcome")


def test_nothing_is_exported_when_something_cannot_be_saved(desk, tmp_path, monkeypatch):
    works = desk.workbench.dataset.save
    full = [True]

    def save(name, annotation, pause):
        if full[0]:
            raise LabelerError(f"{name} could not be saved: No space left on device.")
        works(name, annotation, pause)

    monkeypatch.setattr(desk.workbench.dataset, "save", save)
    desk.keys("q").click((10, 10), (60, 10), (60, 60))
    dialog = Dialog(desk).into(tmp_path / "out").press("Export")
    assert "Not exported: hole.png could not be saved first." in dialog.text("outcome")
    assert not (tmp_path / "out").exists()
    full[0] = False
    dialog.export()
    assert len(files_in(tmp_path / "out")) == 5


@pytest.mark.parametrize("format", [format.id for format in FORMATS])
def test_cancelling_leaves_whole_files_only_and_says_so(desk, photos, tmp_path, gate, format):
    dialog = Dialog(desk).choose(format).into(tmp_path / "out").press("Export")
    desk.wait(gate.reached.is_set, "the third image")
    desk.wait(lambda: dialog.widget.findChild(QProgressBar).value() == 2, "the bar")
    assert not dialog.out.isEnabled()
    dialog.press("Cancel")
    assert not dialog.button("Cancel").isEnabled()
    gate.open()
    dialog.wait()
    assert "Cancelled" in dialog.text("outcome")
    left = files_in(tmp_path / "out")
    labeler("export", photos, "--to", format, "--out", tmp_path / "typed")
    assert left.items() <= files_in(tmp_path / "typed").items()
    assert len(left) == (0 if format == "coco" else 3)
    dialog.export()
    assert files_in(tmp_path / "out") == files_in(tmp_path / "typed")


def test_esc_cancels_first_and_closes_then(desk, tmp_path, gate):
    dialog = Dialog(desk).into(tmp_path / "out").press("Export")
    desk.wait(gate.reached.is_set, "the third image")
    QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
    gate.open()
    dialog.wait()
    assert dialog.widget.isVisible()
    QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
    assert not dialog.widget.isVisible()
    assert len(files_in(tmp_path / "out")) == 3


def test_the_window_goes_on_painting_and_closing_it_cancels(desk, tmp_path, gate):
    Dialog(desk).into(tmp_path / "out").press("Export")
    desk.wait(gate.reached.is_set, "the third image")
    assert not desk.canvas.grab().isNull()
    opener = threading.Timer(0.1, gate.open)
    opener.start()
    desk.close()
    opener.join()
    written = files_in(tmp_path / "out")
    assert len(written) == 3
    assert not [name for name in written if name.endswith(".tmp")]


def test_the_folder_is_opened_where_the_system_shows_folders(desk, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())))
    dialog = Dialog(desk)
    assert not dialog.button("Open the folder").isVisible()
    dialog.into(tmp_path / "out").export().press("Open the folder")
    assert opened == [tmp_path / "out"]


def test_it_can_be_done_without_a_mouse(desk, photos):
    dialog = Dialog(desk)
    QTest.keyClick(dialog.widget, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is dialog.out
    QTest.keyClick(dialog.out, Qt.Key.Key_Return)
    dialog.wait()
    assert len(files_in(photos.with_name("photos-masks"))) == 5
    assert QApplication.focusWidget() is dialog.button("Open the folder")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not dialog.widget.isVisible()


def test_it_can_be_opened_again_and_again(desk):
    for _ in range(3):
        dialog = Dialog(desk)
        QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
        desk.wait(lambda: desk.window.findChild(ExportDialog) is None, "the dialog to go")
