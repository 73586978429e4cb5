"""Every text of the window goes through the translation: with another catalogue nothing stays English."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from labeler import i18n
from labeler.editor.export_dialog import ExportDialog
from labeler.editor.import_dialog import ImportDialog
from labeler.editor.settings_dialog import SettingsDialog
from labeler.editor.shortcuts import ShortcutPage
from tests.gui.desk import Desk


class Marked(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"«{msgid1 if n == 1 else msgid2}»"


@pytest.fixture
def marked() -> Iterator[None]:
    i18n.use(Marked())
    yield
    i18n.use(gettext.NullTranslations())


def _cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for section in range(columns):
        yield str(model.headerData(section, Qt.Orientation.Horizontal) or "")
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(index.data(role) or "")
        yield from _cells(model, model.index(row, 0, parent))


def _texts(root: QWidget) -> Iterator[str]:
    for widget in [root, *root.findChildren(QWidget)]:
        yield widget.toolTip()
        yield widget.windowTitle()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QMenu | QGroupBox):
            yield widget.title()
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        if isinstance(widget, QDockWidget):
            yield widget.accessibleName()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(index) for index in range(widget.count()))
        if isinstance(widget, QAbstractItemView) and widget.model():
            yield from _cells(widget.model(), QModelIndex())
    for action in root.findChildren(QAction):
        yield action.text()
        yield action.toolTip()


#: What has no words of ours: data, keys, sizes, and Qt's own buttons (Qt brings their translations).
OTHER = re.compile(
    r"object( · \w+)?|[abc]\.png|(a\.png – )?labeler|[\d., –%/×]*|.*photos.*|1–9|(.*  )?✕"
    r"|&?(OK|Cancel|Close|Apply|Retry)|Undocks and re-attaches.*|Closes the dock.*|Float|Close"
)


def _is_keys(text: str) -> bool:
    """Names of keys are the system's."""
    return all(QKeySequence.fromString(part).toString() == part for part in text.split(", "))


def _untranslated(root: QWidget) -> set[str]:
    texts = {text for text in _texts(root) if text and "«" not in text}
    return {text for text in texts if not OTHER.fullmatch(text) and not _is_keys(text)}


@pytest.mark.usefixtures("marked")
def test_no_text_of_the_window_stays_english(open_desk, photos):
    desk: Desk = open_desk(photos)
    desk.keys("q").click((10, 10), (90, 10), (90, 70)).key(Qt.Key.Key_Return)
    desk.keys("w").click((30, 20), (60, 20), (60, 40)).key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Escape).click((30, 30), (50, 30), (50, 50)).key(Qt.Key.Key_Return)
    desk.keys("e").click((5, 5), (20, 5), (20, 20)).key(Qt.Key.Key_Return)
    assert _untranslated(desk.window) == set()
    assert "«Undo»" in desk.window.actions_by_id["edit.undo"].text()


@pytest.mark.usefixtures("marked")
def test_no_text_of_the_dialogs_stays_english(open_desk, photos):
    desk: Desk = open_desk(photos)
    window = desk.window
    dialogs = (
        ShortcutPage(window.bindings, window),
        ExportDialog(desk.workbench, window),
        ImportDialog(desk.workbench, window),
        SettingsDialog(window),
    )
    for dialog in dialogs:
        assert _untranslated(dialog) == set()
        dialog.close()


def test_the_check_above_bites(open_desk, photos):
    assert {"Open folder…", "Images", "Filter by name"} <= _untranslated(open_desk(photos).window)
