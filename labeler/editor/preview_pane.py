"""What would happen, in words, beside the fields that decide it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from labeler.i18n import _, ngettext

_WIDTH_PX = 320
_BAR_PX, _ABOVE_PX = 3, 8


class PreviewPane(QScrollArea):
    """Sections under headings; one without a text is not there. A thin bar as long as it is looked at."""

    def __init__(self, sections: Iterable[tuple[str, str]]) -> None:
        """``sections`` are their names with their titles, which may be empty."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setMinimumWidth(_WIDTH_PX)
        self.setAccessibleName(_("Preview"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(_BAR_PX)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the texts stay where they are as it comes and goes
        self._bar.setSizePolicy(policy)
        self._texts: dict[str, tuple[QLabel, QLabel]] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        for name, title in sections:
            self._texts[name] = heading, text = _label(f"{name}.title"), _label(name)
            heading.setText(title)
            font = heading.font()
            font.setBold(True)
            heading.setFont(font)
            heading.setContentsMargins(0, _ABOVE_PX, 0, 0)
            column.addWidget(heading)
            column.addWidget(text)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.show_text(name, "")
        column.addStretch(1)
        column.addWidget(self._bar)
        self.setWidget(inside)
        self.show_busy(None)

    def show_text(self, name: str, text: str, title: str | None = None) -> None:
        """The text of a section, and another title of it if given."""
        heading, label = self._texts[name]
        if title is not None:
            heading.setText(title)
        label.setText(text)
        label.setVisible(bool(text))
        heading.setVisible(bool(text and heading.text()))

    @property
    def is_busy(self) -> bool:
        return not self._bar.isHidden()

    def show_busy(self, counted: tuple[int, int] | None) -> None:
        """So many are done, of how many (0: not known yet); None when nobody looks any more."""
        self._bar.setVisible(counted is not None)
        if counted is not None:
            self._bar.setRange(0, counted[1])
            self._bar.setValue(counted[0])


def listed(lines: Iterable[str], most: int = 12) -> str:
    """The first lines, and how many more there are."""
    lines = list(lines)
    left = len(lines) - most
    more = [ngettext("… and {count} more", "… and {count} more", left).format(count=left)] if left > 0 else []
    return "\n".join([*lines[:most], *more])


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)  # names of files and folders stay as they are
    return label
