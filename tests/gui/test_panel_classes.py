"""The classes panel, through the window's own widgets and real events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QLineEdit,
    QProgressDialog,
    QToolButton,
    QTreeView,
)

from labeler.document.model import PolygonRef
from labeler.editor.panels import class_list as classes_columns
from labeler.editor.panels.fields import TextField
from tests.gui.desk import Desk
from tests.gui.lists import (
    LEFT,
    NONE,
    draw,
    find,
    press,
    row,
    texts,
    tree_of,
)


def class_row(desk: Desk, place: int, column: int = classes_columns.NAME):
    view = find(desk, QTreeView, "classes.list")
    return view, row(view, place, column=column)


def add_class(desk: Desk, name: str) -> QLineEdit:
    QTest.mouseClick(find(desk, QToolButton, "classes.add"), LEFT)
    field = find(desk, QLineEdit, "classes.new")
    field.clear()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return field


def class_names(desk: Desk) -> list[str]:
    view, _index = class_row(desk, 0)
    return [row(view, i, column=classes_columns.NAME).data() for i in range(view.model().rowCount())]


def test_a_class_is_added_with_the_next_key_and_drawn_with(desk: Desk, photos: Path):
    field = add_class(desk, " cup ")
    assert not field.isVisible()
    assert class_names(desk) == ["object", "cup"]
    view, index = class_row(desk, 1, classes_columns.KEY)
    assert index.data() == "2"
    assert desk.workbench.context.current_class == "cup"
    assert view.currentIndex().row() == 1
    written = json.loads((photos / "labeler.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in written["classes"]] == ["object", "cup"]


@pytest.mark.parametrize("name", ["", "   ", "object"])
def test_a_name_that_cannot_be_is_refused_with_a_sentence(desk: Desk, name: str):
    said = []
    desk.workbench.reported.connect(said.append)
    field = add_class(desk, name)
    assert field.isVisible()
    assert len(said) == 1
    assert said[0].endswith(".")
    assert class_names(desk) == ["object"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()


def test_a_click_chooses_the_class_of_the_selection_and_of_what_comes(desk: Desk):
    draw(desk)
    add_class(desk, "cup")
    view, first = class_row(desk, 0)
    desk.workbench.context.select([PolygonRef("low", 0)])
    press(view, first)
    assert desk.workbench.context.current_class == "object"
    assert desk.annotation.instance("low").class_name == "object"
    steps = desk.workbench.undo_name
    press(view, first)
    desk.undo()
    assert desk.annotation.instance("low").class_name == "coin"
    assert steps == "Change class"


def test_moving_through_the_list_chooses_nothing_until_enter(desk: Desk):
    add_class(desk, "cup")
    view, _index = class_row(desk, 0)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert desk.workbench.context.current_class == "cup"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert desk.workbench.context.current_class == "object"


def rename(desk: Desk, place: int, name: str, end=Qt.Key.Key_Return) -> None:
    view, index = class_row(desk, place)
    view.setCurrentIndex(index)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = find(desk, QLineEdit, "classes.rename")
    editor.selectAll()
    QTest.keyClicks(editor, name)
    QTest.keyClick(editor, end)
    QApplication.processEvents()
    QApplication.processEvents()


def test_a_class_is_renamed_in_the_list_on_disk_and_in_every_step(desk: Desk, photos: Path):
    add_class(desk, "coin")
    draw(desk).wait_until_saved()
    rename(desk, 1, "money")
    assert class_names(desk) == ["object", "money"]
    assert texts(tree_of(desk))[1:3] == ["money · mid", "money · low"]
    assert "money" in (photos / "a.png.labels.json").read_text(encoding="utf-8")
    desk.undo().redo()
    assert desk.annotation.instance("low").class_name == "money"


def test_a_rename_is_refused_or_cancelled_without_a_trace(desk: Desk):
    said = []
    desk.workbench.reported.connect(said.append)
    add_class(desk, "coin")
    rename(desk, 1, "object")
    assert len(said) == 1
    rename(desk, 1, "money", end=Qt.Key.Key_Escape)
    assert class_names(desk) == ["object", "coin"]
    assert len(said) == 1


def test_typing_a_class_name_fires_no_shortcut(desk: Desk):
    tool = desk.workbench.controller.tool
    rename(desk, 0, "v a d b 12")
    assert class_names(desk) == ["v a d b 12"]
    assert desk.image_name == "a.png"
    assert desk.workbench.controller.tool is tool


def test_enter_after_a_new_name_gives_the_selection_no_class(desk: Desk):
    draw(desk)
    desk.workbench.context.select([PolygonRef("low", 0)])
    rename(desk, 0, "thing")
    assert class_names(desk) == ["thing"]
    assert desk.annotation.instance("low").class_name == "coin"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Qt.Key.Key_Return, "\r"),
        (Qt.Key.Key_Enter, "\r"),
        (Qt.Key.Key_Escape, "\x1b"),
        (Qt.Key.Key_Q, "q"),
        (Qt.Key.Key_1, "1"),
        (Qt.Key.Key_Delete, "\x7f"),
    ],
)
def test_a_text_field_claims_its_keys_before_any_shortcut(qtbot, key: Qt.Key, text: str):
    field = TextField()
    qtbot.addWidget(field)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, NONE, text)
    event.ignore()
    QApplication.sendEvent(field, event)
    assert event.isAccepted()


def test_what_is_being_typed_outlives_other_changes(desk: Desk):
    view, _index = class_row(desk, 0)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = find(desk, QLineEdit, "classes.rename")
    QTest.keyClicks(editor, "half")
    draw(desk).wait_until_saved()
    assert editor.text() == "half"


def test_a_rename_that_takes_long_shows_how_far_it_is(desk: Desk, monkeypatch):
    import time

    seen = []

    def slow(old, new, progress):
        for done in range(4):
            progress(done, 4)
            seen.extend(d.value() for d in desk.window.findChildren(QProgressDialog) if d.isVisible())
            time.sleep(0.3)

    monkeypatch.setattr(desk.workbench.dataset, "rename_class", slow)
    rename(desk, 0, "thing")
    assert seen == [2, 3]
    assert not any(d.isVisible() for d in desk.window.findChildren(QProgressDialog))


def test_a_click_on_the_swatch_changes_the_colour(desk: Desk, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor("#123456"))
    view, swatch = class_row(desk, 0, classes_columns.COLOR)
    press(view, swatch)
    assert desk.workbench.classes.entries[0].color == "#123456"
    assert desk.workbench.context.current_class == "object"


def test_a_colour_that_was_not_chosen_changes_nothing(desk: Desk, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
    color = desk.workbench.classes.entries[0].color
    QTest.mouseClick(find(desk, QToolButton, "classes.recolor"), LEFT)
    assert desk.workbench.classes.entries[0].color == color


def test_classes_count_their_instances_on_this_image(desk: Desk):
    add_class(desk, "coin")
    _view, count = class_row(desk, 1, classes_columns.COUNT)
    assert count.data() == ""
    draw(desk)
    assert class_row(desk, 1, classes_columns.COUNT)[1].data() == "2"
    desk.undo()
    assert class_row(desk, 1, classes_columns.COUNT)[1].data() == ""
