"""Instances and their polygons as a tree model over the session's base: it follows commits, not previews.

A commit becomes the few row changes that it is, so that the view keeps what is expanded and in sight.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from labeler.document.model import Annotation, Owner, PolygonRef, Role
from labeler.editor.icons import icon
from labeler.editor.painting.style import Style
from labeler.editor.panels.instance_rows import Row, common_ends, rows_of, runs
from labeler.editor.panels.instance_texts import polygon_text, row_text, row_tip, toggle_tip
from labeler.editor.panels.marks import swatch
from labeler.editor.workbench import Workbench

NAME, EYE, LOCK = range(3)
Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_Flag = Qt.ItemFlag
_ROOT = QModelIndex()
_STYLE = Style({})
# Joined once: the view asks for them twice for each row that it lays out.
_WIDE_FLAGS = _Flag.ItemIsEnabled | _Flag.ItemIsSelectable | _Flag.ItemIsDropEnabled
_INSTANCE_FLAGS = _WIDE_FLAGS | _Flag.ItemIsDragEnabled
_POLYGON_FLAGS = _INSTANCE_FLAGS | _Flag.ItemNeverHasChildren
#: More scattered changes than this are cheaper as one reset.
_MANY_RUNS = 50


class InstanceTree(QAbstractItemModel):
    """Columns NAME, EYE and LOCK; the last two of top-level rows only."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._context = workbench.context
        self._annotation: Annotation = self._context.base
        self._rows: list[Row] = []
        self._by_key: dict[int, Row] = {}
        self._by_owner: dict[Owner, Row] = {}
        self._keys = count(1)
        #: Who was hidden and who was locked when last told.
        self._shut = (self._context.hidden, self._context.locked)
        self._swatches: dict[tuple[str, Role], QIcon] = {}
        self._icons = {name: icon(name) for name in ("eye", "eye-off", "lock", "lock-open")}
        self.show(self._annotation)

    # --- following the annotation ------------------------------------------------------------------------

    def show(self, annotation: Annotation) -> None:
        """Show another annotation altogether."""
        self.beginResetModel()
        self._annotation = annotation
        self._rows, self._by_key, self._by_owner = [], {}, {}
        self._adopt(0, rows_of(annotation))
        self.endResetModel()

    def follow(self, annotation: Annotation) -> bool:
        """Become ``annotation`` by inserts, removals and moves; False when it takes too many of them."""
        if annotation is self._annotation:
            return True
        wanted = rows_of(annotation)
        owners = {row.owner for row in wanted}
        gone = list(runs([row.place for row in self._rows if row.owner not in owners]))
        new = list(runs([row.place for row in wanted if row.owner not in self._by_owner]))
        if len(gone) + len(new) > _MANY_RUNS:
            return False
        self._annotation = annotation
        for first, last in reversed(gone):
            self._remove(first, last)
        self._reorder(wanted)
        for first, last in new:
            self.beginInsertRows(_ROOT, first, last)
            self._adopt(first, wanted[first : last + 1])
            self.endInsertRows()
        for row, now in zip(self._rows, wanted):
            if not row.is_as(now):
                self._become(row, now)
        return True

    def _adopt(self, place: int, rows: list[Row]) -> None:
        for row in rows:
            row.key = next(self._keys)
            self._by_key[row.key] = self._by_owner[row.owner] = row
        self._rows[place:place] = rows
        self._number()

    def _remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(_ROOT, first, last)
        for row in self._rows[first : last + 1]:
            del self._by_key[row.key], self._by_owner[row.owner]
        del self._rows[first : last + 1]
        self._number()
        self.endRemoveRows()

    def _reorder(self, wanted: list[Row]) -> None:
        rows = [self._by_owner[row.owner] for row in wanted if row.owner in self._by_owner]
        if rows == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        before = [i for i in self.persistentIndexList() if i.internalId() == 0]
        moved = [(self._rows[index.row()], index.column()) for index in before]
        self._rows = rows
        self._number()
        after = [self.createIndex(row.place, column, 0) for row, column in moved]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _become(self, row: Row, now: Row) -> None:
        parent = self.createIndex(row.place, NAME, 0)
        before, after = len(row.polygons), len(now.polygons)
        start, end = common_ends(row.polygons, now.polygons)
        changed_to = min(before, after) - end
        if after < before:
            self.beginRemoveRows(parent, changed_to, before - end - 1)
            row.instance, row.polygons = now.instance, now.polygons
            self.endRemoveRows()
        elif after > before:
            self.beginInsertRows(parent, changed_to, after - end - 1)
            row.instance, row.polygons = now.instance, now.polygons
            self.endInsertRows()
        row.instance, row.polygons = now.instance, now.polygons
        if changed_to > start:
            self.dataChanged.emit(self.index(start, NAME, parent), self.index(changed_to - 1, NAME, parent))
        self.dataChanged.emit(parent, parent)

    def _number(self) -> None:
        for place, row in enumerate(self._rows):
            row.place = place

    def refresh_visibility(self) -> None:
        """Other owners are hidden or locked."""
        before, self._shut = self._shut, (self._context.hidden, self._context.locked)
        for owner in (before[0] ^ self._shut[0]) | (before[1] ^ self._shut[1]):
            row = self._by_owner.get(owner)
            if row:
                self.dataChanged.emit(self.index(row.place, EYE), self.index(row.place, LOCK))

    # --- what rows stand for -----------------------------------------------------------------------------

    def owner(self, index: Index) -> Owner:
        """Who the row is, or whose polygon it is."""
        return self._row(index).owner

    def refs(self, index: Index) -> tuple[PolygonRef, ...]:
        """The polygons a row stands for: one, or all of an owner."""
        row = self._row(index)
        if index.internalId():
            return (PolygonRef(row.owner, index.row()),)
        return tuple(PolygonRef(row.owner, i) for i in range(len(row.polygons)))

    def index_of(self, owner: Owner) -> QModelIndex:
        row = self._by_owner.get(owner)
        return self.createIndex(row.place, NAME, 0) if row else QModelIndex()

    def count_of(self, owner: Owner) -> int:
        """How many polygons are listed of this owner."""
        row = self._by_owner.get(owner)
        return len(row.polygons) if row else 0

    @staticmethod
    def is_polygon(index: Index) -> bool:
        return index.isValid() and index.internalId() != 0

    def _row(self, index: Index) -> Row:
        key = index.internalId()
        return self._by_key[key] if key else self._rows[index.row()]

    # --- the tree ----------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if row < 0 or not 0 <= column <= LOCK:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row < len(self._rows) else QModelIndex()
        if parent.internalId() or parent.row() >= len(self._rows):
            return QModelIndex()
        above = self._rows[parent.row()]
        return self.createIndex(row, column, above.key) if row < len(above.polygons) else QModelIndex()

    def parent(self, index: Index | None = None) -> Any:
        if index is None:
            return super().parent()
        row = self._by_key.get(index.internalId()) if index.isValid() else None
        return self.createIndex(row.place, NAME, 0) if row else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return len(self._rows)
        if parent.internalId() or parent.column() != NAME:
            return 0
        return len(self._rows[parent.row()].polygons)

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        # Nobody holds no polygons; the view asks this of every row when it lays them out.
        return bool(self._rows) if not parent.isValid() else not parent.internalId()

    def columnCount(self, parent: Index = _ROOT) -> int:
        return LOCK + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return _Flag.ItemIsDropEnabled
        if index.internalId():
            return _POLYGON_FLAGS
        return _INSTANCE_FLAGS if self._rows[index.row()].instance else _WIDE_FLAGS

    # --- what is seen ------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._row(index)
        if index.column() != NAME:
            return None if index.internalId() else self._toggle(row.owner, index.column(), role)
        polygon = row.polygons[index.row()] if index.internalId() else None
        if role == _Role.DisplayRole:
            return polygon_text(polygon) if polygon else row_text(row)
        if role == _Role.DecorationRole:
            return self._swatch(row, polygon.role if polygon else None)
        if role == _Role.ToolTipRole:
            return row_tip(row, polygon)
        return None

    def _toggle(self, owner: Owner, column: int, role: int) -> Any:
        on = owner in (self._context.hidden if column == EYE else self._context.locked)
        if role == _Role.DecorationRole:
            names = ("eye", "eye-off") if column == EYE else ("lock-open", "lock")
            return self._icons[names[on]]
        if role in (_Role.ToolTipRole, _Role.AccessibleTextRole):
            return toggle_tip(is_eye=column == EYE, on=on)
        return None

    def is_on(self, index: Index) -> bool:
        """Whether an eye is closed or a lock shut."""
        shut = self._context.hidden if index.column() == EYE else self._context.locked
        return self.owner(index) in shut

    def _swatch(self, row: Row, role: Role | None) -> QIcon:
        if row.instance is None:
            look = (_STYLE.fallback, Role.EXCLUDE if row.owner is Role.EXCLUDE else Role.IGNORE)
        else:
            entry = self._workbench.classes.by_name(row.instance.class_name)
            look = (entry.color if entry else _STYLE.fallback, role or Role.INCLUDE)
        if look not in self._swatches:
            self._swatches[look] = swatch(*look)
        return self._swatches[look]
