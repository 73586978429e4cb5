"""Names of files and folders are shown letter by letter: `<b>.png` is a name, not markup."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from labeler.editor.export_dialog import ExportDialog
from labeler.editor.notice import Notice


def test_a_notice_shows_names_as_they_are(qtbot):
    notice = Notice()
    qtbot.addWidget(notice)
    notice.say("<b>.png could not be saved")
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in notice.findChildren(QLabel))


def test_the_export_dialog_shows_names_as_they_are(desk):
    dialog = ExportDialog(desk.workbench, desk.window)
    for name in ("keeps", "plan", "outcome"):
        assert dialog.findChild(QLabel, name).textFormat() == Qt.TextFormat.PlainText, name
    dialog.stop()
