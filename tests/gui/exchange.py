"""The dialogs of export and import, by what a user sees of them and does with them."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QProgressBar, QPushButton, QWidget

from labeler.editor.exchange_dialog import ExchangeDialog
from labeler.editor.preview_pane import PreviewPane
from tests.gui.desk import Desk

Found = TypeVar("Found", bound=QWidget)


class Exchange:
    """One of the dialogs, opened by its key."""

    def __init__(
        self, desk: Desk, kind: type[ExchangeDialog], key: Qt.Key, modifiers: Qt.KeyboardModifier
    ) -> None:
        self.desk = desk
        desk.window.activateWindow()  # no window manager does it here when an earlier dialog goes
        QTest.qWaitForWindowActive(desk.window)
        desk.key(key, modifiers)
        self.widget = desk.window.findChild(kind)
        assert self.widget is not None
        QTest.qWaitForWindowExposed(self.widget)

    # --- what is seen ------------------------------------------------------------------------------------

    def find(self, kind: type[Found], name: str) -> Found:
        return self.widget.findChild(kind, name)

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.widget.findChildren(QPushButton) if b.text().replace("&", "") == text)

    def text(self, name: str) -> str:
        label = self.find(QLabel, name)
        return label.text() if label.isVisible() else ""

    @property
    def skipped(self) -> str:
        field = self.find(QPlainTextEdit, "skipped")
        return field.toPlainText() if field.isVisible() else ""

    @property
    def progress(self) -> QProgressBar:
        return self.find(QProgressBar, "progress")

    def seen(self) -> Self:
        """Wait until what would happen is known."""
        self.desk.wait(lambda: not self.widget.findChild(PreviewPane).is_busy, "the preview")
        return self

    def wait(self) -> Self:
        self.desk.wait(lambda: not self.progress.isVisible(), "the end")
        return self

    # --- what is done ------------------------------------------------------------------------------------

    def press(self, text: str) -> Self:
        QTest.mouseClick(self.button(text), Qt.MouseButton.LeftButton)
        return self

    def close(self) -> None:
        """Back to the window."""
        self.press("Close")
        self.desk.window.activateWindow()  # no window manager does it here
        QTest.qWaitForWindowActive(self.desk.window)

    def key(self, widget: QWidget, key: Qt.Key) -> Self:
        assert widget.isVisible()
        assert widget.isEnabled()
        QTest.keyClick(widget, key)
        return self

    def choose(self, format_id: str) -> Self:
        return self.pick("format", format_id)

    def pick(self, name: str, value: str) -> Self:
        """As somebody does with the keyboard."""
        box = self.find(QComboBox, name)
        self.key(box, Qt.Key.Key_Home)
        while box.currentData() != value:
            before = box.currentIndex()
            QTest.keyClick(box, Qt.Key.Key_Down)
            assert box.currentIndex() == before + 1, f"no {value} in {name}"
        return self

    def type(self, option: str, text: str) -> Self:
        field: Any = self.find(QWidget, f"option.{option}")
        assert field.isVisible()
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        return self.key(field, Qt.Key.Key_Tab)
