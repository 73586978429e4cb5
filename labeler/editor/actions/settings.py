"""What the user chooses for good. Its own module, so that it comes last in its menu."""

from __future__ import annotations

from labeler.editor.actions.base import EDIT, Action
from labeler.i18n import N_

ACTIONS: tuple[Action, ...] = (
    Action(
        "edit.settings", N_("Settings…"), EDIT, lambda w: w.show_settings(), ("Ctrl+,",),
        "sliders-horizontal", N_("Keys, theme and how the tools work"), separated=True,
    ),
)  # fmt: skip
