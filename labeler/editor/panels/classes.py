"""The classes of the dataset: choose, add, rename, recolour."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from labeler.editor import class_commands
from labeler.editor.icons import icon
from labeler.editor.panels.cells import Index, RowDelegate
from labeler.editor.panels.class_list import COLOR, COUNT, INDEX, KEY, MARK, NAME, ClassList
from labeler.editor.panels.fields import TextField
from labeler.editor.panels.waiting import Waiting
from labeler.editor.workbench import Workbench
from labeler.i18n import _

_EditTrigger = QAbstractItemView.EditTrigger
_CHOOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_ICON_COLUMN_PX = 24


class ClassesPanel(QWidget):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._list = ClassList(workbench, self)
        self._view = _View(self._list)
        self._new_name = self._make_field()
        self._buttons = self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self._view, 1)
        column.addWidget(self._new_name)
        column.addWidget(self._buttons)
        self._connect()
        self._show_current()

    def _make_field(self) -> TextField:
        field = TextField()
        field.setObjectName("classes.new")
        field.setPlaceholderText(_("Name of the new class"))
        field.setToolTip(_("Enter adds the class, Esc does not"))
        field.setAccessibleName(_("Name of the new class"))
        field.hide()
        return field

    def _make_buttons(self) -> QWidget:
        buttons = QWidget()
        buttons.setEnabled(self._workbench.dataset is not None)
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(_button("add", "plus", _("Add a class"), self._ask_name))
        row.addWidget(_button("rename", "pencil", _("Rename the marked class (F2)"), self._rename))
        row.addWidget(
            _button("recolor", "palette", _("Change the colour of the marked class"), self._recolor)
        )
        row.addStretch(1)
        return buttons

    def _connect(self) -> None:
        self._new_name.returnPressed.connect(self._add)
        self._new_name.cancelled.connect(self._stop_adding)
        self._view.clicked.connect(self._on_clicked)
        self._view.chosen.connect(self._choose)
        # Later: the editor of the row must be closed before the list is another.
        self._list.renamed.connect(self._rename_to, Qt.ConnectionType.QueuedConnection)
        workbench = self._workbench
        workbench.classes_changed.connect(self._on_classes_changed)
        workbench.view.style_changed.connect(self._list.refresh)
        workbench.dataset_changed.connect(self._stop_adding)
        workbench.class_changed.connect(self._show_current)
        workbench.keys_changed.connect(self._list.refresh)
        workbench.history_changed.connect(self._list.recount)

    # --- what the workbench says -------------------------------------------------------------------------

    def _on_classes_changed(self) -> None:
        self._list.reload()
        self._show_current()

    def _show_current(self) -> None:
        self._list.refresh()
        row = self._list.row_of(self._workbench.context.current_class)
        self._view.setCurrentIndex(self._list.index(row, NAME))

    # --- what the user does ------------------------------------------------------------------------------

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == COLOR:
            self._recolor_row(index)
        else:
            self._choose(index)

    def _choose(self, index: QModelIndex) -> None:
        class_commands.choose(self._workbench, self._list.entry(index).name)

    def _ask_name(self) -> None:
        self._new_name.show()
        self._new_name.setFocus()

    def _add(self) -> None:
        # What cannot be added stays in the field; the workbench says why.
        if class_commands.add(self._workbench, self._new_name.text()):
            self._stop_adding()

    def _stop_adding(self) -> None:
        had_focus = self._new_name.hasFocus()
        self._new_name.clear()
        self._new_name.hide()
        self._buttons.setEnabled(self._workbench.dataset is not None)
        if had_focus:
            self._view.setFocus()

    def _rename(self) -> None:
        index = self._view.currentIndex().siblingAtColumn(NAME)
        if index.isValid():
            self._view.edit(index)

    def _rename_to(self, old: str, new: str) -> None:
        with Waiting(self, _("Renaming “{name}” in every sidecar…").format(name=old)) as waiting:
            class_commands.rename(self._workbench, old, new, waiting.show_progress)

    def _recolor(self) -> None:
        self._recolor_row(self._view.currentIndex())

    def _recolor_row(self, index: QModelIndex) -> None:
        if not index.isValid() or self._workbench.dataset is None:
            return
        from PySide6.QtWidgets import QColorDialog  # not before the first frame

        entry = self._list.entry(index)
        title = _("Colour of {name}").format(name=entry.name)
        color = QColorDialog.getColor(QColor(entry.color), self, title)
        if color.isValid():
            class_commands.recolor(self._workbench, entry.name, color.name())


class _View(QTreeView):
    """``chosen``: Enter or Space on a row.

    Moving through the list chooses nothing, as that would change what is selected on the canvas.
    """

    chosen = Signal(QModelIndex)

    def __init__(self, model: ClassList) -> None:
        super().__init__()
        self.setObjectName("classes.list")
        self.setAccessibleName(_("Classes"))
        self.setModel(model)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(_EditTrigger.EditKeyPressed | _EditTrigger.DoubleClicked)
        self.setItemDelegate(_Row(self, (MARK, COLOR)))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(_ICON_COLUMN_PX)
        for column in (MARK, COLOR):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, _ICON_COLUMN_PX)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (KEY, COUNT, INDEX):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CHOOSE_KEYS and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_F2 and self.currentIndex().isValid():
            self.edit(self.currentIndex().siblingAtColumn(NAME))
        else:
            super().keyPressEvent(event)


class _Row(RowDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = TextField(parent)
        field.setObjectName("classes.rename")
        field.setFrame(False)
        field.setAccessibleName(_("Name of the class"))
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Once: what is being typed outlives whatever else changes in the list.
        if isinstance(editor, TextField) and not editor.isModified():
            super().setEditorData(editor, index)


def _button(id: str, icon_name: str, tip: str, run: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"classes.{id}")
    button.setIcon(icon(icon_name))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda checked=False: run())
    return button
