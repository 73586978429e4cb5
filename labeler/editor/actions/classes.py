"""Classes by number."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labeler.editor.actions.base import Action
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window


def _choose_class(window: Window, number: int) -> None:
    entries = window.workbench.classes.entries
    if number <= len(entries):
        window.workbench.choose_class(entries[number - 1].name)


ACTIONS: tuple[Action, ...] = tuple(
    Action(
        f"class.{number}",
        N_("Class"),
        "",
        partial(_choose_class, number=number),
        (str(number),),
        tip=N_("Class of the selection and of what is drawn next"),
    )
    for number in range(1, 10)
)
