"""What the pointer does, as small state machines. No Qt. A new tool is one file and one entry in TOOLS."""

from __future__ import annotations

from functools import partial

from labeler.document.model import Role
from labeler.i18n import N_
from labeler.tools.brushing import ReadyToPaint
from labeler.tools.drawing import ReadyToDraw
from labeler.tools.selecting import Selecting
from labeler.tools.splitting import ReadyToSplit
from labeler.tools.state import Tool
from labeler.tools.sweeping import ReadyToSweep
from labeler.tools.transforming import Transforming

TOOLS = (
    Tool(
        "select",
        N_("Select and edit"),
        "mouse-pointer",
        "V",
        N_("Select, move and reshape polygons"),
        Selecting,
    ),
    Tool(
        "transform",
        N_("Scale and rotate"),
        "transform",
        "T",
        N_("Move, scale and rotate what is selected by a frame around it"),
        Transforming,
    ),
    Tool(
        "sweep",
        N_("Sweep away vertices"),
        "sweep",
        "Shift+V",
        N_("Delete the vertices that the pointer sweeps over"),
        ReadyToSweep,
    ),
    Tool(
        "knife",
        N_("Split by a line"),
        "knife",
        "K",
        N_("Cut the selected instances, or all under the line, in two along a line"),
        ReadyToSplit,
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
        ReadyToPaint,
        sized=True,
    ),
    Tool(
        "eraser",
        N_("Eraser"),
        "eraser",
        "Shift+P",
        N_("Erase pixels: of the selected instance, or of the topmost one under the pointer"),
        partial(ReadyToPaint, adds=False),
        sized=True,
    ),
)
