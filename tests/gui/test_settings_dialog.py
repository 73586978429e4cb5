"""The settings dialog: what is chosen holds at once, is remembered, and is taken back by Cancel."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QTreeWidget,
)

from labeler.editor.key_table import KeyTable, groups_of, rows_of
from labeler.editor.settings_dialog import SettingsDialog
from labeler.editor.tool_options import TOOL_GROUPS
from labeler.settings import Settings
from labeler.tools.options import Options
from tests.gui.desk import Desk

KEY = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
OK, CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel


class Dialog:
    """The open dialog, by what a user sees of it."""

    def __init__(self, desk: Desk, *, keys: bool = True) -> None:
        self.desk = desk
        desk.window.activateWindow()
        QTest.qWaitForWindowActive(desk.window)
        desk.key(KEY.Key_Comma, CTRL)
        dialogs = [d for d in desk.window.findChildren(SettingsDialog) if d.isVisible()]
        assert len(dialogs) == 1
        self.widget = dialogs[0]
        QTest.qWaitForWindowExposed(self.widget)
        self.widget.findChild(QTabWidget).setCurrentIndex(int(keys))

    def find(self, kind: type, name: str):
        found = self.widget.findChild(kind, name)
        assert found is not None, name
        return found

    @property
    def table(self) -> KeyTable:
        return self.find(QTreeWidget, "keys")

    def rows(self) -> dict[str, str]:
        shown = (row for group in groups_of(self.table) for row in rows_of(group) if not row.isHidden())
        return {row.text(0): row.text(1) for row in shown}

    def choose(self, title: str) -> Dialog:
        row = next(r for group in groups_of(self.table) for r in rows_of(group) if r.text(0) == title)
        self.table.scrollToItem(row)
        place = self.table.visualItemRect(row).center()
        QTest.mouseClick(self.table.viewport(), LEFT, NONE, place)
        QApplication.processEvents()
        return self

    def press(self, name: str) -> Dialog:
        button = self.find(QPushButton, name)
        assert button.isVisible()
        assert button.isEnabled()
        QTest.mouseClick(button, LEFT)
        QApplication.processEvents()
        return self

    def record(self, key: Qt.Key, modifiers=NONE) -> Dialog:
        self.press("add")
        field = self.find(QLineEdit, "key")
        assert field.hasFocus()
        QTest.keyClick(field, key, modifiers)
        QApplication.processEvents()
        return self

    @property
    def problem(self) -> str:
        label = self.find(QLabel, "problem")
        return label.text() if label.isVisible() else ""

    @property
    def conflicts(self) -> str:
        label = self.find(QLabel, "conflicts")
        return label.text() if label.isVisible() else ""

    def end(self, button: QDialogButtonBox.StandardButton) -> Desk:
        box = self.widget.findChild(QDialogButtonBox)
        QTest.mouseClick(box.button(button), LEFT)
        QApplication.processEvents()
        self.desk.window.activateWindow()  # no window manager does it here
        QTest.qWaitForWindowActive(self.desk.window)
        return self.desk


# --- keys ---------------------------------------------------------------------------------------------------


def test_a_key_that_is_pressed_holds_at_once_and_the_next_day(open_desk, photos):
    desk = open_desk(photos)
    dialog = Dialog(desk).choose("Next image").record(KEY.Key_J)
    assert dialog.rows()["Next image"] == "D, J"
    assert desk.window.actions_by_id["image.next"].toolTip().endswith("(D)")
    dialog.press("key.D")
    assert dialog.rows()["Next image"] == "J"
    assert desk.window.actions_by_id["image.next"].toolTip().endswith("(J)")
    dialog.end(OK).keys("d").keys("j").wait_for_picture()
    assert desk.image_name == "b.png"
    desk.close()
    again = open_desk(photos)
    again.keys("d").keys("j").wait_for_picture()
    assert again.image_name == "c.png"


def test_settings_are_on_disk_when_the_dialog_is_left(desk, tmp_path):
    Dialog(desk).choose("Next image").record(KEY.Key_J).end(OK)
    assert Settings.load(tmp_path / "settings.json").keys == {"image.next": ["D", "J"]}


def test_cancel_brings_the_keys_back(desk):
    dialog = Dialog(desk).choose("Next image").press("key.D")
    dialog.find(QComboBox, "preset").setCurrentIndex(1)
    desk = dialog.end(CANCEL)
    assert desk.window.actions_by_id["image.next"].shortcut().toString() == "D"
    assert desk.window.bindings.keymap.preset.id == "default"
    assert desk.workbench.settings.keys == {}
    desk.keys("d").wait_for_picture()
    assert desk.image_name == "b.png"


def test_a_conflict_is_marked_said_and_resolved_by_taking_the_key(desk):
    dialog = Dialog(desk).choose("Duplicate").record(KEY.Key_A, CTRL)
    assert "Ctrl+A is also the key of “Select all”" in dialog.problem
    assert dialog.conflicts.startswith("⚠ 1 key has two uses")
    marked = [r.text(0) for g in groups_of(dialog.table) for r in rows_of(g) if not r.icon(1).isNull()]
    assert marked == ["Duplicate", "Select all"]
    QTest.mouseClick(dialog.find(QCheckBox, "only-conflicts"), LEFT)
    assert set(dialog.rows()) == {"Duplicate", "Select all"}
    dialog.press("take")
    assert (dialog.problem, dialog.conflicts) == ("", "")
    rows = dialog.rows()
    assert (rows["Duplicate"], rows["Select all"]) == ("Ctrl+D, Ctrl+A", "")


def test_a_conflict_may_be_kept(desk):
    dialog = Dialog(desk).choose("Select all").record(KEY.Key_D)
    assert "“Next image”" in dialog.problem
    dialog.end(OK)
    desk.keys("q").click((10, 10), (50, 10), (50, 50)).key(KEY.Key_Return).key(KEY.Key_Escape)
    desk.keys("d")
    assert desk.image_name == "a.png"
    assert len(desk.workbench.context.selection) == 1


def test_a_key_that_lists_need_is_pointed_out(desk):
    dialog = Dialog(desk).choose("Next image").record(KEY.Key_F2)
    assert "lists" in dialog.problem
    assert not dialog.find(QPushButton, "take").isVisible()


@pytest.mark.parametrize("key", [KEY.Key_Tab, KEY.Key_Escape, KEY.Key_Return])
def test_keys_that_move_in_dialogs_can_be_recorded(desk, key):
    dialog = Dialog(desk).choose("Baked mask").record(key)
    assert dialog.widget.isVisible()
    assert len(desk.window.bindings.keymap.keys("view.baked")) == 2


def test_a_held_key_is_a_single_one(desk):
    dialog = Dialog(desk).choose("Hide everything that is drawn").record(KEY.Key_G, CTRL)
    assert dialog.rows()["Hide everything that is drawn"] == "H"
    QTest.keyClick(dialog.find(QLineEdit, "key"), KEY.Key_G)
    assert dialog.rows()["Hide everything that is drawn"] == "H, G"


def test_clicking_elsewhere_gives_up(desk):
    dialog = Dialog(desk).choose("Next image").press("add").choose("Save")
    assert not dialog.find(QLineEdit, "key").isVisible()
    assert dialog.rows()["Next image"] == "D"
    dialog.record(KEY.Key_F9)
    assert dialog.rows()["Save"] == "Ctrl+S, F9"


def test_reset_one_and_reset_all(desk):
    dialog = Dialog(desk).choose("Next image").record(KEY.Key_J).choose("Save").record(KEY.Key_F9)
    dialog.press("reset")
    assert (dialog.rows()["Save"], dialog.rows()["Next image"]) == ("Ctrl+S", "D, J")
    assert not dialog.find(QPushButton, "reset").isEnabled()
    dialog.press("reset-all")
    assert dialog.rows()["Next image"] == "D"
    assert not dialog.find(QPushButton, "reset-all").isEnabled()


def test_a_preset_is_chosen_from_the_list_and_own_keys_stay(desk):
    dialog = Dialog(desk).choose("Save").record(KEY.Key_F9)
    QTest.keyClick(dialog.find(QComboBox, "preset"), KEY.Key_Down)
    rows = dialog.rows()
    assert rows["Next labelled image"] == "Ctrl+D, Alt+D"
    assert rows["Save"] == "Ctrl+S, F9"
    dialog.end(OK)
    assert (desk.workbench.settings.key_preset, desk.workbench.settings.keys) == (
        "xseg",
        {"file.save": ["Ctrl+S", "F9"]},
    )


def test_the_table_is_searched_by_command_and_by_key(desk):
    dialog = Dialog(desk)
    search = dialog.find(QLineEdit, "search")
    QTest.keyClicks(search, "ctrl+e")
    assert dialog.rows() == {"Export…": "Ctrl+E"}
    search.clear()
    QTest.keyClicks(search, "baked")
    assert dialog.rows() == {"Baked mask": "B"}
    QTest.keyClick(search, KEY.Key_Escape)
    assert len(dialog.rows()) > 30
    assert dialog.widget.isVisible()


# --- general ------------------------------------------------------------------------------------------------


def test_each_option_of_the_tools_can_be_set():
    offered = {option.name for _title, options in TOOL_GROUPS for option in options}
    assert offered == {field.name for field in fields(Options)}


def test_options_hold_at_once_are_remembered_and_taken_back(open_desk, photos):
    desk = open_desk(photos)
    before = desk.workbench.context.options
    dialog = Dialog(desk, keys=False)
    QTest.keyClick(dialog.find(QCheckBox, "option.snap"), KEY.Key_Space)
    QTest.keyClick(dialog.find(QDoubleSpinBox, "option.brush_radius"), KEY.Key_Up)
    changed = desk.workbench.context.options
    assert (changed.snap, changed.brush_radius) == (not before.snap, before.brush_radius + 1)
    dialog.end(CANCEL)
    assert desk.workbench.context.options == before
    dialog = Dialog(desk, keys=False)
    QTest.keyClick(dialog.find(QCheckBox, "option.snap"), KEY.Key_Space)
    dialog.end(OK)
    desk.close()
    assert open_desk(photos).workbench.context.options.snap is not before.snap


def test_how_things_look_holds_at_once_and_is_taken_back(desk):
    before = desk.workbench.view.options
    dialog = Dialog(desk, keys=False)
    QTest.keyClick(dialog.find(QCheckBox, "option.keep_view"), KEY.Key_Space)
    QTest.keyClick(dialog.find(QComboBox, "option.color_by"), KEY.Key_Down)
    changed = desk.workbench.view.options
    assert (changed.keep_view, changed.color_by) == (True, "instance")
    dialog.end(CANCEL)
    assert desk.workbench.view.options == before


def test_the_theme_is_the_same_in_dialog_and_menu(desk, qapp):
    dialog = Dialog(desk, keys=False)
    box = dialog.find(QComboBox, "theme")
    box.setCurrentIndex(box.findData("dark"))
    assert qapp.palette().window().color().lightness() < 100
    assert desk.window._themes["dark"].isChecked()
    dialog.end(CANCEL)
    assert qapp.palette().window().color().lightness() > 100
    assert desk.window._themes["system"].isChecked()


def test_who_wants_it_starts_each_image_with_include(desk):
    desk.keys("w").keys("d").wait_for_picture()
    assert desk.workbench.controller.tool.id == "exclude"
    dialog = Dialog(desk, keys=False)
    QTest.keyClick(dialog.find(QCheckBox, "option.return_to_include"), KEY.Key_Space)
    dialog.end(OK)
    desk.keys("d").wait_for_picture()
    assert desk.workbench.controller.tool.id == "include"
    desk.keys("v").keys("a").wait_for_picture()
    assert desk.workbench.controller.tool.id == "select"
