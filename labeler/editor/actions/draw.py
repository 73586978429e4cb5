"""Tools, and what ends a drawing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labeler.editor import tool_options
from labeler.editor.actions.base import DRAW, EDIT, Action, can_edit, has_image, is_drawing
from labeler.editor.view_options import Switch
from labeler.editor.workbench import Workbench
from labeler.i18n import N_
from labeler.tools import TOOLS
from labeler.tools.state import Tool

if TYPE_CHECKING:
    from labeler.editor.window import Window


def _use(window: Window, tool: Tool, *, new_part: bool = False) -> None:
    window.workbench.controller.use(tool, new_part=new_part)


def _uses(window: Window, tool: Tool, *, new_part: bool = False) -> bool:
    workbench = window.workbench
    return workbench.controller.tool is tool and workbench.context.new_part is new_part


def _resize(window: Window, steps: float) -> None:
    window.workbench.resize_brush(steps)


def _is_sized(workbench: Workbench) -> bool:
    return has_image(workbench) and workbench.controller.tool.sized


def _repeat(window: Window) -> None:
    window.workbench.controller.repeat(window.canvas.pointer_event)


def _switch(option: Switch, menu: str, keys: tuple[str, ...] = (), *, separated: bool = False) -> Action:
    """An option of the tools to switch on and off."""

    def is_on(window: Window) -> bool:
        return bool(getattr(window.workbench.context.options, option.name))

    def toggle(window: Window) -> None:
        window.workbench.set_options(**{option.name: not is_on(window)})

    return Action(
        f"option.{option.name}", option.title, menu, toggle, keys, tip=option.tip, checked=is_on,
        separated=separated,
    )  # fmt: skip


def _tool_actions() -> tuple[Action, ...]:
    actions: list[Action] = []
    for tool in TOOLS:
        actions.append(
            Action(
                f"tool.{tool.id}",
                tool.title,
                DRAW,
                partial(_use, tool=tool),
                (tool.key,),
                tool.icon,
                tool.tip,
                enabled=has_image,
                checked=partial(_uses, tool=tool),
                toolbar=True,
            )
        )
        if tool.part_key:
            actions.append(
                Action(
                    f"tool.{tool.id}.part",
                    N_("Include a further part"),
                    DRAW,
                    partial(_use, tool=tool, new_part=True),
                    (tool.part_key,),
                    "layers",
                    N_("Draw a further part of the selected instance"),
                    enabled=has_image,
                    checked=partial(_uses, tool=tool, new_part=True),
                    toolbar=True,
                )
            )
    return tuple(actions)


ACTIONS: tuple[Action, ...] = (
    *_tool_actions(),
    Action(
        "draw.finish", N_("Close the polygon"), DRAW, lambda w: w.workbench.controller.finish(),
        ("Return", "Enter", "Alt+Return", "Alt+Enter"), "check",
        N_("Finish what is being drawn, from the last point to the first"), enabled=is_drawing,
        on_canvas=True, separated=True,
    ),
    Action(
        "draw.finish_otherwise", N_("Close and clip to neighbours"), DRAW,
        lambda w: w.workbench.controller.finish_otherwise(), ("Shift+Return", "Shift+Enter"),
        tip=N_("Leave out what neighbours cover; with the option “Clip to neighbours” on: do not"),
        enabled=is_drawing, on_canvas=True,
    ),
    Action(
        "draw.repeat", N_("Repeat"), DRAW, _repeat, ("N",),
        tip=N_("Close the polygon, else start the next one like it where the pointer is"), enabled=can_edit,
    ),
    Action(
        "draw.back", N_("Last point back"), DRAW, lambda w: w.workbench.controller.step_back(),
        ("Backspace",), tip=N_("Take back the last point of what is being drawn, or a piece of a stroke"),
        enabled=is_drawing, on_canvas=True, repeats=True,
    ),
    Action(
        "draw.cancel", N_("Cancel or deselect"), DRAW, lambda w: w.workbench.controller.cancel(),
        ("Escape",), tip=N_("Drop what is being drawn or dragged, else select nothing"), on_canvas=True,
    ),
    Action(
        "brush.smaller", N_("Smaller brush"), DRAW, partial(_resize, steps=-1), ("[",),
        tip=N_("Of brush and eraser; Alt and wheel do the same"), enabled=_is_sized, on_canvas=True,
        repeats=True, separated=True,
    ),
    Action(
        "brush.larger", N_("Larger brush"), DRAW, partial(_resize, steps=1), ("]",),
        tip=N_("Of brush and eraser; Alt and wheel do the same"), enabled=_is_sized, on_canvas=True,
        repeats=True,
    ),
    _switch(tool_options.SNAP, DRAW, ("Shift+S",), separated=True),
    _switch(tool_options.CLIP, DRAW),
    _switch(tool_options.SHARED, EDIT, separated=True),
)  # fmt: skip
