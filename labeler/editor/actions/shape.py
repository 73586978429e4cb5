"""What makes other polygons of the selected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeler.editor import shaping
from labeler.editor.actions.base import SHAPE, Action, has_selection
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window


def _adjust(window: Window, id: str) -> None:
    # Only here: nobody needs the dialog to start.
    from labeler.editor.adjustments import ADJUSTMENTS
    from labeler.editor.shaping_dialog import ShapingDialog

    adjustment = next(adjustment for adjustment in ADJUSTMENTS if adjustment.id == id)
    ShapingDialog(window.workbench, adjustment, window).open_beside(window.canvas)


ACTIONS: tuple[Action, ...] = (
    Action(
        "shape.union", N_("Union"), SHAPE, lambda w: shaping.unite(w.workbench), ("Ctrl+U",), "union",
        N_("Make one of the selected instances, or of polygons of one; the lowest gives the class"),
        enabled=shaping.can_combine,
    ),
    Action(
        "shape.subtract", N_("Subtract"), SHAPE, lambda w: shaping.subtract(w.workbench), ("Ctrl+Shift+U",),
        "subtract",
        N_("Cut the topmost selected instance out of the others; polygons of one: the last goes"),
        enabled=shaping.can_combine,
    ),
    Action(
        "shape.intersect", N_("Intersect"), SHAPE, lambda w: shaping.intersect(w.workbench), ("Ctrl+I",),
        "intersect",
        N_("Keep only what all selected have in common, as one; the lowest gives its class"),
        enabled=shaping.can_combine,
    ),
    Action(
        "shape.fill", N_("Fill holes"), SHAPE, lambda w: shaping.fill_holes(w.workbench), (), "",
        N_("Close every hole of the selected instances, with the islands in them"),
        enabled=shaping.can_shape_instances, separated=True,
    ),
    Action(
        "shape.fragments", N_("Drop fragments…"), SHAPE, lambda w: _adjust(w, "fragments"), (), "",
        N_("Drop small parts of the selected instances; the largest of each stays"),
        enabled=shaping.can_shape_instances,
    ),
    Action(
        "shape.simplify", N_("Simplify…"), SHAPE, lambda w: _adjust(w, "simplify"), ("Ctrl+L",), "",
        N_("Fewer points in the selected polygons, within a tolerance"),
        enabled=has_selection, separated=True,
    ),
    Action(
        "shape.smooth", N_("Smooth…"), SHAPE, lambda w: _adjust(w, "smooth"), (), "",
        N_("Rounder outlines of the selected polygons"), enabled=has_selection,
    ),
    Action(
        "shape.grow", N_("Grow or shrink…"), SHAPE, lambda w: _adjust(w, "grow"), (), "",
        N_("Move the outlines of what is selected out or in by pixels"), enabled=has_selection,
    ),
)  # fmt: skip
