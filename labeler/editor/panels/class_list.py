"""The dataset's classes as a table model."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QIcon

from labeler.dataset.classes import ClassEntry
from labeler.editor.icons import icon
from labeler.editor.panels.marks import swatch
from labeler.editor.workbench import Workbench
from labeler.i18n import N_, _, ngettext

MARK, COLOR, NAME, KEY, COUNT, INDEX = range(6)
TITLES = ("", "", N_("Class"), N_("Key"), N_("Here"), N_("Index"))
_TITLE_TIPS = (
    N_("The class of what is drawn next"),
    N_("Colour: click to change it"),
    N_("Click to draw with a class and to give it to what is selected; double-click renames"),
    N_("The key that chooses the class"),
    N_("Instances of the class on this image"),
    N_("The value in indexed masks and exports; it never changes"),
)
_KEYS = 9
Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_ROOT = QModelIndex()


class ClassList(QAbstractTableModel):
    """``renamed``: someone typed a new name; the workbench has not heard of it yet."""

    renamed = Signal(str, str)

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._current_mark = icon("check")
        self._swatches: dict[str, QIcon] = {}
        self._counts: Counter[str] = Counter()
        self._entries: tuple[ClassEntry, ...] = ()
        self.reload()

    def reload(self) -> None:
        """The class list is another; one more class at the end leaves the other rows where they are."""
        entries = self._workbench.classes.entries
        if len(entries) > len(self._entries) > 0:
            self.beginInsertRows(_ROOT, len(self._entries), len(entries) - 1)
            self._entries = entries
            self.endInsertRows()
        elif len(entries) == len(self._entries):
            self._entries = entries
        else:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
        self.recount()
        self.refresh()

    def recount(self) -> None:
        """Other instances on the image."""
        before = self._counts
        self._counts = Counter(map(attrgetter("class_name"), self._workbench.context.base.instances))
        for row, entry in enumerate(self._entries):
            if before[entry.name] != self._counts[entry.name]:
                self.dataChanged.emit(self.index(row, NAME), self.index(row, COUNT))

    def refresh(self) -> None:
        """Another class is the current one."""
        last = self.index(len(self._entries) - 1, INDEX)
        self.dataChanged.emit(self.index(0, MARK), last)

    def entry(self, index: Index) -> ClassEntry:
        return self._entries[index.row()]

    def row_of(self, name: str) -> int:
        return next((row for row, entry in enumerate(self._entries) if entry.name == name), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == _Role.DisplayRole:
            return _(TITLES[section]) if TITLES[section] else ""
        if role in (_Role.ToolTipRole, _Role.AccessibleTextRole):
            return _(_TITLE_TIPS[section])
        if role == _Role.TextAlignmentRole and section == NAME:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        entry, column = self.entry(index), index.column()
        if role == _Role.DisplayRole:
            return self._text(entry, index.row(), column)
        if role == _Role.EditRole and column == NAME:
            return entry.name
        if role == _Role.DecorationRole:
            return self._icon(entry, column)
        if role == _Role.ToolTipRole:
            return self._tip(entry, column)
        if role == _Role.AccessibleTextRole:
            return self._spoken(entry, index.row(), column)
        if role == _Role.FontRole and column == NAME and self._is_current(entry):
            font = QFont()
            font.setBold(True)
            return font
        if role == _Role.TextAlignmentRole and column in (KEY, COUNT, INDEX):
            return int(Qt.AlignmentFlag.AlignCenter)
        return None

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:
        name = str(value).strip()
        if role != _Role.EditRole or index.column() != NAME or name == self.entry(index).name:
            return False
        self.renamed.emit(self.entry(index).name, name)
        return True

    def _is_current(self, entry: ClassEntry) -> bool:
        return entry.name == self._workbench.context.current_class

    def _text(self, entry: ClassEntry, row: int, column: int) -> str:
        if column == NAME:
            return entry.name
        if column == KEY:
            return self._workbench.key_of(f"class.{row + 1}") if row < _KEYS else ""
        if column == COUNT:
            return str(self._counts[entry.name] or "")
        return str(entry.index) if column == INDEX else ""

    def _icon(self, entry: ClassEntry, column: int) -> QIcon | None:
        if column == MARK and self._is_current(entry):
            return self._current_mark
        if column != COLOR:
            return None
        color = self._color(entry)
        if color not in self._swatches:
            self._swatches[color] = swatch(color)
        return self._swatches[color]

    def _color(self, entry: ClassEntry) -> str:
        """As on the canvas: a colour scheme may have another than the class itself."""
        return self._workbench.view.style.class_colors.get(entry.name, entry.color)

    def _tip(self, entry: ClassEntry, column: int) -> str:
        if column == NAME:
            count = self._counts[entry.name]
            here = ngettext("{count} instance here", "{count} instances here", count).format(count=count)
            return f"{entry.name}, {here}\n{_(_TITLE_TIPS[NAME])}"
        return _(_TITLE_TIPS[column])

    def _spoken(self, entry: ClassEntry, row: int, column: int) -> str:
        if column == MARK:
            return _("drawn next") if self._is_current(entry) else ""
        if column == COLOR:
            return _("colour {color}").format(color=self._color(entry))
        return self._text(entry, row, column)
