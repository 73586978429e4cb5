"""From image to image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labeler.editor.actions.base import IMAGE, Action, has_image
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window

_LEAP = 5


def _step(window: Window, count: int, labelled: bool | None = None) -> None:
    window.workbench.step(count, labelled=labelled)


ACTIONS: tuple[Action, ...] = (
    Action(
        "image.previous", N_("Previous image"), IMAGE, partial(_step, count=-1), ("A",), "chevron-left",
        N_("Show the image before this one in the list"), enabled=has_image, repeats=True, toolbar=True,
    ),
    Action(
        "image.next", N_("Next image"), IMAGE, partial(_step, count=1), ("D",), "chevron-right",
        N_("Show the image after this one in the list"), enabled=has_image, repeats=True, toolbar=True,
    ),
    Action(
        "image.back5", N_("Five images back"), IMAGE, partial(_step, count=-_LEAP), ("Shift+A",),
        tip=N_("Show the fifth image before this one, or the first"), enabled=has_image, repeats=True,
        separated=True,
    ),
    Action(
        "image.on5", N_("Five images on"), IMAGE, partial(_step, count=_LEAP), ("Shift+D",),
        tip=N_("Show the fifth image after this one, or the last"), enabled=has_image, repeats=True,
    ),
    Action(
        "image.previous_labelled", N_("Previous labelled image"), IMAGE,
        partial(_step, count=-1, labelled=True), ("Alt+A",),
        tip=N_("Go back to the nearest image with something drawn on it"), enabled=has_image, repeats=True,
        separated=True,
    ),
    Action(
        "image.next_labelled", N_("Next labelled image"), IMAGE,
        partial(_step, count=1, labelled=True), ("Alt+D",),
        tip=N_("Go on to the nearest image with something drawn on it"), enabled=has_image, repeats=True,
    ),
    Action(
        "image.previous_unlabelled", N_("Previous unlabelled image"), IMAGE,
        partial(_step, count=-1, labelled=False), ("Alt+Shift+A",),
        tip=N_("Go back to the nearest image with nothing drawn on it"), enabled=has_image, repeats=True,
    ),
    Action(
        "image.next_unlabelled", N_("Next unlabelled image"), IMAGE,
        partial(_step, count=1, labelled=False), ("Alt+Shift+D",),
        tip=N_("Go on to the nearest image with nothing drawn on it"), enabled=has_image, repeats=True,
    ),
    Action(
        "image.trash", N_("Move to the trash"), IMAGE, lambda w: w.workbench.trashing.trash_shown(), ("X",),
        "trash-2", N_("Move the shown image, with its labels, to the dataset's trash; undo brings it back"),
        enabled=has_image, on_canvas=True, separated=True,
    ),
)  # fmt: skip
