"""Instances and their polygons as a tree model over the session's base: it follows commits, not previews.

A commit becomes the few row changes that it is, so that the view keeps what is expanded and in sight.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from labeler.document.model import Annotation, Instance, Owner, Polygon, PolygonRef, Role
from labeler.document.table import common_ends, differing
from labeler.editor.icons import icon
from labeler.editor.painting.style import Style
from labeler.editor.panels.instance_rows import Row, owner_of, rows_of, runs
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
        #: Made when it is asked for, forgotten when rows come, go or move.
        self._places: dict[Owner, int] | None = None
        #: The polygons of the image-wide lists; an instance has its own.
        self._lists: dict[Role, tuple[Polygon, ...]] = {}
        #: Names an owner for as long as it is listed, wherever it moves; given when its children are wanted.
        self._keys: dict[Owner, int] = {}
        self._owners: dict[int, Owner] = {}
        self._numbers = count(1)
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
        self._set_rows(0, self._rows, rows_of(annotation))
        self._lists = _image_wide(annotation)
        self._keys.clear()
        self._owners.clear()
        self.endResetModel()

    def follow(self, annotation: Annotation) -> bool:
        """Become ``annotation`` by inserts, removals and moves; False when it takes too many of them."""
        if annotation is self._annotation:
            return True
        wanted = rows_of(annotation)
        if not self._are_same_owners(wanted) and not self._arrange(wanted):
            return False
        self._annotation = annotation
        places = set(differing(self._rows, wanted))
        lists = _image_wide(annotation)
        places |= {self._rows.index(role) for role in lists if self._lists.get(role) is not lists[role]}
        for place in sorted(places):
            self._become(place, wanted[place], lists)
        return True

    def lists_owners_of(self, annotation: Annotation) -> bool:
        """Whether the same owners are listed in the same order: ``follow`` only changes rows then."""
        return self._are_same_owners(rows_of(annotation))

    def _are_same_owners(self, wanted: list[Row]) -> bool:
        if len(wanted) != len(self._rows):
            return False
        pairs = ((self._rows[place], wanted[place]) for place in differing(self._rows, wanted))
        return all(owner_of(row) == owner_of(now) for row, now in pairs)

    def _arrange(self, wanted: list[Row]) -> bool:
        """Have a row for each that is wanted, in order; False, and nothing done, when that takes much."""
        first, last = common_ends(self._rows, wanted)
        old, new = self._rows[first : len(self._rows) - last], wanted[first : len(wanted) - last]
        before, after = set(map(owner_of, old)), set(map(owner_of, new))
        gone = list(runs([place for place, row in enumerate(old, first) if owner_of(row) not in after]))
        come = list(runs([place for place, row in enumerate(new, first) if owner_of(row) not in before]))
        if len(gone) + len(come) > _MANY_RUNS:
            return False
        for start, stop in reversed(gone):
            self._remove(start, stop)
        self._reorder(first, [owner_of(row) for row in new if owner_of(row) in before])
        for start, stop in come:
            self.beginInsertRows(_ROOT, start, stop)
            self._set_rows(start, [], wanted[start : stop + 1])
            self.endInsertRows()
        return True

    def _set_rows(self, place: int, old: list[Row], new: list[Row]) -> None:
        """Put new rows in the place of old ones."""
        self._rows[place : place + len(old)] = new
        self._places = None

    def _remove(self, first: int, last: int) -> None:
        gone = self._rows[first : last + 1]
        self.beginRemoveRows(_ROOT, first, last)
        self._set_rows(first, gone, [])
        for key in [self._keys.pop(owner_of(row), 0) for row in gone]:
            self._owners.pop(key, None)
        self.endRemoveRows()

    def _reorder(self, first: int, owners: list[Owner]) -> None:
        """Bring the rows from ``first`` on into this order."""
        rows = self._rows[first : first + len(owners)]
        by_owner = {owner_of(row): row for row in rows}
        ordered = [by_owner[owner] for owner in owners]
        if not differing(rows, ordered):
            return
        self.layoutAboutToBeChanged.emit()
        before = [i for i in self.persistentIndexList() if i.internalId() == 0]
        moved = [(owner_of(self._rows[index.row()]), index.column()) for index in before]
        self._set_rows(first, rows, ordered)
        after = [self.createIndex(self._place(owner), column, 0) for owner, column in moved]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _become(self, place: int, now: Row, lists: dict[Role, tuple[Polygon, ...]]) -> None:
        """The same owner with other polygons or another class."""
        row, parent = self._rows[place], self.createIndex(place, NAME, 0)
        old = self._polygons(row)
        new = lists[now] if isinstance(now, Role) else now.polygons
        start, end = common_ends(old, new)
        changed_to = min(len(old), len(new)) - end
        if len(new) < len(old):
            self.beginRemoveRows(parent, changed_to, len(old) - end - 1)
            self._put(place, now, new)
            self.endRemoveRows()
        elif len(new) > len(old):
            self.beginInsertRows(parent, changed_to, len(new) - end - 1)
            self._put(place, now, new)
            self.endInsertRows()
        else:
            self._put(place, now, new)
        is_other = _color_of(row) != _color_of(now)
        if is_other:
            start, changed_to = 0, len(new)
        if changed_to > start and owner_of(now) in self._keys:
            self.dataChanged.emit(self.index(start, NAME, parent), self.index(changed_to - 1, NAME, parent))
        if is_other:  # else the row looks the same: painting it took a tenth of an undo
            self.dataChanged.emit(parent, parent)

    def _put(self, place: int, row: Row, polygons: tuple[Polygon, ...]) -> None:
        self._rows[place] = row
        if isinstance(row, Role):
            self._lists[row] = polygons

    def refresh_visibility(self) -> None:
        """Other owners are hidden or locked."""
        before, self._shut = self._shut, (self._context.hidden, self._context.locked)
        for owner in (before[0] ^ self._shut[0]) | (before[1] ^ self._shut[1]):
            index = self.index_of(owner)
            if index.isValid():
                self.dataChanged.emit(index.siblingAtColumn(EYE), index.siblingAtColumn(LOCK))

    # --- what rows stand for -----------------------------------------------------------------------------

    def owner(self, index: Index) -> Owner:
        """Who the row is, or whose polygon it is."""
        return owner_of(self._row(index))

    def refs(self, index: Index) -> tuple[PolygonRef, ...]:
        """The polygons a row stands for: one, or all of an owner."""
        row = self._row(index)
        if index.internalId():
            return (PolygonRef(owner_of(row), index.row()),)
        return tuple(PolygonRef(owner_of(row), i) for i in range(len(self._polygons(row))))

    def index_of(self, owner: Owner) -> QModelIndex:
        place = self._place(owner)
        return self.createIndex(place, NAME, 0) if place >= 0 else QModelIndex()

    def count_of(self, owner: Owner) -> int:
        """How many polygons are listed of this owner."""
        place = self._place(owner)
        return len(self._polygons(self._rows[place])) if place >= 0 else 0

    @staticmethod
    def is_polygon(index: Index) -> bool:
        return index.isValid() and index.internalId() != 0

    def _row(self, index: Index) -> Row:
        key = index.internalId()
        return self._rows[self._place(self._owners[key]) if key else index.row()]

    def _polygons(self, row: Row) -> tuple[Polygon, ...]:
        return row.polygons if isinstance(row, Instance) else self._lists.get(row, ())

    def _place(self, owner: Owner) -> int:
        """Where an owner is listed now; -1 when it is not."""
        if self._places is None:
            self._places = {owner_of(row): place for place, row in enumerate(self._rows)}
        return self._places.get(owner, -1)

    def _key(self, owner: Owner) -> int:
        key = self._keys.get(owner)
        if key is None:
            key = self._keys[owner] = next(self._numbers)
            self._owners[key] = owner
        return key

    # --- the tree ----------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if row < 0 or not 0 <= column <= LOCK:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row < len(self._rows) else QModelIndex()
        if parent.internalId() or parent.row() >= len(self._rows):
            return QModelIndex()
        above = self._rows[parent.row()]
        if row >= len(self._polygons(above)):
            return QModelIndex()
        return self.createIndex(row, column, self._key(owner_of(above)))

    def parent(self, index: Index | None = None) -> Any:
        if index is None:
            return super().parent()
        owner = self._owners.get(index.internalId()) if index.isValid() else None
        return QModelIndex() if owner is None else self.index_of(owner)

    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return len(self._rows)
        if parent.internalId() or parent.column() != NAME:
            return 0
        return len(self._polygons(self._rows[parent.row()]))

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
        return _INSTANCE_FLAGS if isinstance(self._rows[index.row()], Instance) else _WIDE_FLAGS

    # --- what is seen ------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._row(index)
        if index.column() != NAME:
            return None if index.internalId() else self._toggle(owner_of(row), index.column(), role)
        polygon = self._polygons(row)[index.row()] if index.internalId() else None
        if role == _Role.DisplayRole:
            return polygon_text(polygon) if polygon else row_text(row)
        if role == _Role.DecorationRole:
            return self._swatch(row, polygon.role if polygon else None)
        if role == _Role.ToolTipRole:
            return row_tip(row, len(self._polygons(row)), polygon)
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
        if isinstance(row, Role):
            look = (_STYLE.fallback, row)
        else:
            look = (self._workbench.view.style.color_of(row), role or Role.INCLUDE)
        if look not in self._swatches:
            self._swatches[look] = swatch(*look)
        return self._swatches[look]


def _image_wide(annotation: Annotation) -> dict[Role, tuple[Polygon, ...]]:
    """The lists that have a row."""
    lists = {role: annotation.polygons(role) for role in (Role.EXCLUDE, Role.IGNORE)}
    return {role: polygons for role, polygons in lists.items() if polygons}


def _color_of(row: Row) -> str:
    """What the colour of the row and of its polygons depends on."""
    return row.class_name if isinstance(row, Instance) else ""
