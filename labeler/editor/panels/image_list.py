"""The images of the dataset as a list model: all of them, or those whose name holds a text.

QStringListModel keeps the names on Qt's side: laying out 100,000 rows
calls no Python, only what is seen does.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtGui import QGuiApplication

from labeler.editor.icons import icon
from labeler.editor.panels.marks import dot
from labeler.editor.workbench import Workbench
from labeler.i18n import _

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class ImageList(QStringListModel):
    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._labelled, self._unlabelled = dot(filled=True), dot(filled=False)
        self._broken = icon("triangle-alert")
        #: Names in lower case, made when first filtered.
        self._folded: list[str] = []
        #: Places among the workbench's images of the rows, ascending; None when all are shown.
        self._places: list[int] | None = None
        self._filter = ""
        self.reload()

    def reload(self) -> None:
        """Another dataset."""
        self._folded = []
        self.show_matching(self._filter)

    def show_matching(self, text: str) -> None:
        """Show the images whose name holds ``text``, upper or lower case; all for an empty text."""
        self._filter = text
        names = [entry.name for entry in self._workbench.images]
        if not text:
            self._places = None
            self.setStringList(names)
            return
        self._folded = self._folded or [name.casefold() for name in names]
        wanted = text.casefold()
        self._places = [place for place, name in enumerate(self._folded) if wanted in name]
        self.setStringList([names[place] for place in self._places])

    @property
    def is_filtered(self) -> bool:
        return self._places is not None

    def index_of(self, name: str) -> QModelIndex:
        """Where this image is; an invalid index when it is not shown."""
        place = self._workbench.row_of(name)
        if place < 0 or self._places is None:
            return self.index(place)
        row = bisect_left(self._places, place)
        found = row < len(self._places) and self._places[row] == place
        return self.index(row) if found else QModelIndex()

    def refresh(self, name: str) -> None:
        """The mark of this image is another."""
        index = self.index_of(name)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        if role == _Role.DisplayRole or not index.isValid():
            return super().data(index, role)
        if role == _Role.DecorationRole:
            return self._mark(super().data(index))
        if role == _Role.ToolTipRole:
            return self._tip(super().data(index))
        if role == _Role.AccessibleTextRole:
            return self._tip(super().data(index)).replace("\n", ", ")
        if role == _Role.ForegroundRole and super().data(index) in self._workbench.broken:
            return QGuiApplication.palette().brightText()
        return None

    def _mark(self, name: str) -> Any:
        if name in self._workbench.broken:
            return self._broken
        return self._labelled if self._workbench.is_labelled(name) else self._unlabelled

    def _tip(self, name: str) -> str:
        state = _("labelled") if self._workbench.is_labelled(name) else _("not labelled")
        reason = self._workbench.broken.get(name)
        return "\n".join([name, state, *([reason] if reason else [])])
