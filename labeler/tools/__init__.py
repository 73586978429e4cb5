"""What the pointer does, as small state machines. No Qt. A new tool is one file and one entry in TOOLS."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from labeler.document.model import Role
from labeler.i18n import N_
from labeler.tools.drawing import ReadyToDraw
from labeler.tools.state import State, Tool


def _later(module: str, state: str, **values: Any) -> Callable[[], State]:
    """A state whose module is loaded when the tool is first taken: the window is there sooner without it."""

    def idle() -> State:
        made: State = getattr(import_module(f"{__name__}.{module}"), state)(**values)
        return made

    return idle


TOOLS = (
    Tool(
        "select",
        N_("Select and edit"),
        "mouse-pointer",
        "V",
        N_("Select, move and reshape polygons"),
        _later("selecting", "Selecting"),
    ),
    Tool(
        "transform",
        N_("Scale and rotate"),
        "transform",
        "T",
        N_("Move, scale and rotate what is selected by a frame around it"),
        _later("transforming", "Transforming"),
    ),
    Tool(
        "sweep",
        N_("Sweep away vertices"),
        "sweep",
        "Shift+V",
        N_("Delete the vertices that the pointer sweeps over"),
        _later("sweeping", "ReadyToSweep"),
    ),
    Tool(
        "knife",
        N_("Split by a line"),
        "knife",
        "K",
        N_("Cut the selected instances, or all under the line, in two along a line"),
        _later("splitting", "ReadyToSplit"),
    ),
    Tool(
        "include",
        N_("Include"),
        "include",
        "Q",
        N_("Draw what belongs to the thing"),
        partial(ReadyToDraw, role=Role.INCLUDE),
        part_key="Shift+Q",
        role=Role.INCLUDE,
    ),
    Tool(
        "exclude",
        N_("Exclude"),
        "exclude",
        "W",
        N_("Draw a hole: cuts the selected instance, or everything when nothing is selected"),
        partial(ReadyToDraw, role=Role.EXCLUDE),
        role=Role.EXCLUDE,
    ),
    Tool(
        "ignore",
        N_("Ignore"),
        "ignore",
        "E",
        N_("Draw a “don't know” region, left out of training and metrics"),
        partial(ReadyToDraw, role=Role.IGNORE),
        role=Role.IGNORE,
    ),
    Tool(
        "brush",
        N_("Brush"),
        "brush",
        "P",
        N_("Paint pixels: into the selected instance, or a new one"),
        _later("brushing", "ReadyToPaint"),
        sized=True,
    ),
    Tool(
        "eraser",
        N_("Eraser"),
        "eraser",
        "Shift+P",
        N_("Erase pixels: of the selected instance, or of the topmost one under the pointer"),
        _later("brushing", "ReadyToPaint", adds=False),
        sized=True,
    ),
)
