"""Classes by number."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labeler.editor import class_commands
from labeler.editor.actions.base import Action
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window


def _choose_class(window: Window, number: int) -> None:
    entries = window.workbench.classes.entries
    if number <= len(entries):
        class_commands.choose(window.workbench, entries[number - 1].name)


_TITLES = (
    N_("Class 1"), N_("Class 2"), N_("Class 3"), N_("Class 4"), N_("Class 5"), N_("Class 6"), N_("Class 7"),
    N_("Class 8"), N_("Class 9"),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = tuple(
    Action(
        f"class.{number}",
        title,
        "",
        partial(_choose_class, number=number),
        (str(number),),
        tip=N_("Class of the selection and of what is drawn next"),
    )
    for number, title in enumerate(_TITLES, 1)
)
