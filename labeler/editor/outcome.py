"""What became of an export or import: its report in words, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from labeler.editor.icons import icon
from labeler.formats.report import Report
from labeler.i18n import ngettext

_ICON_PX = 20
_LINES = 5


class Outcome(QWidget):
    """Hidden until there is something to say. ``taken`` when the user takes what is offered beside it."""

    taken = Signal()

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
        self._offer = QPushButton()
        self._offer.setAutoDefault(False)
        self._offer.clicked.connect(self.taken)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._said, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._offer, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._skipped, 1, 1, 1, 2)
        self.clear()

    def clear(self) -> None:
        self._offer.hide()
        self.hide()

    def offer(self, text: str, tip: str) -> None:
        """Show a button beside what is said, until something else is."""
        self._offer.setText(text)
        self._offer.setToolTip(tip)
        self._offer.show()

    @property
    def is_offering(self) -> bool:
        return not self._offer.isHidden()

    def show_error(self, sentence: str) -> None:
        self._show("triangle-alert", [sentence], [])

    def show_report(
        self, report: Report, lines: Sequence[str], above: Callable[[int], str] | None = None
    ) -> None:
        """What a report says in these lines, and why images were left out, or what ``above`` says of them."""
        count = len(report.skipped)
        said = [*lines, *([(above or left_out)(count)] if count else [])]
        whole = not (report.cancelled or report.skipped)
        self._show("check" if whole else "triangle-alert", said, [one.reason for one in report.skipped])

    def _show(self, icon_name: str, lines: list[str], reasons: list[str]) -> None:
        self._offer.hide()
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
