"""Every command of the window, as records: menus, toolbars and the shortcut page are made from this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from labeler.document.model import Role
from labeler.editor import selection
from labeler.editor.workbench import Workbench
from labeler.i18n import N_
from labeler.tools import TOOLS
from labeler.tools.state import Tool

if TYPE_CHECKING:
    from labeler.editor.window import Window

#: Menus in their order.
MENUS = (N_("&File"), N_("&Edit"), N_("&Draw"), N_("&Image"), N_("&View"), N_("&Help"))
_FILE, _EDIT, _DRAW, _IMAGE, _VIEW, _HELP = MENUS
_ZOOM_STEP = 1.25
_LEAP = 5


def _always(workbench: Workbench) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A command. ``keys`` are alternatives, the first is shown.

    ``on_canvas``: its keys count only while the canvas has the focus, because a text field needs them too.
    """

    id: str
    title: str
    menu: str
    run: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    enabled: Callable[[Workbench], bool] = _always
    checked: Callable[[Window], bool] | None = None
    toolbar: bool = False
    on_canvas: bool = False
    #: A line in the menu before this one.
    separated: bool = False


# --- when -----------------------------------------------------------------------------------------------


def _has_image(workbench: Workbench) -> bool:
    return workbench.image is not None


def _can_edit(workbench: Workbench) -> bool:
    return workbench.picture is not None and not workbench.context.read_only


def _has_selection(workbench: Workbench) -> bool:
    context = workbench.context
    return not workbench.controller.state.is_gesture and bool(context.editable(context.selection))


def _is_drawing(workbench: Workbench) -> bool:
    return workbench.controller.state.is_gesture


def _can_undo(workbench: Workbench) -> bool:
    return workbench.controller.can_undo and not workbench.context.read_only


def _can_redo(workbench: Workbench) -> bool:
    return workbench.controller.can_redo and not workbench.context.read_only


# --- what -----------------------------------------------------------------------------------------------


def _set_role(window: Window, role: Role) -> None:
    selection.set_role(window.workbench, role)


def _select_all(window: Window) -> None:
    context = window.workbench.context
    left_out = context.hidden | context.locked
    context.select(ref for ref in context.annotation.refs() if ref.owner not in left_out)


def _use(window: Window, tool: Tool, *, new_part: bool = False) -> None:
    window.workbench.controller.use(tool, new_part=new_part)


def _uses(window: Window, tool: Tool, *, new_part: bool = False) -> bool:
    workbench = window.workbench
    return workbench.controller.tool is tool and workbench.context.new_part is new_part


def _step(window: Window, count: int, labelled: bool | None = None) -> None:
    window.workbench.step(count, labelled=labelled)


def _choose_class(window: Window, number: int) -> None:
    entries = window.workbench.classes.entries
    if number <= len(entries):
        window.workbench.choose_class(entries[number - 1].name)


# --- the list -------------------------------------------------------------------------------------------


def _tool_actions() -> tuple[Action, ...]:
    actions: list[Action] = []
    for tool in TOOLS:
        actions.append(
            Action(
                f"tool.{tool.id}",
                tool.title,
                _DRAW,
                partial(_use, tool=tool),
                (tool.key,),
                tool.icon,
                tool.tip,
                enabled=_has_image,
                checked=partial(_uses, tool=tool),
                toolbar=True,
            )
        )
        if tool.part_key:
            actions.append(
                Action(
                    f"tool.{tool.id}.part",
                    N_("Include a further part"),
                    _DRAW,
                    partial(_use, tool=tool, new_part=True),
                    (tool.part_key,),
                    "layers",
                    N_("Draw a further part of the selected instance"),
                    enabled=_has_image,
                    checked=partial(_uses, tool=tool, new_part=True),
                    toolbar=True,
                )
            )
    return tuple(actions)


