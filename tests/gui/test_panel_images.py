"""The images panel, through the window's own widgets and real events."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListView,
)

from labeler.dataset.dataset import ImageEntry
from labeler.editor.panels.image_list import ImageList
from labeler.editor.panels.images import ImageView
from tests.gui.desk import Desk, folder_of_images
from tests.gui.lists import (
    draw,
    find,
    press,
    row,
    texts,
)


def test_a_click_opens_an_image_and_the_list_follows_the_keys(desk: Desk):
    images = find(desk, QListView, "images.list")
    press(images, row(images, 2))
    assert desk.image_name == "c.png"
    desk.keys("a")
    assert desk.image_name == "b.png"
    assert images.currentIndex().data() == "b.png"
    assert images.selectionModel().isSelected(images.currentIndex())


def test_arrow_keys_open_where_they_rest_and_enter_opens_at_once(desk: Desk):
    images = find(desk, QListView, "images.list")
    images.setFocus()
    QTest.keyClick(images, Qt.Key.Key_Down)
    QTest.keyClick(images, Qt.Key.Key_Down)
    assert desk.image_name == "a.png"
    desk.wait(lambda: desk.image_name == "c.png", "the image where the arrow rests")
    QTest.keyClick(images, Qt.Key.Key_Up)
    QTest.keyClick(images, Qt.Key.Key_Return)
    assert desk.image_name == "b.png"


def test_the_shown_image_is_not_opened_again(desk: Desk):
    opened = []
    desk.workbench.image_changed.connect(lambda: opened.append(desk.image_name))
    images = find(desk, QListView, "images.list")
    press(images, row(images, 0))
    assert opened == []


def test_a_labelled_image_is_marked_and_counted(desk: Desk):
    images, counter = find(desk, QListView, "images.list"), find(desk, QLabel, "images.counter")
    assert counter.text() == "1 / 3 · 0 labelled"
    before = grabbed(images, row(images, 0))
    draw(desk).wait_until_saved()
    assert counter.text() == "1 / 3 · 1 labelled"
    assert "labelled" in row(images, 0).data(Qt.ItemDataRole.AccessibleTextRole).split(", ")
    assert grabbed(images, row(images, 0)) != before


def grabbed(view, index) -> bytes:
    image = view.viewport().grab(view.visualRect(index)).toImage()
    return bytes(image.constBits())


def test_a_broken_image_says_why_once_it_was_tried(open_desk, tmp_path: Path):
    folder = folder_of_images(tmp_path / "photos", "a.png", "b.png")
    (folder / "c.png").write_bytes(b"not a picture")
    desk = open_desk(folder)
    images = find(desk, QListView, "images.list")
    broken, whole = row(images, 2), row(images, 0)
    desk.keys("d")  # now it is the neighbour, and decoded ahead
    desk.wait(lambda: "c.png" in desk.workbench.broken, "the list to hear of it")
    assert "c.png" in broken.data(Qt.ItemDataRole.ToolTipRole).splitlines()[-1]
    assert len(whole.data(Qt.ItemDataRole.ToolTipRole).splitlines()) == 2
    assert broken.data(Qt.ItemDataRole.ForegroundRole) is not None
    assert whole.data(Qt.ItemDataRole.ForegroundRole) is None


def test_the_filter_finds_names_and_escape_shows_all_again(open_desk, tmp_path: Path):
    desk = open_desk(
        folder_of_images(tmp_path / "photos", "street/One.png", "street/two.png", "park/one.png")
    )
    images, field = find(desk, QListView, "images.list"), find(desk, QLineEdit, "images.filter")
    counter = find(desk, QLabel, "images.counter")
    shown = desk.image_name
    field.setFocus()
    QTest.keyClicks(field, "ONE")
    assert texts(images) == ["park/one.png", "street/One.png"]
    assert counter.text().endswith("2 matches")
    QTest.keyClicks(field, "x")
    assert texts(images) == []
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert len(texts(images)) == 3
    assert images.currentIndex().data() == shown == desk.image_name


def test_typing_in_the_filter_fires_no_shortcut(desk: Desk):
    field, tool = find(desk, QLineEdit, "images.filter"), desk.workbench.controller.tool
    field.setFocus()
    QTest.keyClicks(field, "vadwe b1")
    assert field.text() == "vadwe b1"
    assert desk.image_name == "a.png"
    assert desk.workbench.controller.tool is tool
    assert not desk.canvas.shows_baked


def test_enter_in_the_filter_opens_the_first_match(desk: Desk):
    field = find(desk, QLineEdit, "images.filter")
    field.setFocus()
    QTest.keyClicks(field, "c.")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.image_name == "c.png"


class _ManyImages:
    """As much of a workbench as the list model asks for."""

    def __init__(self, count: int) -> None:
        self.images = tuple(ImageEntry(f"{i:06}.jpg", Path("photos"), False) for i in range(count))
        self.broken: dict[str, str] = {}
        self.asked: list[str] = []

    def row_of(self, name: str) -> int:
        return int(name.removesuffix(".jpg"))

    def is_labelled(self, name: str) -> bool:
        self.asked.append(name)
        return False


def test_the_cost_of_a_long_list_follows_what_is_seen(qtbot):
    workbench = _ManyImages(100_000)
    model = ImageList(workbench)
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(250, 400)
    view.setModel(model)
    view.show()
    QApplication.processEvents()
    assert 0 < len(workbench.asked) < 200
    layouts = []
    for change in (
        lambda: model.refresh("000003.jpg"),
        lambda: view.setCurrentIndex(model.index_of("090000.jpg")),
        lambda: model.show_matching("99"),
        lambda: model.show_matching(""),
    ):
        workbench.asked.clear()
        change()
        QApplication.processEvents()
        layouts.append(len(workbench.asked))
    assert max(layouts) < 200


def test_a_filtered_long_list_still_finds_its_rows(qtbot):
    model = ImageList(_ManyImages(5_000))
    model.show_matching("99")
    for place in range(model.rowCount()):
        assert model.index_of(model.index(place).data()).row() == place
    assert not model.index_of("000000.jpg").isValid()


def test_a_broken_image_is_marked_before_anybody_opens_it(open_desk, tmp_path: Path):
    photos = folder_of_images(tmp_path / "photos", *(f"{n}.png" for n in range(9)))
    broken = photos / "7.png"
    broken.write_bytes(broken.read_bytes()[:-300])
    desk = open_desk(photos)
    assert desk.image_name == "0.png"
    desk.wait(lambda: "7.png" in desk.workbench.broken, "the mark")
    assert list(desk.workbench.broken) == ["7.png"]
    assert "7.png" in row(find(desk, QListView, "images.list"), 7).data(Qt.ItemDataRole.ToolTipRole)
