"""Every command of the window, one module per menu. A new command is one entry in its menu's ACTIONS."""

from __future__ import annotations

from labeler.editor.actions import about, classes, draw, edit, file, image, settings, shape, view
from labeler.editor.actions.base import MENUS, Action

ACTIONS: tuple[Action, ...] = (
    *file.ACTIONS,
    *edit.ACTIONS,
    *draw.ACTIONS,
    *shape.ACTIONS,
    *image.ACTIONS,
    *view.ACTIONS,
    *about.ACTIONS,
    *classes.ACTIONS,
    *settings.ACTIONS,
)

__all__ = ["ACTIONS", "MENUS", "Action"]
