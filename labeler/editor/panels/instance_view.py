"""The tree view of the instances panel: eyes and locks are buttons, an empty list says what to do."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from labeler.editor.panels.cells import Index, RowDelegate
from labeler.editor.panels.instance_tree import EYE, LOCK, NAME, InstanceTree
from labeler.i18n import _

_BUTTON_WIDTH_PX = 26
_ZOOM_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class InstanceView(QTreeView):
    """``toggled`` names the eye or lock that was pressed, ``zoomed`` the row to look at closely."""

    toggled = Signal(QModelIndex)
    zoomed = Signal(QModelIndex)
    delete_pressed = Signal()

    def __init__(self, tree: InstanceTree, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Of one that Qt makes PySide finds out what it is by loading every kind of widget there is.
        self.setViewport(_Viewport())
        self.setObjectName("instances.tree")
        self.setAccessibleName(_("Instances, topmost painted first"))
        self.setModel(tree)
        self._pressing = False
        self._hint = ""
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        # Not InternalMove: that would take away rows that a drop moved.
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setItemDelegate(_Row(self, tree))
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_BUTTON_WIDTH_PX)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (EYE, LOCK):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, _BUTTON_WIDTH_PX)

    def say_when_empty(self, hint: str) -> None:
        """What an empty list says to do next."""
        self._hint = hint
        self.viewport().update()

    def _button_at(self, event: QMouseEvent) -> QModelIndex | None:
        index = self.indexAt(event.position().toPoint())
        is_button = index.isValid() and index.column() in (EYE, LOCK) and not InstanceTree.is_polygon(index)
        return index if is_button and event.button() == Qt.MouseButton.LeftButton else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        button = self._button_at(event)
        self._pressing = button is not None
        if button is None:
            super().mousePressEvent(event)
        else:
            self.toggled.emit(button)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._pressing:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pressing:
            super().mouseReleaseEvent(event)
        self._pressing = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        button = self._button_at(event)
        if button is not None:
            self._pressing = True
            self.toggled.emit(button)
            return
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.zoomed.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        elif event.key() in _ZOOM_KEYS and self.currentIndex().isValid():
            self.zoomed.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() or not self._hint:
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect().adjusted(16, 16, -16, -16), int(flags), self._hint)


class _Viewport(QWidget):
    """As Qt's own."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("qt_scrollarea_viewport")
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)


class _Row(RowDelegate):
    def is_faint(self, option: QStyleOptionViewItem, index: Index) -> bool:
        """Open eyes and open locks, unless the pointer is over them."""
        from PySide6.QtWidgets import QStyle  # takes long to load, and no row is in the first frame

        return not option.state & QStyle.StateFlag.State_MouseOver and not self._tree.is_on(index)

    def __init__(self, view: QAbstractItemView, tree: InstanceTree) -> None:
        super().__init__(view, (EYE, LOCK))
        self._tree = tree
