"""Help."""

from __future__ import annotations

from labeler.editor.actions.base import HELP, Action
from labeler.i18n import N_

ACTIONS: tuple[Action, ...] = (
    Action(
        "help.shortcuts", N_("Keyboard shortcuts"), HELP, lambda w: w.show_shortcuts(), ("?", "F1"),
        "keyboard", N_("All keys and gestures on one page"),
    ),
    Action(
        "help.about", N_("About labeler"), HELP, lambda w: w.show_about(), icon="info",
        tip=N_("Version and licences"),
    ),
)  # fmt: skip
