"""The page of keys and gestures, made from the actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from labeler.editor.actions import ACTIONS, MENUS
from labeler.i18n import N_, _

#: What the pointer does; not actions, so said here.
GESTURES = (
    (N_("Click"), N_("A point; on the first point it closes the polygon")),
    (N_("Press and drag"), N_("Freehand, in the same polygon")),
    (N_("Double-click"), N_("Close the polygon; with the select tool, take the whole instance")),
    (N_("Right click"), N_("Last point back")),
    (N_("Hold Alt while drawing"), N_("The other role for this polygon")),
    (N_("Hold Ctrl"), N_("Click an edge to add a vertex, a vertex to delete it")),
    (N_("Shift+click"), N_("Add to the selection or take from it")),
    (N_("Hold H"), N_("Hide everything that is drawn")),
    (N_("Wheel"), N_("Zoom at the pointer")),
    (N_("Space or middle button and drag"), N_("Pan")),
)


class ShortcutPage(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.resize(760, 680)
        tree = QTreeWidget()
        tree.setColumnCount(2)
        tree.setHeaderLabels([_("What"), _("Keys")])
        tree.setRootIsDecorated(False)
        for menu in MENUS:
            rows = [(_(a.title), _keys(a.keys)) for a in ACTIONS if a.menu == menu and a.keys]
            _add_group(tree, _(menu).replace("&", ""), rows)
        _add_group(tree, _("Class"), [(_("Class of the selection and of what is drawn next"), "1–9")])
        _add_group(tree, _("Pointer"), [(_(what), _(how)) for how, what in GESTURES])
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(tree)
        column.addWidget(buttons)


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _add_group(tree: QTreeWidget, title: str, rows: list[tuple[str, str]]) -> None:
    group = QTreeWidgetItem([title])
    font = group.font(0)
    font.setBold(True)
    group.setFont(0, font)
    group.setFlags(Qt.ItemFlag.ItemIsEnabled)
    tree.addTopLevelItem(group)
    group.addChildren([QTreeWidgetItem([what, keys]) for what, keys in rows])
    group.setExpanded(True)
