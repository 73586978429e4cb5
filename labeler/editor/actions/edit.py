"""What is drawn and selected: undo, delete, roles, order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labeler.document.model import Role
from labeler.editor import clipboard, selection
from labeler.editor.actions.base import EDIT, Action, can_edit, can_redo, can_undo, has_image, has_selection
from labeler.editor.workbench import Workbench
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window


def _set_role(window: Window, role: Role) -> None:
    selection.set_role(window.workbench, role)


def _has_any_selection(workbench: Workbench) -> bool:
    return bool(workbench.context.selection)


def _select_all(window: Window) -> None:
    context = window.workbench.context
    left_out = context.hidden | context.locked
    context.select(ref for ref in context.annotation.refs() if ref.owner not in left_out)


def _has_locked(workbench: Workbench) -> bool:
    return bool(workbench.context.locked)


def _has_hidden(workbench: Workbench) -> bool:
    return bool(workbench.context.hidden)


def _nudge(window: Window, dx: float, dy: float) -> None:
    window.workbench.controller.nudge(dx, dy)


def _nudges() -> tuple[Action, ...]:
    """Arrow keys: a pixel, ten or a tenth."""
    ways = (
        (N_("Nudge left"), "Left", -1, 0),
        (N_("Nudge right"), "Right", 1, 0),
        (N_("Nudge up"), "Up", 0, -1),
        (N_("Nudge down"), "Down", 0, 1),
    )
    sizes = (
        ("", 1.0, N_("Move what is selected by one pixel")),
        ("Shift+", 10.0, N_("Move what is selected by ten pixels")),
        ("Alt+", 0.1, N_("Move what is selected by a tenth of a pixel")),
    )
    return tuple(
        Action(
            f"edit.nudge.{key.lower()}{'.' + held[:-1].lower() if held else ''}",
            title,
            "",
            partial(_nudge, dx=dx * size, dy=dy * size),
            (held + key,),
            tip=tip,
            enabled=can_edit,
            on_canvas=True,
            repeats=True,
        )
        for title, key, dx, dy in ways
        for held, size, tip in sizes
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        "edit.undo", N_("Undo"), EDIT, lambda w: w.workbench.undo(), ("Ctrl+Z",), "undo-2",
        N_("Take the last step back"), enabled=can_undo, repeats=True, toolbar=True,
    ),
    Action(
        "edit.redo", N_("Redo"), EDIT, lambda w: w.workbench.controller.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo-2", N_("Bring back what was undone"), enabled=can_redo, repeats=True, toolbar=True,
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
        "edit.cut", N_("Cut"), EDIT, lambda w: clipboard.cut(w.workbench), ("Ctrl+X",), "cut",
        N_("Copy the selected polygons and delete them"), enabled=has_selection, on_canvas=True,
    ),
    Action(
        "edit.copy", N_("Copy"), EDIT, lambda w: clipboard.copy(w.workbench), ("Ctrl+C",), "to-clipboard",
        N_("Copy the selected polygons, for this image or another"), enabled=_has_any_selection,
        on_canvas=True,
    ),
    Action(
        "edit.paste", N_("Paste"), EDIT, lambda w: clipboard.paste(w.workbench), ("Ctrl+V",),
        "paste", N_("Paste copied polygons at the same place"), enabled=can_edit, on_canvas=True,
    ),
    Action(
        "edit.paste_previous", N_("Paste the previous image's labels"), EDIT,
        lambda w: clipboard.paste_previous(w.workbench), ("Ctrl+Shift+V",),
        tip=N_("Everything that is drawn on the image before this one, at the same place"), enabled=can_edit,
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
    Action(
        "edit.lock", N_("Lock or unlock"), EDIT, lambda w: selection.toggle_lock(w.workbench), ("L",),
        "lock", N_("What is locked cannot be changed or picked on the canvas"), enabled=_has_any_selection,
        on_canvas=True, separated=True,
    ),
    Action(
        "edit.unlock_all", N_("Unlock all"), EDIT, lambda w: selection.unlock_all(w.workbench), ("Shift+L",),
        "lock-open", N_("Unlock every instance of the image"), enabled=_has_locked, on_canvas=True,
    ),
    Action(
        "edit.hide", N_("Hide"), EDIT, lambda w: selection.hide(w.workbench), ("Ctrl+H",), "eye-off",
        N_("Hide the selected instances; they are exported all the same"), enabled=_has_any_selection,
    ),
    Action(
        "edit.show_all", N_("Show all"), EDIT, lambda w: selection.show_all(w.workbench), ("Ctrl+Shift+H",),
        "eye", N_("Show every instance of the image"), enabled=_has_hidden,
    ),
    Action(
        "edit.next_instance", N_("Next instance"), EDIT, lambda w: selection.walk(w.workbench, 1), ("Tab",),
        tip=N_("Select the next instance of the list and look at it closely"), enabled=has_image,
        on_canvas=True, repeats=True, separated=True,
    ),
    Action(
        "edit.previous_instance", N_("Previous instance"), EDIT, lambda w: selection.walk(w.workbench, -1),
        ("Shift+Tab",), tip=N_("Select the instance before it and look at it closely"), enabled=has_image,
        on_canvas=True, repeats=True,
    ),
    Action(
        "edit.underneath", N_("Select what lies underneath"), EDIT,
        lambda w: w.workbench.controller.pick_under(), ("U",),
        tip=N_("What lies under the selected polygon where the pointer is; a second click does so too"),
        enabled=has_image, on_canvas=True,
    ),
    *_nudges(),
)  # fmt: skip
