"""Reordering by drag and drop: instances in the painting order, polygons in the order the mask is made.

A drop that means nothing changes nothing. Rows never travel in the drag itself, so none can get lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QObject, Qt

from labeler.document import edits
from labeler.document.edits import Refs
from labeler.document.model import Annotation, Owner, PolygonRef
from labeler.editor.panels.instance_rows import dropped_at
from labeler.editor.panels.instance_tree import NAME, Index, InstanceTree
from labeler.editor.workbench import Workbench
from labeler.i18n import _

MIME_TYPE = "application/x-labeler-rows"


class ReorderableTree(InstanceTree):
    """The tree with its rows movable. ``_dragged`` stays here; the drag only names it by a number."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(workbench, parent)
        self._drag_number = 0
        self._dragged: tuple[Annotation, tuple[PolygonRef, ...], bool] | None = None

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = [index for index in indexes if index.column() == NAME]
        refs = tuple(ref for index in rows for ref in self.refs(index))
        kinds = {self.is_polygon(index) for index in rows}
        self._drag_number += 1
        # Instances and loose polygons together have no common place to go.
        self._dragged = (self._context.base, refs, kinds == {True}) if len(kinds) == 1 else None
        data = QMimeData()
        data.setData(MIME_TYPE, self._mark())
        return data

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        return self._moved(data, row, parent) is not None

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        moved = self._moved(data, row, parent)
        if moved is None:
            return False
        if self._workbench.controller.state.is_gesture:
            self._workbench.reported.emit(_("First finish what is being drawn, or press Esc."))
            return False
        annotation, selection = moved
        self._context.session.commit(_("Change order"), annotation)
        self._context.select(selection)
        return True

    def _mark(self) -> bytes:
        return f"{id(self)} {self._drag_number}".encode()

    def _moved(self, data: QMimeData, row: int, parent: Index) -> tuple[Annotation, Refs] | None:
        """What the drop would make and select; None when it means nothing."""
        if self._dragged is None or data.data(MIME_TYPE).data() != self._mark():
            return None
        annotation, refs, are_polygons = self._dragged
        if annotation is not self._context.base or self._context.editable(refs) != refs:
            return None
        if not refs:
            return None  # an instance without a polygon, which another program may have written
        if not are_polygons:
            return self._moved_instances(annotation, refs, row, parent)
        owners = {ref.owner for ref in refs}
        if len(owners) != 1:
            return None
        return self._moved_polygons(annotation, owners.pop(), [ref.index for ref in refs], row, parent)

    def _moved_instances(
        self, annotation: Annotation, refs: Refs, row: int, parent: Index
    ) -> tuple[Annotation, Refs] | None:
        ids = {ref.owner for ref in refs if isinstance(ref.owner, str)}
        if len(ids) != len({ref.owner for ref in refs}):
            return None  # image-wide lists have their place
        place = self.rowCount() if row < 0 else row
        if parent.isValid():
            onto = self.index_of(self.owner(parent)).row()
            first = min(self.index_of(id).row() for id in ids)
            place = onto + 1 if row >= 0 else dropped_at(first, onto)
        # Listed from the top, painted from the bottom.
        below = max(len(annotation.instances) - place, 0)
        return edits.reorder_instances(annotation, ids, below), refs

    def _moved_polygons(
        self, annotation: Annotation, owner: Owner, indices: list[int], row: int, parent: Index
    ) -> tuple[Annotation, Refs] | None:
        if not parent.isValid():
            is_below_its_own_row = row == self.index_of(owner).row() + 1
            return edits.reorder_polygons(annotation, owner, indices, 0) if is_below_its_own_row else None
        if self.owner(parent) != owner:
            return None
        if self.is_polygon(parent):
            return edits.reorder_polygons(annotation, owner, indices, dropped_at(min(indices), parent.row()))
        return edits.reorder_polygons(annotation, owner, indices, row) if row >= 0 else None
