"""What is drawn and selected: undo, delete, roles, order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labeler.document.model import Role
from labeler.editor import selection
from labeler.editor.actions.base import EDIT, Action, can_edit, can_redo, can_undo, has_selection
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window


def _set_role(window: Window, role: Role) -> None:
    selection.set_role(window.workbench, role)


def _select_all(window: Window) -> None:
    context = window.workbench.context
    left_out = context.hidden | context.locked
    context.select(ref for ref in context.annotation.refs() if ref.owner not in left_out)


ACTIONS: tuple[Action, ...] = (
    Action(
        "edit.undo", N_("Undo"), EDIT, lambda w: w.workbench.controller.undo(), ("Ctrl+Z",), "undo-2",
        N_("Take the last step back"), enabled=can_undo, toolbar=True,
    ),
    Action(
        "edit.redo", N_("Redo"), EDIT, lambda w: w.workbench.controller.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo-2", N_("Bring back what was undone"), enabled=can_redo, toolbar=True,
    ),
    Action(
        "edit.delete", N_("Delete"), EDIT, lambda w: selection.delete(w.workbench), ("Delete",), "trash-2",
        N_("Delete the selected polygons"), enabled=has_selection, on_canvas=True, separated=True,
    ),
    Action(
        "edit.duplicate", N_("Duplicate"), EDIT, lambda w: selection.duplicate(w.workbench), ("Ctrl+D",),
        "copy", N_("Copy the selected polygons a little aside"), enabled=has_selection,
    ),
    Action(
        "edit.all", N_("Select all"), EDIT, _select_all, ("Ctrl+A",),
        tip=N_("Select every polygon of the image"), enabled=can_edit,
    ),
    Action(
        "edit.include", N_("Make include"), EDIT, partial(_set_role, role=Role.INCLUDE), (), "include",
        N_("The selected polygons add to the mask"), enabled=has_selection, separated=True,
    ),
    Action(
        "edit.exclude", N_("Make exclude"), EDIT, partial(_set_role, role=Role.EXCLUDE), (), "exclude",
        N_("The selected polygons cut the mask"), enabled=has_selection,
    ),
    Action(
        "edit.ignore", N_("Make ignore"), EDIT, partial(_set_role, role=Role.IGNORE), (), "ignore",
        N_("The selected polygons become “don't know” regions"), enabled=has_selection,
    ),
    Action(
        "edit.front", N_("Bring to front"), EDIT, lambda w: selection.bring_to_front(w.workbench),
        ("Ctrl+]",), "bring-to-front", N_("Last in its instance: an include becomes an island in the hole"),
        enabled=has_selection, separated=True,
    ),
    Action(
        "edit.back", N_("Send to back"), EDIT, lambda w: selection.send_to_back(w.workbench), ("Ctrl+[",),
        "send-to-back", N_("First in its instance"), enabled=has_selection,
    ),
)  # fmt: skip
