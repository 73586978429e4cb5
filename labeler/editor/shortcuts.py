"""The page of keys and gestures, made from the actions and the keys in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from labeler.editor.bindings import CLASSES, ENTRIES, GROUPS, HELD, Bindings, group_title, key_text, key_texts
from labeler.editor.key_table import groups_of, heading, hide_empty_groups, roomy, rows_of
from labeler.editor.keys_page import search_field
from labeler.i18n import N_, _

#: What the pointer does; not actions, so said here. Keys that can be chosen are in ACTIONS or HELD_KEYS.
GESTURES = (
    (N_("Click"), N_("A point; on the first point it closes the polygon")),
    (N_("Press and drag"), N_("Freehand, in the same polygon")),
    (N_("Double-click"), N_("Close the polygon; with the select tool, take the whole instance")),
    (N_("Right click"), N_("Last point back; a menu when nothing is being drawn")),
    (N_("Hold Alt while drawing"), N_("The other role for this polygon")),
    (N_("Hold Ctrl while drawing"), N_("Go on at a multiple of 45°")),
    (N_("Hold Shift while drawing"), N_("The pointer stays in the middle and the picture moves under it")),
    (N_("Click twice on a neighbour's outline"), N_("Follow it from the first click to the second")),
    (
        N_("Shift+click a vertex of what is selected"),
        N_("Redraw a section: draw, and click another vertex; Alt replaces the other side"),
    ),
    (N_("Hold Shift while dragging"), N_("Move a vertex or polygons at a multiple of 45°")),
    (N_("Hold Ctrl"), N_("Click an edge to add a vertex, a vertex to delete it")),
    (N_("Shift+click"), N_("Add to the selection or take from it")),
    (N_("Click again at the same place"), N_("Select what lies underneath")),
    (
        N_("Drag a box with the select tool"),
        N_("Choose vertices of what is selected, else polygons; Shift adds"),
    ),
    (N_("Ctrl+drag with the select tool"), N_("A box that may start within a polygon")),
    (N_("Alt+drag with the select tool"), N_("Sweep vertices away")),
    (N_("Drag with the knife"), N_("Split along the line; clicks make one with corners, Enter splits")),
    (N_("Pen turned around"), N_("As with Alt held: the other role")),
    (N_("Two fingers"), N_("Zoom and pan")),
    (N_("Hold Alt with brush or eraser"), N_("The other of the two")),
    (N_("Alt+Wheel with brush or eraser"), N_("Larger or smaller")),
    (N_("Shift+click with brush or eraser"), N_("Straight on from where the last stroke ended")),
    (N_("Ctrl+click with brush or eraser"), N_("Select the instance that strokes go into")),
    (N_("Wheel"), N_("Zoom at the pointer")),
    (N_("Middle button and drag"), N_("Pan")),
    (N_("Click or drag in the minimap"), N_("Go there")),
    (N_("Click in the filmstrip"), N_("Show that image")),
    (N_("Double-click a slider of the view panel"), N_("Reset it")),
)


class ShortcutPage(QDialog):
    """``change_asked`` when the user wants other keys."""

    change_asked = Signal()

    def __init__(self, bindings: Bindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.resize(760, 680)
        self._search = search_field(_("Find a command, a key or a gesture"))
        self._search.textChanged.connect(self._filter)
        self._search.cancelled.connect(self._on_cancelled)
        self._tree = _tree()
        for title, rows in groups(bindings):
            _add_group(self._tree, title, rows)
        roomy(self._tree)
        column = QVBoxLayout(self)
        for widget in (self._search, self._tree, self._buttons()):
            column.addWidget(widget)
        self.finished.connect(self.deleteLater)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        change = buttons.addButton(_("Change keys…"), QDialogButtonBox.ButtonRole.ActionRole)
        change.setToolTip(_("Open the page of keys in the settings"))
        change.clicked.connect(self._change)
        buttons.rejected.connect(self.reject)
        return buttons

    def _change(self) -> None:
        self.accept()
        self.change_asked.emit()

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for row in (row for group in groups_of(self._tree) for row in rows_of(group)):
            row.setHidden(wanted not in f"{row.text(0)}\n{row.toolTip(0)}\n{row.text(1)}".casefold())
        hide_empty_groups(self._tree)

    def _on_cancelled(self) -> None:
        """Esc: first the search, then the page."""
        if self._search.text():
            self._search.clear()
        else:
            self.reject()


def groups(bindings: Bindings) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Title, and the rows (what, keys, more about it) of each group; commands without a key are not there."""
    keymap = bindings.keymap
    for group in GROUPS:
        if group == CLASSES:
            yield group_title(group), list(_classes(bindings))
            continue
        entries = [entry for entry in ENTRIES if entry.group == group and keymap.keys(entry.id)]
        held = _("Hold {key}") if group == HELD else "{key}"
        keys = [held.format(key=key_texts(keymap.keys(entry.id))) for entry in entries]
        rows = zip(entries, keys, strict=True)
        yield (
            group_title(group),
            [(entry.name, shown, _(entry.tip or entry.title)) for entry, shown in rows],
        )
    yield _("Pointer"), [(_(what), _(how), _(what)) for how, what in GESTURES]


def _classes(bindings: Bindings) -> Iterator[tuple[str, str, str]]:
    """In one row where their keys are the same but for the number, as they come."""
    entries = [entry for entry in ENTRIES if entry.group == CLASSES]
    all_keys = [bindings.keymap.keys(entry.id) for entry in entries]
    first, last = (keys[0] if len(keys) == 1 else "" for keys in (all_keys[0], all_keys[-1]))
    stem = first.removesuffix("1")
    if first and all_keys == [(f"{stem}{number}",) for number in range(1, len(entries) + 1)]:
        text = _(entries[0].tip)
        yield text, f"{key_text(first)} – {key_text(last)}", text
        return
    for entry, keys in zip(entries, all_keys, strict=True):
        if keys:
            yield entry.name, key_texts(keys), _(entry.tip)


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("shortcuts")
    tree.setAccessibleName(_("Keyboard shortcuts"))
    tree.setColumnCount(2)
    tree.setHeaderLabels([_("What"), _("Keys")])
    tree.setRootIsDecorated(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _add_group(tree: QTreeWidget, title: str, rows: Iterable[tuple[str, str, str]]) -> None:
    group = heading(tree, title)
    for what, keys, tip in rows:
        row = QTreeWidgetItem([what, keys])
        row.setToolTip(0, tip)
        group.addChild(row)
    group.setExpanded(True)
    group.setHidden(not group.childCount())
