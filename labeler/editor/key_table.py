"""The table of all commands with their keys, by menu. What the user chose is bold, conflicts are marked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from labeler.editor.bindings import ENTRIES, GROUPS, Bindings, Entry, group_title, key_texts
from labeler.editor.conflict_texts import sentences
from labeler.editor.icons import icon
from labeler.i18n import _

_ID = Qt.ItemDataRole.UserRole


class KeyTable(QTreeWidget):
    """``chosen`` has the id of the current command, ``activated_command`` of one that gets another key."""

    chosen = Signal(str)
    activated_command = Signal(str)

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._rows: dict[str, QTreeWidgetItem] = {}
        self.setObjectName("keys")
        self.setAccessibleName(_("Commands and their keys"))
        self.setColumnCount(2)
        self.setHeaderLabels([_("Command"), _("Keys")])
        self.setRootIsDecorated(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setMinimumSectionSize(200)
        for group in GROUPS:
            self._add(group_title(group), [entry for entry in ENTRIES if entry.group == group])
        roomy(self)
        self.currentItemChanged.connect(lambda item, before: self._tell(item, self.chosen))
        self.itemActivated.connect(lambda item, column: self._tell(item, self.activated_command))

    def _add(self, title: str, entries: list[Entry]) -> None:
        if not entries:
            return
        group = heading(self, title)
        for entry in entries:
            row = QTreeWidgetItem([entry.name, ""])
            row.setData(0, _ID, entry.id)
            row.setToolTip(0, _(entry.tip or entry.title))
            group.addChild(row)
            self._rows[entry.id] = row
        group.setExpanded(True)

    def _tell(self, item: QTreeWidgetItem | None, signal: SignalInstance) -> None:
        if item is not None and item.data(0, _ID):
            signal.emit(item.data(0, _ID))

    def choose_first(self) -> None:
        self.setCurrentItem(next(iter(self._rows.values())))

    def refresh(self) -> None:
        """Bring every row to the keymap in use."""
        keymap = self._bindings.keymap
        for id, row in self._rows.items():
            conflicts = keymap.conflicts_of(id)
            row.setText(1, key_texts(keymap.keys(id)))
            row.setIcon(1, icon("triangle-alert") if conflicts else QIcon())
            row.setToolTip(1, "\n".join(sentences(id, conflicts)))
            font = row.font(0)
            font.setBold(keymap.is_own(id))
            for column in (0, 1):
                row.setFont(column, font)

    def show_matching(self, text: str, *, only_conflicts: bool) -> None:
        """Only commands whose title, tip or keys hold this text; groups without any are not shown."""
        keymap = self._bindings.keymap
        for id, row in self._rows.items():
            there = text.casefold() in f"{row.text(0)}\n{row.toolTip(0)}\n{row.text(1)}".casefold()
            row.setHidden(not there or (only_conflicts and not keymap.conflicts_of(id)))
        hide_empty_groups(self)


def heading(tree: QTreeWidget, title: str) -> QTreeWidgetItem:
    """A bold row that takes the whole width and cannot be chosen."""
    group = QTreeWidgetItem([title])
    font = group.font(0)
    font.setBold(True)
    group.setFont(0, font)
    group.setFlags(Qt.ItemFlag.ItemIsEnabled)
    tree.addTopLevelItem(group)
    group.setFirstColumnSpanned(True)
    return group


def roomy(tree: QTreeWidget) -> None:
    """Rows with some air, on trees of a few hundred rows."""
    tree.setUniformRowHeights(True)
    height = tree.fontMetrics().height() + 8
    for item in (item for group in groups_of(tree) for item in (group, *rows_of(group))):
        item.setSizeHint(0, QSize(0, height))


def hide_empty_groups(tree: QTreeWidget) -> None:
    for group in groups_of(tree):
        group.setHidden(all(row.isHidden() for row in rows_of(group)))


def groups_of(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    groups = (tree.topLevelItem(i) for i in range(tree.topLevelItemCount()))
    return [group for group in groups if group is not None]


def rows_of(group: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    rows = (group.child(i) for i in range(group.childCount()))
    return [row for row in rows if row is not None]
