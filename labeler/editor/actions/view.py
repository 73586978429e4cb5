"""How the picture is looked at."""

from __future__ import annotations

from labeler.editor.actions.base import VIEW, Action, has_image
from labeler.i18n import N_

_ZOOM_STEP = 1.25

ACTIONS: tuple[Action, ...] = (
    Action(
        "view.fit", N_("Fit the image"), VIEW, lambda w: w.canvas.fit(), ("F",), "fit", enabled=has_image,
        toolbar=True,
    ),
    Action(
        "view.actual", N_("100 %"), VIEW, lambda w: w.canvas.zoom_to(1.0), ("Ctrl+1",), "actual-size",
        N_("One image pixel on one screen pixel"), enabled=has_image, toolbar=True,
    ),
    Action(
        "view.in", N_("Zoom in"), VIEW, lambda w: w.canvas.zoom_by(_ZOOM_STEP),
        ("+", "=", "Ctrl++", "Ctrl+="), "zoom-in", enabled=has_image,
    ),
    Action(
        "view.out", N_("Zoom out"), VIEW, lambda w: w.canvas.zoom_by(1 / _ZOOM_STEP), ("-", "Ctrl+-"),
        "zoom-out", enabled=has_image,
    ),
    Action(
        "view.baked", N_("Baked mask"), VIEW, lambda w: w.canvas.show_baked(not w.canvas.shows_baked),
        ("B",), "baked", N_("Show exactly the pixels that an export writes, live"), enabled=has_image,
        checked=lambda w: w.canvas.shows_baked, toolbar=True, separated=True,
    ),
)  # fmt: skip
