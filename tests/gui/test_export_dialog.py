"""Exporting from the window: the real dialog with its real widgets, against the command line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from labeler.editor import export_work, theme
from labeler.editor.class_ticks import ClassTicks
from labeler.editor.export_dialog import ExportDialog
from labeler.editor.export_work import ExportLook, ExportRun
from labeler.errors import LabelerError
from labeler.exporting.preview import preview
from labeler.formats import EXPORT_FORMATS
from labeler.formats.choices import EXPORT_OPTIONS
from tests.builders import annotation_of, square
from tests.cli.folders import dataset_in, labeler
from tests.formats.cases import CASES, files_in
from tests.gui.desk import Desk
from tests.gui.exchange import Exchange

_CONTROL = Qt.KeyboardModifier.ControlModifier


class Dialog(Exchange):
    """The open export dialog."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ExportDialog, Qt.Key.Key_E, _CONTROL)

    def tick(self, name: str) -> Dialog:
        return self.unfold_for(name).key(self.find(QCheckBox, name), Qt.Key.Key_Space)

    def pick(self, name: str, value: str) -> Dialog:
        self.unfold_for(name)
        return super().pick(name, value)

    def unfold_for(self, name: str) -> Dialog:
        """What is behind "More" must be seen to be used."""
        field = self.find(QWidget, name)
        return self if field.isVisible() else self.fold()

    def fold(self) -> Dialog:
        """Open or close what is behind "More"."""
        QTest.mouseClick(self.more, Qt.MouseButton.LeftButton)
        return self

    @property
    def more(self) -> QToolButton:
        return self.find(QToolButton, "export.more")

    def tick_class(self, name: str) -> Dialog:
        """As somebody does with the keyboard."""
        ticks = self.find(ClassTicks, "option.classes")
        names = [ticks.item(row).text() for row in range(ticks.count())]
        self.key(ticks, Qt.Key.Key_Home)
        for _step in range(names.index(name)):
            self.key(ticks, Qt.Key.Key_Down)
        return self.key(ticks, Qt.Key.Key_Space)

    @property
    def out(self) -> QLineEdit:
        return self.find(QLineEdit, "out")

    def into(self, folder: Path | str) -> Dialog:
        self.out.selectAll()
        QTest.keyClicks(self.out, str(folder))
        return self

    def export(self) -> Dialog:
        return self.press("Export").wait()


def files_of(desk: Desk, format_id: str, image) -> tuple[str, ...]:
    """The files that an image becomes, and no other."""
    format = next(format for format in EXPORT_FORMATS if format.id == format_id)
    *_, known = preview(desk.workbench.dataset, format, {}, image.name)
    return known.files


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    names = ("hole", "overlap", "ignore", "sub-pixel")
    images = {f"{name}.png": CASES[name] for name in names}
    return dataset_in(
        tmp_path / "photos", {**images, "Ordner ä/two parts.jpg": CASES["two parts"], "z.png": None}
    )