def _class_actions() -> tuple[Action, ...]:
    return tuple(
        Action(
            f"class.{number}",
            N_("Class"),
            "",
            partial(_choose_class, number=number),
            (str(number),),
            tip=N_("Class of the selection and of what is drawn next"),
        )
        for number in range(1, 10)
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        "file.open", N_("Open folder…"), _FILE, lambda w: w.ask_folder(), ("Ctrl+O",), "folder-open",
        N_("Open a folder of images"), toolbar=True,
    ),
    Action(
        "file.save", N_("Save"), _FILE, lambda w: w.workbench.save_now(), ("Ctrl+S",), "save",
        N_("Save now; every change is saved by itself"), enabled=_has_image,
    ),
    Action(
        "file.export", N_("Export…"), _FILE, lambda w: w.export(), ("Ctrl+E",), "file-output",
        N_("Write the masks of the whole folder for training code"), enabled=_has_image, toolbar=True,
    ),
    Action(
        "file.quit", N_("Quit"), _FILE, lambda w: w.close(), ("Ctrl+Q",), separated=True,
    ),
    Action(
        "edit.undo", N_("Undo"), _EDIT, lambda w: w.workbench.controller.undo(), ("Ctrl+Z",), "undo-2",
        N_("Take the last step back"), enabled=_can_undo, toolbar=True,
    ),
    Action(
        "edit.redo", N_("Redo"), _EDIT, lambda w: w.workbench.controller.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo-2", N_("Bring back what was undone"), enabled=_can_redo, toolbar=True,
    ),
    Action(
        "edit.delete", N_("Delete"), _EDIT, lambda w: selection.delete(w.workbench), ("Delete",), "trash-2",
        N_("Delete the selected polygons"), enabled=_has_selection, on_canvas=True, separated=True,
    ),
    Action(
        "edit.duplicate", N_("Duplicate"), _EDIT, lambda w: selection.duplicate(w.workbench), ("Ctrl+D",),
        "copy", N_("Copy the selected polygons a little aside"), enabled=_has_selection,
    ),
    Action(
        "edit.all", N_("Select all"), _EDIT, _select_all, ("Ctrl+A",),
        tip=N_("Select every polygon of the image"), enabled=_can_edit,
    ),
    Action(
        "edit.include", N_("Make include"), _EDIT, partial(_set_role, role=Role.INCLUDE), (), "include",
        N_("The selected polygons add to the mask"), enabled=_has_selection, separated=True,
    ),
    Action(
        "edit.exclude", N_("Make exclude"), _EDIT, partial(_set_role, role=Role.EXCLUDE), (), "exclude",
        N_("The selected polygons cut the mask"), enabled=_has_selection,
    ),
    Action(
        "edit.ignore", N_("Make ignore"), _EDIT, partial(_set_role, role=Role.IGNORE), (), "ignore",
        N_("The selected polygons become “don't know” regions"), enabled=_has_selection,
    ),
    Action(
        "edit.front", N_("Bring to front"), _EDIT, lambda w: selection.bring_to_front(w.workbench),
        ("Ctrl+]",), "bring-to-front", N_("Last in its instance: an include becomes an island in the hole"),
        enabled=_has_selection, separated=True,
    ),
    Action(
        "edit.back", N_("Send to back"), _EDIT, lambda w: selection.send_to_back(w.workbench), ("Ctrl+[",),
        "send-to-back", N_("First in its instance"), enabled=_has_selection,
    ),
    *_tool_actions(),
    Action(
        "draw.finish", N_("Close the polygon"), _DRAW, lambda w: w.workbench.controller.finish(),
        ("Return", "Enter", "Alt+Return", "Alt+Enter"), "check", enabled=_is_drawing, on_canvas=True,
        separated=True,
    ),
    Action(
        "draw.back", N_("Last point back"), _DRAW, lambda w: w.workbench.controller.step_back(),
        ("Backspace",), enabled=_is_drawing, on_canvas=True,
    ),
    Action(
        "draw.cancel", N_("Cancel or deselect"), _DRAW, lambda w: w.workbench.controller.cancel(),
        ("Escape",), on_canvas=True,
    ),
    Action(
        "image.previous", N_("Previous image"), _IMAGE, partial(_step, count=-1), ("A",), "chevron-left",
        enabled=_has_image, toolbar=True,
    ),
    Action(
        "image.next", N_("Next image"), _IMAGE, partial(_step, count=1), ("D",), "chevron-right",
        enabled=_has_image, toolbar=True,
    ),
    Action(
        "image.back5", N_("Five images back"), _IMAGE, partial(_step, count=-_LEAP), ("Shift+A",),
        enabled=_has_image, separated=True,
    ),
    Action(
        "image.on5", N_("Five images on"), _IMAGE, partial(_step, count=_LEAP), ("Shift+D",),
        enabled=_has_image,
    ),
    Action(
        "image.previous_labelled", N_("Previous labelled image"), _IMAGE,
        partial(_step, count=-1, labelled=True), ("Alt+A",), enabled=_has_image, separated=True,
    ),
    Action(
        "image.next_labelled", N_("Next labelled image"), _IMAGE,
        partial(_step, count=1, labelled=True), ("Alt+D",), enabled=_has_image,
    ),
    Action(
        "image.previous_unlabelled", N_("Previous unlabelled image"), _IMAGE,
        partial(_step, count=-1, labelled=False), ("Alt+Shift+A",), enabled=_has_image,
    ),
    Action(
        "image.next_unlabelled", N_("Next unlabelled image"), _IMAGE,
        partial(_step, count=1, labelled=False), ("Alt+Shift+D",), enabled=_has_image,
    ),
    Action(
        "view.fit", N_("Fit the image"), _VIEW, lambda w: w.canvas.fit(), ("F",), "fit", enabled=_has_image,
        toolbar=True,
    ),
    Action(
        "view.actual", N_("100 %"), _VIEW, lambda w: w.canvas.zoom_to(1.0), ("Ctrl+1",), "actual-size",
        N_("One image pixel on one screen pixel"), enabled=_has_image, toolbar=True,
    ),
    Action(
        "view.in", N_("Zoom in"), _VIEW, lambda w: w.canvas.zoom_by(_ZOOM_STEP),
        ("+", "=", "Ctrl++", "Ctrl+="), "zoom-in", enabled=_has_image,
    ),
    Action(
        "view.out", N_("Zoom out"), _VIEW, lambda w: w.canvas.zoom_by(1 / _ZOOM_STEP), ("-", "Ctrl+-"),
        "zoom-out", enabled=_has_image,
    ),
    Action(
        "view.baked", N_("Baked mask"), _VIEW, lambda w: w.canvas.show_baked(not w.canvas.shows_baked),
        ("B",), "baked", N_("Show exactly the pixels that an export writes, live"), enabled=_has_image,
        checked=lambda w: w.canvas.shows_baked, toolbar=True, separated=True,
    ),
    Action(
        "help.shortcuts", N_("Keyboard shortcuts"), _HELP, lambda w: w.show_shortcuts(), ("?", "F1"),
        "keyboard",
    ),
    Action("help.about", N_("About labeler"), _HELP, lambda w: w.show_about(), icon="info"),
    *_class_actions(),
)  # fmt: skip
