"""What makes other polygons of the selected ones."""

from __future__ import annotations

from labeler.editor.actions.base import Action

ACTIONS: tuple[Action, ...] = ()