class Gate:
    """Holds an export once two images are written."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.reached = threading.Event()

    def open(self) -> None:
        self._open.set()

    def count(self, run: ExportRun, done: int, total: int) -> None:
        run.counted = (done, total)
        if done == 2:
            self.reached.set()
            assert self._open.wait(20)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(ExportRun, "count", lambda run, done, total: gate.count(run, done, total))
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


def test_all_that_exports_have_in_common_can_be_chosen(desk, photos, tmp_path):
    dialog = Dialog(desk).choose("masks").into(tmp_path / "window").fold()
    dialog.type("split", "60/20/20").type("grow", "1.5").type("scale", "0.5").pick("option.images", "copy")
    dialog.tick_class("object").tick_class("edge").type("workers", "2").export()
    flags = ["--split", "60/20/20", "--grow", "1.5", "--scale", "0.5", "--images", "copy"]
    flags += ["--classes", "object, edge"]
    labeler("export", photos, "--to", "masks", "--out", tmp_path / "typed", *flags)
    assert files_in(tmp_path / "window") == files_in(tmp_path / "typed") != {}


def test_only_images_with_a_flag(open_desk, tmp_path):
    checked = annotation_of(square(), flags={"verified": True})
    photos = dataset_in(tmp_path / "photos", {"a.png": CASES["one"], "b.png": checked})
    dialog = Dialog(open_desk(photos)).into(tmp_path / "out").fold().type("only", "verified").seen()
    assert "Of 2 labelled images those that are asked for" in dialog.text("plan")
    assert dialog.text("files.title") == "b.png becomes"
    dialog.export()
    assert set(files_in(tmp_path / "out")) == {"b.png"}


def test_an_earlier_export_is_brought_up_to_date(desk, photos, tmp_path):
    labeler("export", photos, "--to", "masks", "--bits", "8", "--out", tmp_path / "out")
    (photos / "hole.png.labels.json").unlink()
    dialog = Dialog(desk).pick("option.bits", "8").into(tmp_path / "out").tick("option.resume").export()
    assert "4 of them were up to date already." in dialog.text("outcome")
    assert len(files_in(tmp_path / "out")) == 4


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
    for format in EXPORT_FORMATS:
        dialog.choose(format.id)
        shown = {
            field.objectName(): field.toolTip()
            for field in dialog.widget.findChildren(QWidget)
            if field.objectName().startswith("option.") and field.isVisible()
        }
        assert shown == {f"option.{option.name}": option.help for option in format.options}
        assert "Keeps" in dialog.text("keeps")
    dialog.fold()
    for option in EXPORT_OPTIONS:
        field = dialog.find(QWidget, f"option.{option.name}")
        assert field.isVisible()
        assert field.toolTip() == option.help


def test_the_files_of_the_shown_image_are_named_before_they_are_written(desk, photos):
    dialog = Dialog(desk).seen()
    assert (dialog.text("files.title"), dialog.text("files")) == ("hole.png becomes", "hole.png")
    dialog.pick("option.per", "class").seen()
    assert dialog.text("files") == "hole.object.png"
    dialog.choose("coco").seen()
    assert dialog.text("files").endswith("and for all images together:\nannotations.json")
    assert not photos.with_name("photos-masks").exists()


def test_what_would_be_lost_is_said_before(desk, monkeypatch):
    dialog = Dialog(desk).seen()
    assert dialog.text("lost.title") == "Tried with all 5 images"
    assert "1 image has ignore regions" in dialog.text("lost")
    dialog.choose("coco").pick("option.segmentation", "polygons").seen()
    assert "with holes was cut into parts" in dialog.text("lost")
    monkeypatch.setattr(export_work, "LOOKED_AT", 1)
    dialog.choose("masks").seen()
    assert dialog.text("lost.title") == "Tried with the first image"
    assert dialog.text("lost") == "No further losses."


def test_what_is_chosen_meanwhile_gives_up_the_look_at_what_was(desk, monkeypatch):
    held, free = [], threading.Event()
    count = ExportLook.count

    def slow(look: ExportLook, done: int, total: int) -> None:
        count(look, done, total)
        if look.format.id == "masks":
            held.append(look)
            assert free.wait(20)

    monkeypatch.setattr(ExportLook, "count", slow)
    dialog = Dialog(desk)
    desk.wait(lambda: held, "the look at masks")
    dialog.choose("coco")
    assert held[0].stop.is_set()
    free.set()
    dialog.seen()
    assert "annotations.json" in dialog.text("files")
    assert held[0].known.looked_at < 5


def test_what_is_not_possible_is_said_and_cannot_be_started(desk):
    dialog = Dialog(desk).fold().type("split", "80/10/x").seen()
    assert dialog.text("plan.title") == "Not possible"
    assert "80/10/x is no split" in dialog.text("plan")
    assert not dialog.button("Export").isEnabled()
    assert "80/10/x is no split" in dialog.button("Export").toolTip()
    dialog.type("split", "90/10").seen()
    assert "5 labelled images will be written." in dialog.text("plan")
    assert not dialog.text("plan.title")
    assert dialog.text("files") in ("train/hole.png", "val/hole.png")
    assert dialog.button("Export").isEnabled()


def test_an_export_that_would_write_nothing_cannot_be_started(desk, monkeypatch):
    dialog = Dialog(desk).fold().type("only", "nobody").seen()
    assert "No image is one of those that are asked for" in dialog.text("plan")
    assert not dialog.button("Export").isEnabled()
    monkeypatch.setattr(export_work, "LOOKED_AT", 2)  # those behind may have it
    dialog.type("only", "nobody else").seen()
    assert "None of them would be written." in dialog.text("lost")
    assert dialog.button("Export").isEnabled()


def test_an_export_of_broken_images_only_cannot_be_started(open_desk, tmp_path):
    photos = dataset_in(tmp_path / "photos", {"a.png": None, "b.png": CASES["one"]})
    (photos / "b.png").write_bytes(b"nothing")
    dialog = Dialog(open_desk(photos)).seen()
    assert dialog.text("plan") == "No image can be written."
    assert "1 image would be left out:" in dialog.text("lost")
    assert "b.png" in dialog.text("lost")
    assert not dialog.button("Export").isEnabled()


def test_an_empty_field_shows_an_example_that_is_no_value(desk):
    dialog = Dialog(desk).fold()
    assert dialog.find(QLineEdit, "option.split").placeholderText() == "e.g. 80/10/10"
    assert dialog.find(QLineEdit, "option.only").placeholderText() == "e.g. verified"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("group", [QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled])
def test_examples_are_clearly_fainter_than_values(dark, group):
    colors = theme.palette(dark=dark)

    def strength(role: QPalette.ColorRole) -> int:
        return abs(colors.color(group, role).lightness() - colors.color(QPalette.ColorRole.Base).lightness())

    assert 20 < strength(QPalette.ColorRole.PlaceholderText) < 0.75 * strength(QPalette.ColorRole.Text)


def test_no_class_ticked_means_all_and_that_is_said(desk):
    dialog = Dialog(desk).fold()
    texts = [label.text() for label in dialog.widget.findChildren(QLabel) if label.isVisible()]
    assert "Only these classes:\n(none ticked: all)" in texts


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


def test_options_are_remembered_for_the_dataset_and_named_where_they_are_out_of_sight(open_desk, photos):
    desk = open_desk(photos)
    dialog = Dialog(desk).choose("coco").pick("option.segmentation", "polygons").fold()
    dialog.type("split", "90/10").tick_class("Käse/Brot").type("workers", "1").export()
    desk.close()
    desk = open_desk(photos)
    dialog = Dialog(desk)
    assert dialog.find(QLineEdit, "option.split").isVisible()
    dialog.fold()
    assert not dialog.find(QLineEdit, "option.split").isVisible()
    assert dialog.more.text() == "&More: Only these classes, Train/val/test split, Processes"
    assert dialog.find(QComboBox, "option.segmentation").currentData() == "polygons"
    dialog.find(ClassTicks, "option.classes").tick("")
    dialog.find(QLineEdit, "option.split").clear()
    assert dialog.more.text() == "&More: Processes"
    desk.close()
    assert not Dialog(open_desk(photos)).find(QLineEdit, "option.split").isVisible()


def test_settings_of_an_option_that_is_another_now_do_no_harm(open_desk, photos):
    desk = open_desk(photos)
    desk.workbench.settings.remember_export_options(photos, {"masks.bits": "12", "grow": "much", "split": 7})
    dialog = Dialog(desk)
    assert dialog.find(QComboBox, "option.bits").currentData() == "1"
    assert dialog.more.text() == "&More"


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
    assert "1 image has ignore regions, which this format cannot hold (ignore.png)" in dialog.text("outcome")


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


@pytest.mark.parametrize("format", [format.id for format in EXPORT_FORMATS])
def test_cancelling_leaves_whole_files_only_and_says_so(desk, photos, tmp_path, gate, format):
    dialog = Dialog(desk).choose(format).into(tmp_path / "out").press("Export")
    desk.wait(gate.reached.is_set, "two images")
    desk.wait(lambda: dialog.progress.value() == 2, "the bar")
    assert not dialog.out.isEnabled()
    dialog.press("Cancel")
    assert not dialog.button("Cancel").isEnabled()
    gate.open()
    dialog.wait()
    assert "Cancelled" in dialog.text("outcome")
    left = files_in(tmp_path / "out")
    labeler("export", photos, "--to", format, "--out", tmp_path / "typed")
    assert left.items() <= files_in(tmp_path / "typed").items()
    assert left.keys() == {
        name for image in desk.workbench.images[:2] for name in files_of(desk, format, image)
    }
    dialog.export()
    assert files_in(tmp_path / "out") == files_in(tmp_path / "typed")


def test_esc_cancels_first_and_closes_then(desk, tmp_path, gate):
    dialog = Dialog(desk).into(tmp_path / "out").press("Export")
    desk.wait(gate.reached.is_set, "two images")
    QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
    gate.open()
    dialog.wait()
    assert dialog.widget.isVisible()
    QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
    assert not dialog.widget.isVisible()
    assert len(files_in(tmp_path / "out")) == 2


def test_the_window_goes_on_painting_and_closing_it_cancels(desk, tmp_path, gate):
    Dialog(desk).into(tmp_path / "out").press("Export")
    desk.wait(gate.reached.is_set, "two images")
    assert not desk.canvas.grab().isNull()
    opener = threading.Timer(0.1, gate.open)
    opener.start()
    desk.close()
    opener.join()
    written = files_in(tmp_path / "out")
    assert len(written) == 2
    assert not [name for name in written if name.endswith(".tmp")]


def test_the_folder_is_opened_where_the_system_shows_folders(desk, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())))
    dialog = Dialog(desk)
    assert not dialog.button("Open the folder").isVisible()
    dialog.into(tmp_path / "out").export().press("Open the folder")
    assert opened == [tmp_path / "out"]


def test_a_folder_is_offered_only_as_long_as_it_is_the_chosen_one(desk, tmp_path):
    dialog = Dialog(desk).into(tmp_path / "out").export()
    assert dialog.button("Open the folder").isVisible()
    dialog.into(tmp_path / "other")
    assert not dialog.button("Open the folder").isVisible()
    assert not dialog.text("outcome")
    dialog.export()
    assert dialog.button("Open the folder").isVisible()
    dialog.choose("coco")
    assert not dialog.button("Open the folder").isVisible()


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


def test_tab_goes_through_the_fields_from_top_to_bottom(desk):
    dialog = Dialog(desk).fold()
    dialog.find(QComboBox, "format").setFocus()
    order = []
    while QApplication.focusWidget() is not dialog.button("Export"):
        order.append(QApplication.focusWidget().objectName())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    places = [dialog.find(QWidget, name) for name in order if name]
    tops = [place.mapTo(dialog.widget, place.rect().topLeft()).y() for place in places]
    assert tops == sorted(tops)
    assert {"format", "option.per", "out", "export.more", "option.classes", "option.workers"} <= set(order)


def test_it_can_be_opened_again_and_again(desk):
    for _ in range(3):
        dialog = Dialog(desk)
        QTest.keyClick(dialog.widget, Qt.Key.Key_Escape)
        desk.wait(lambda: desk.window.findChild(ExportDialog) is None, "the dialog to go")
