"""A command of the window as a record: menus, toolbar, keys and the shortcut page are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labeler.editor.workbench import Workbench
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window

#: Menus in their order.
MENUS = (N_("&File"), N_("&Edit"), N_("&Draw"), N_("&Shape"), N_("&Image"), N_("&View"), N_("&Help"))
FILE, EDIT, DRAW, SHAPE, IMAGE, VIEW, HELP = MENUS


#: Whether a command can be used now.
Rule = Callable[[Workbench], bool]


def always(workbench: Workbench) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A command. ``keys`` are alternatives, the first is shown.

    ``enabled`` may go by anything that the workbench tells of, but of the tool's state only by its kind, by
    whether it is a gesture and by undo and redo: it is not asked at each move of the pointer.
    ``on_canvas``: its keys count only while the canvas has the focus, because a text field needs them too.
    """

    id: str
    title: str
    menu: str
    run: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    enabled: Rule = always
    checked: Callable[[Window], bool] | None = None
    toolbar: bool = False
    on_canvas: bool = False
    #: A held key does it again and again: a step, and nothing that would do harm when it is done too often.
    repeats: bool = False
    #: A line in the menu before this one.
    separated: bool = False


# --- when a command can be used ----------------------------------------------------------------------------


def has_image(workbench: Workbench) -> bool:
    return workbench.image is not None


def can_edit(workbench: Workbench) -> bool:
    return workbench.picture is not None and not workbench.context.read_only


def has_selection(workbench: Workbench) -> bool:
    context = workbench.context
    return not workbench.controller.state.is_gesture and bool(context.editable(context.selection))


def is_drawing(workbench: Workbench) -> bool:
    return workbench.controller.state.is_gesture


def can_undo(workbench: Workbench) -> bool:
    if workbench.trashing.undone_next:
        return True
    return workbench.controller.can_undo and not workbench.context.read_only


def can_redo(workbench: Workbench) -> bool:
    return workbench.controller.can_redo and not workbench.context.read_only
