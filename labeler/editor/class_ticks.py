"""Some of the dataset's classes, ticked in a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

from labeler.dataset.classes import ClassEntry
from labeler.editor.format_rows import Field
from labeler.i18n import _

_ROWS = 4
_COLOR_PX = 12


class ClassTicks(QListWidget):
    """None ticked: all of them."""

    def __init__(self, classes: Sequence[ClassEntry]) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)  # ticks say it; the keys go by the focus
        self.setIconSize(QSize(_COLOR_PX, _COLOR_PX))
        # The style draws boxes in a darker shade of the window, which a dark list would swallow.
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.PlaceholderText))
        self.setPalette(palette)
        for entry in classes:
            color = QPixmap(_COLOR_PX, _COLOR_PX)
            color.fill(QColor(entry.color))
            item = QListWidgetItem(QIcon(color), entry.name, self)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        if classes:
            self.setCurrentRow(0)

    def sizeHint(self) -> QSize:
        rows = min(max(self.count(), 1), _ROWS)
        height = rows * max(self.sizeHintForRow(0), self.fontMetrics().lineSpacing()) + 2 * self.frameWidth()
        return QSize(super().sizeHint().width(), height)

    @property
    def ticked(self) -> list[str]:
        return [item.text() for item in self._items() if item.checkState() == Qt.CheckState.Checked]

    def tick(self, text: str) -> None:
        """Tick the classes of these names, separated by commas, and no others; one name may have commas."""
        names = {text} | {name.strip() for name in text.split(",")}
        for item in self._items():
            on = item.text() in names
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def as_field(self) -> Field:
        value, note = (lambda: ", ".join(self.ticked)), _("(none ticked: all)")
        return Field(self, value, self.tick, self.itemChanged, note=note)

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]
