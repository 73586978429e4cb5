"""How rows of the panels are painted: of one height, and in icon columns the icon in the middle."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
ICON_PX = 16
_ROW_PADDING_PX = 6


class RowDelegate(QStyledItemDelegate):
    def __init__(self, view: QAbstractItemView, icon_columns: tuple[int, ...] = ()) -> None:
        super().__init__(view)
        self._view = view
        self._icon_columns = icon_columns
        view.setIconSize(QSize(ICON_PX, ICON_PX))

    def is_faint(self, option: QStyleOptionViewItem, index: Index) -> bool:
        """Whether the icon of an icon column stays in the background."""
        return False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = max(option.fontMetrics.height(), ICON_PX) + _ROW_PADDING_PX
        width = ICON_PX if index.column() in self._icon_columns else self._text_width(option, index)
        return QSize(width, height)

    def _text_width(self, option: QStyleOptionViewItem, index: Index) -> int:
        return super().sizeHint(option, index).width()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.column() not in self._icon_columns:
            return
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(icon, QIcon):
            icon.paint(painter, _middle(option.rect), mode=self._mode(option, index))

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if index.column() in self._icon_columns:
            option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = QIcon()

    def _mode(self, option: QStyleOptionViewItem, index: Index) -> QIcon.Mode:
        if self.is_faint(option, index):
            return QIcon.Mode.Disabled
        is_selected = self._view.selectionModel().isSelected(index)  # the option's state takes long to load
        return QIcon.Mode.Selected if is_selected else QIcon.Mode.Normal


def _middle(rect: QRect) -> QRect:
    square = QRect(0, 0, ICON_PX, ICON_PX)
    square.moveCenter(rect.center())
    return square
