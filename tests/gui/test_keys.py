"""Which key does what, in the real window: presets, keys of one's own, conflicts, the page that says all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTreeView, QTreeWidget

from labeler.editor import class_commands
from labeler.editor.actions import ACTIONS
from labeler.editor.bindings import COMMANDS, key_text
from labeler.editor.key_field import pressed_key
from labeler.editor.keys import Keymap, normalized
from labeler.editor.panels.class_list import KEY as KEY_COLUMN
from labeler.editor.presets import PRESETS, XSEG
from labeler.editor.settings_dialog import SettingsDialog
from labeler.editor.shortcuts import GESTURES, ShortcutPage
from labeler.settings import Settings
from tests.gui.desk import Desk

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def use(desk: Desk, change) -> None:
    desk.window.bindings.use(change(desk.window.bindings.keymap))


def draw_on(desk: Desk, *names: str) -> None:
    """A polygon on each of these images; then the first image again."""
    for name in names:
        desk.workbench.show_image(name)
        desk.wait_for_picture().keys("q").click((10, 10), (50, 10), (50, 50)).key(KEY.Key_Return)
        desk.wait_until_saved()
    desk.workbench.show_image("a.png")
    desk.wait_for_picture()


# --- the lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_in_a_preset_no_two_things_want_the_same_key(preset):
    keymap = Keymap.of(COMMANDS, preset.id)
    assert keymap.preset is preset
    assert keymap.conflicts == ()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_preset_names_commands_and_keys_that_there_are(preset):
    ids = {command.id for command in COMMANDS}
    assert set(preset.keys) <= ids
    assert len(ids) == len(COMMANDS)
    for key in (key for command in COMMANDS for key in Keymap.of(COMMANDS, preset.id).keys(command.id)):
        assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key == normalized(key)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_action_has_a_tooltip_that_ends_with_its_key(desk, preset):
    use(desk, lambda keymap: keymap.with_preset(preset))
    keymap = desk.window.bindings.keymap
    for action in ACTIONS:
        made = desk.window.actions_by_id[action.id]
        assert made.toolTip().strip()
        for key in keymap.keys(action.id)[:1]:
            assert made.toolTip().endswith(f"({key_text(key)})")
            assert made.shortcut() == QKeySequence(key)


# --- keys at work -------------------------------------------------------------------------------------------


def test_alt_and_d_go_to_the_next_labelled_image_and_to_no_menu(desk):
    draw_on(desk, "c.png")
    for _ in range(2):
        desk.key(KEY.Key_D, ALT).wait_for_picture()
        assert QApplication.activePopupWidget() is None
        assert desk.image_name == "c.png"
    titles = [action.text() for action in desk.window.menuBar().actions()]
    letters = [title[title.index("&") + 1].upper() for title in titles]
    assert len(set(letters)) == len(titles)
    assert "D" not in letters


def test_people_from_xseg_find_their_keys(desk):
    use(desk, lambda keymap: keymap.with_preset(XSEG))
    draw_on(desk, "a.png", "c.png")
    desk.key(KEY.Key_D, CTRL).wait_for_picture()
    assert desk.image_name == "c.png"
    desk.key(KEY.Key_A, CTRL).wait_for_picture()
    assert desk.image_name == "a.png"
    desk.key(KEY.Key_A, CTRL)  # there is none before: stay, and say so
    assert desk.image_name == "a.png"
    assert "No further image" in desk.window.notice.text
    desk.keys("4")
    assert desk.canvas.shows_baked
    desk.keys("4")
    assert not desk.canvas.shows_baked
    desk.keys("5")
    assert desk.workbench.view.options.shown == "model"
    desk.keys("m3")
    assert (desk.workbench.view.options.shown, desk.workbench.view.options.scheme) == ("picture", "contrast")
    desk.key(KEY.Key_A, CTRL | SHIFT)
    assert len(desk.workbench.context.selection) == 1
    class_commands.add(desk.workbench, "cup")
    desk.key(KEY.Key_1, CTRL)
    assert desk.workbench.context.current_class == "object"
    desk.key(KEY.Key_2, CTRL)
    assert desk.annotation.instances[0].class_name == "cup"


def test_a_held_key_repeats_steps_and_nothing_else(desk):
    repeats = {id for id, action in desk.window.actions_by_id.items() if action.autoRepeat()}
    steps = {"image.next", "image.previous", "image.on5", "image.back5", "image.next_labelled"}
    assert (
        steps | {"edit.undo", "edit.redo", "draw.back", "view.in", "view.out", "edit.nudge.left"} <= repeats
    )
    assert not repeats & {"image.trash", "edit.paste", "edit.delete", "view.baked", "tool.include", "class.1"}
    assert not [id for id in repeats if desk.window.actions_by_id[id].isCheckable()]


def test_the_keys_for_holding_can_be_others(desk):
    use(desk, lambda keymap: keymap.with_keys("hold.hide", ["G"]).with_keys("hold.pan", ["Z", "Space"]))
    hidden = []
    for key in (KEY.Key_G, KEY.Key_H):
        QTest.keyPress(desk.canvas, key)
        hidden.append(desk.canvas._labels_hidden)
        QTest.keyRelease(desk.canvas, key)
    assert hidden == [True, False]
    before = desk.at(30, 40)
    QTest.keyPress(desk.canvas, KEY.Key_Z)
    desk.drag((30, 40), (35, 45))
    QTest.keyRelease(desk.canvas, KEY.Key_Z)
    assert desk.at(30, 40) != before
    assert not desk.annotation.instances


def test_of_two_that_want_a_key_the_first_that_can_be_used_has_it(desk):
    use(desk, lambda keymap: keymap.adding("edit.duplicate", "D"))
    desk.keys("d").wait_for_picture()  # nothing is selected, so nothing to duplicate
    assert desk.image_name == "b.png"
    desk.keys("q").click((10, 10), (50, 10), (50, 50)).key(KEY.Key_Return)
    desk.keys("d")
    assert (desk.image_name, len(desk.annotation.instances)) == ("b.png", 2)
    desk.key(KEY.Key_Escape).keys("d").wait_for_picture()
    assert desk.image_name == "c.png"


def test_a_key_chosen_for_holding_is_no_longer_the_actions(desk):
    use(desk, lambda keymap: keymap.with_keys("hold.hide", ["B"]))
    QTest.keyPress(desk.canvas, KEY.Key_B)
    assert desk.canvas._labels_hidden
    QTest.keyRelease(desk.canvas, KEY.Key_B)
    assert not desk.canvas._labels_hidden
    assert not desk.canvas.shows_baked


def test_a_held_key_is_let_go_even_when_it_has_become_another_sign(desk):
    use(desk, lambda keymap: keymap.with_keys("class.1", []).with_keys("hold.hide", ["1"]))
    scan_code = 10
    for kind, key, modifiers in (
        (QEvent.Type.KeyPress, KEY.Key_1, Qt.KeyboardModifier.NoModifier),
        (QEvent.Type.KeyRelease, KEY.Key_Exclam, SHIFT),
    ):
        QApplication.sendEvent(desk.canvas, QKeyEvent(kind, key, modifiers, scan_code, 0, 0, ""))
        assert desk.canvas._labels_hidden is (kind == QEvent.Type.KeyPress)


def test_keys_that_are_none_leave_the_presets(open_desk, photos, tmp_path):
    settings = Settings.load(tmp_path / "settings.json")
    settings.keys = {"image.next": ["Hyper+Foo"], "image.previous": ["Nonsense", "Left"], "class.1": []}
    settings.key_preset = "emacs"
    settings.save()
    keymap = open_desk(photos).window.bindings.keymap
    assert keymap.preset.id == "default"
    assert keymap.keys("image.next") == ("D",)
    assert keymap.keys("image.previous") == ("Left",)
    assert keymap.keys("class.1") == ()


# --- recording ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "modifiers", "text", "recorded"),
    [
        (KEY.Key_A, CTRL, "\x01", "Ctrl+A"),
        (KEY.Key_A, SHIFT, "A", "Shift+A"),
        (KEY.Key_Question, SHIFT, "?", "?"),
        (KEY.Key_Backtab, SHIFT, "", "Shift+Tab"),
        (KEY.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t", "Tab"),
        (KEY.Key_Space, SHIFT, " ", "Shift+Space"),
        (KEY.Key_Enter, Qt.KeyboardModifier.KeypadModifier, "\r", "Enter"),
        (KEY.Key_Shift, SHIFT, "", ""),
        (KEY.Key_Comma, CTRL, ",", "Ctrl+,"),
        (KEY.Key_Plus, CTRL | SHIFT, "+", "Ctrl++"),
    ],
)
def test_a_pressed_key_is_written_as_shortcuts_are_found(key, modifiers, text, recorded):
    assert pressed_key(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)) == recorded


# --- the page -----------------------------------------------------------------------------------------------


def rows_shown(tree: QTreeWidget) -> dict[str, str]:
    groups = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    rows = [group.child(i) for group in groups if not group.isHidden() for i in range(group.childCount())]
    return {row.text(0): row.text(1) for row in rows if not row.isHidden()}


@pytest.fixture
def page(desk) -> ShortcutPage:
    use(desk, lambda keymap: keymap.with_keys("image.next", ["PgDown", "Shift+D"]).with_keys("edit.all", []))
    desk.key(KEY.Key_F1)
    page = desk.window.findChild(ShortcutPage)
    QTest.qWaitForWindowExposed(page)
    return page


def test_the_page_says_the_keys_in_use(page):
    shown = rows_shown(page.findChild(QTreeWidget))
    assert shown["Next image"] == "PgDown, Shift+D"
    assert shown["Undo"] == key_text("Ctrl+Z")
    assert shown["Pan with the pointer"] == "Hold Space"
    assert shown["Class of the selection and of what is drawn next"] == "1 – 9"
    assert "Select all" not in shown
    assert {what for _how, what in GESTURES} <= set(shown)


def test_the_page_can_be_searched_and_leads_to_the_settings(desk, page):
    QTest.keyClicks(page.focusWidget(), "pgd")
    assert rows_shown(page.findChild(QTreeWidget)) == {"Next image": "PgDown, Shift+D"}
    QTest.keyClick(page.focusWidget(), KEY.Key_Escape)
    assert len(rows_shown(page.findChild(QTreeWidget))) > 20
    change = next(b for b in page.findChildren(QPushButton) if b.text().startswith("Change"))
    QTest.mouseClick(change, Qt.MouseButton.LeftButton)
    assert not page.isVisible()
    assert desk.window.findChild(SettingsDialog).isVisible()


def test_only_single_keys_can_be_held():
    held = [command for command in COMMANDS if command.id.startswith("hold.")]
    assert len(held) >= 2
    assert not [key for command in held for key in command.keys if "+" in key[:-1]]


def test_panels_name_the_keys_in_use(desk):
    classes = desk.window.findChild(QTreeView, "classes.list").model()
    empty = desk.window.findChild(QTreeView, "instances.tree")
    assert classes.index(0, KEY_COLUMN).data() == "1"
    assert "Press Q" in empty._hint
    use(desk, lambda keymap: keymap.with_preset(XSEG).with_keys("tool.include", ["F2"]))
    assert classes.index(0, KEY_COLUMN).data() == key_text("Ctrl+1")
    assert "Press F2" in empty._hint
    use(desk, lambda keymap: keymap.with_keys("tool.include", []))
    assert "include tool" in empty._hint
