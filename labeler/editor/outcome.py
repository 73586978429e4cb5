"""What became of an export or import: its report in words, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QWidget

from labeler.editor.icons import icon
from labeler.formats.report import Report
from labeler.i18n import ngettext

_ICON_PX = 20
_LINES = 5


class Outcome(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._said = QLabel()
        self._said.setObjectName("outcome")
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)  # names of files and folders stay as they are
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._skipped = QPlainTextEdit()  # there may be thousands
        self._skipped.setObjectName("skipped")
        self._skipped.setReadOnly(True)
        self._skipped.setTabChangesFocus(True)
        self._skipped.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + 12)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._said, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._skipped, 1, 1)
        self.clear()

    def clear(self) -> None:
        self.hide()

    def show_error(self, sentence: str) -> None:
        self._show("triangle-alert", [sentence], [])

    def show_report(self, report: Report, lines: Sequence[str]) -> None:
        """What a report says in these lines, and why images were left out."""
        said = [*lines, *([left_out(len(report.skipped))] if report.skipped else [])]
        whole = not (report.cancelled or report.skipped)
        self._show("check" if whole else "triangle-alert", said, [one.reason for one in report.skipped])

    def _show(self, icon_name: str, lines: list[str], reasons: list[str]) -> None:
        self._icon.setPixmap(icon(icon_name).pixmap(QSize(_ICON_PX, _ICON_PX)))
        self._said.setText("\n".join(lines))
        self._skipped.setPlainText("\n".join(reasons))
        self._skipped.setVisible(bool(reasons))
        self.show()


def would_leave_out(count: int) -> str:
    return ngettext("{count} image would be left out:", "{count} images would be left out:", count).format(
        count=count
    )


def left_out(count: int) -> str:
    return ngettext("{count} image was left out:", "{count} images were left out:", count).format(count=count)
