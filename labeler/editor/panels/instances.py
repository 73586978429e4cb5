"""What is drawn on the shown image: instances with their polygons, and what is image-wide."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    QTimer,
)
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from labeler.document import edits
from labeler.document.model import Owner, PolygonRef
from labeler.document.session import Session
from labeler.editor import selection
from labeler.editor.panels.instance_menu import InstanceMenu
from labeler.editor.panels.instance_order import ReorderableTree
from labeler.editor.panels.instance_rows import runs
from labeler.editor.panels.instance_tree import EYE, LOCK, NAME
from labeler.editor.panels.instance_view import InstanceView
from labeler.editor.workbench import Workbench
from labeler.i18n import _

_Flag = QItemSelectionModel.SelectionFlag
#: Qt lays out all rows when one comes or goes: of more than these, when nobody has drawn for a while.
_MANY_ROWS = 2000
_PAUSE_MS = 200
_TOUCHES = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.DragEnter, QEvent.Type.FocusIn)


class InstancesPanel(QWidget):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._context = workbench.context
        self._session: Session = workbench.context.session
        self._tree = ReorderableTree(workbench, self)
        self._view = InstanceView(self._tree)
        self._syncing = False
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self._view)
        self._connect()
        self._show_selection()

    def _connect(self) -> None:
        self._view.toggled.connect(self._toggle)
        self._view.zoomed.connect(self._zoom_to_row)
        self._view.delete_pressed.connect(self._delete)
        self._view.customContextMenuRequested.connect(self._show_menu)
        self._view.selectionModel().selectionChanged.connect(self._on_rows_selected)
        self._workbench.history_changed.connect(self._on_history_changed)
        self._later.timeout.connect(self._follow_when_idle)
        for widget in (self._view, self._view.viewport()):
            widget.installEventFilter(self)
        # A class that is renamed changes every step without being one.
        self._workbench.classes_changed.connect(self._follow)
        self._workbench.view.style_changed.connect(self._view.viewport().update)
        self._workbench.picture_changed.connect(self._say_when_empty)
        self._workbench.keys_changed.connect(self._say_when_empty)
        self._workbench.visibility_changed.connect(self._tree.refresh_visibility)
        self._workbench.selection_changed.connect(self._show_selection)

    def _say_when_empty(self) -> None:
        can_draw = self._workbench.picture is not None and not self._context.read_only
        key = self._workbench.key_of("tool.include")
        hint = _("Nothing drawn yet. Press {key} and click around a thing.").format(key=key)
        if not key:
            hint = _("Nothing drawn yet. Take the include tool and click around a thing.")
        self._view.say_when_empty(hint if can_draw else "")

    # --- what the workbench says -------------------------------------------------------------------------

    def _on_history_changed(self) -> None:
        """Follow at once, unless rows come, go or move among so many that laying them out would be felt."""
        is_long = self._tree.rowCount() > _MANY_ROWS and self._session is self._context.session
        if is_long and not self._tree.lists_owners_of(self._context.base):
            self._later.start()
        else:
            self._follow()

    def _follow_when_idle(self) -> None:
        if self._workbench.controller.state.is_gesture:
            self._later.start()
        else:
            self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever takes hold of the list gets it as things are."""
        if self._later.isActive() and event.type() in _TOUCHES:
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        """Bring the rows to the annotation as of the last commit."""
        self._later.stop()
        self._syncing = True
        if self._context.session is not self._session:
            self._session = self._context.session
            self._tree.show(self._context.base)
        elif not self._tree.follow(self._context.base):
            self._show_anew()
        self._syncing = False
        self._show_selection()

    def _show_anew(self) -> None:
        """Another set of rows, with what was expanded and in sight still so."""
        top_rows = [self._tree.index(row, NAME) for row in range(self._tree.rowCount())]
        expanded = [self._tree.owner(row) for row in top_rows if self._view.isExpanded(row)]
        bar = self._view.verticalScrollBar()
        scrolled = bar.value()
        self._tree.show(self._context.base)
        for index in map(self._tree.index_of, expanded):
            if index.isValid():
                self._view.expand(index)
        self._view.doItemsLayout()
        bar.setValue(scrolled)

    def _delete(self) -> None:
        """The selected polygons; an instance without any has no polygon to select, and goes by its row."""
        rows = self._view.selectionModel().selectedRows(NAME)
        owners = {self._tree.owner(row) for row in rows if not self._tree.refs(row)}
        empty = {owner for owner in owners - self._context.locked if isinstance(owner, str)}
        if empty and not self._context.read_only:
            self._context.session.commit(_("Delete"), edits.remove_instances(self._context.base, empty))
        else:
            selection.delete(self._workbench)

    # --- selection, both ways ----------------------------------------------------------------------------

    def _on_rows_selected(self) -> None:
        if self._syncing:
            return
        refs = {
            ref for index in self._view.selectionModel().selectedRows(NAME) for ref in self._tree.refs(index)
        }
        self._syncing = True
        self._context.select(sorted(refs, key=self._order))
        self._syncing = False

    def _order(self, ref: PolygonRef) -> tuple[int, int]:
        """Sorts as the annotation does: what is listed at the bottom is painted first."""
        place = self._tree.index_of(ref.owner).row()
        return (-place if isinstance(ref.owner, str) else place, ref.index)

    def _show_selection(self) -> None:
        if self._syncing:
            return
        self._syncing = True
        rows = self._rows_of_selection()
        chosen = QItemSelection()
        for first, last in rows:
            chosen.select(first, last.siblingAtColumn(LOCK))
        model = self._view.selectionModel()
        model.select(chosen, _Flag.ClearAndSelect)
        if rows:
            first = rows[0][0]
            model.setCurrentIndex(first, _Flag.NoUpdate)
            self._view.scrollTo(first)  # even if it is the current one already
        self._syncing = False

    def _rows_of_selection(self) -> list[tuple[QModelIndex, QModelIndex]]:
        """First and last index of each run of rows to highlight: wholly selected owners by their own row."""
        indices: dict[Owner, list[int]] = {}
        for ref in self._context.selection:
            if ref.index < self._tree.count_of(ref.owner):  # what is only previewed is not listed
                indices.setdefault(ref.owner, []).append(ref.index)
        tree = self._tree
        whole = [owner for owner, found in indices.items() if len(found) == tree.count_of(owner)]
        groups = [(QModelIndex(), [tree.index_of(owner).row() for owner in whole])]
        groups += [(tree.index_of(owner), indices[owner]) for owner in indices.keys() - set(whole)]
        return [
            (tree.index(first, NAME, parent), tree.index(last, NAME, parent))
            for parent, places in groups
            for first, last in runs(sorted(places))
        ]

    # --- what the user does ------------------------------------------------------------------------------

    def _toggle(self, index: QModelIndex) -> None:
        owner = self._tree.owner(index)
        if index.column() == EYE:
            self._context.set_hidden({owner}, owner not in self._context.hidden)
        else:
            self._context.set_locked({owner}, owner not in self._context.locked)

    def _zoom_to_row(self, index: QModelIndex) -> None:
        selection.zoom_to(self._workbench, self._tree.refs(index))

    def _show_menu(self, position: QPoint) -> None:
        menu = self.menu()
        if menu.actions():
            menu.popup(self._view.viewport().mapToGlobal(position))

    def menu(self) -> QMenu:
        """What can be done with the selection; empty when nothing is selected."""
        return InstanceMenu(self._workbench, self)
