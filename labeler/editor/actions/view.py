"""How the picture is looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from labeler.editor.actions.base import VIEW, Action, has_image
from labeler.editor.painting.schemes import SCHEMES
from labeler.editor.view_options import BAKED, CLASS, INSTANCE, MODEL, PICTURE, SCHEME
from labeler.i18n import N_

if TYPE_CHECKING:
    from labeler.editor.window import Window

_ZOOM_STEP = 1.25


def _toggle(window: Window, name: str, on: str | bool = True, off: str | bool = False) -> None:
    view = window.workbench.view
    view.set(**{name: off if _is(window, name, on) else on})


def _is(window: Window, name: str, value: str | bool = True) -> bool:
    return bool(getattr(window.workbench.view.options, name) == value)


def _use_scheme(window: Window, id: str) -> None:
    """Colours are seen over the picture only: a mask in its place goes."""
    window.workbench.view.set(scheme=id, shown=PICTURE)


_SCHEME_TITLES = dict(SCHEME.values)
_SCHEME_ACTIONS = tuple(
    Action(
        f"view.scheme.{number}", _SCHEME_TITLES[scheme.id], VIEW,
        partial(_use_scheme, id=scheme.id), tip=SCHEME.tip,
        checked=partial(_is, name="scheme", value=scheme.id), separated=number == 1,
    )
    for number, scheme in enumerate(SCHEMES, 1)
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (
    Action(
        "view.fit", N_("Fit the image"), VIEW, lambda w: w.canvas.fit(), ("F",), "fit",
        N_("Show the whole image as large as it fits"), enabled=has_image, toolbar=True,
    ),
    Action(
        "view.actual", N_("100 %"), VIEW, lambda w: w.canvas.zoom_to(1.0), ("Ctrl+1",), "actual-size",
        N_("One image pixel on one screen pixel"), enabled=has_image, toolbar=True,
    ),
    Action(
        "view.in", N_("Zoom in"), VIEW, lambda w: w.canvas.zoom_by(_ZOOM_STEP),
        ("+", "=", "Ctrl++", "Ctrl+="), "zoom-in", N_("Look closer; the wheel does so at the pointer"),
        enabled=has_image, repeats=True,
    ),
    Action(
        "view.out", N_("Zoom out"), VIEW, lambda w: w.canvas.zoom_by(1 / _ZOOM_STEP), ("-", "Ctrl+-"),
        "zoom-out", N_("See more of the image; the wheel does so at the pointer"), enabled=has_image,
        repeats=True,
    ),
    Action(
        "view.baked", N_("Baked mask"), VIEW, partial(_toggle, name="shown", on=BAKED, off=PICTURE),
        ("B",), "baked", N_("Show exactly the pixels that an export writes, live"), enabled=has_image,
        checked=partial(_is, name="shown", value=BAKED), toolbar=True, separated=True,
    ),
    Action(
        "view.model", N_("Model mask"), VIEW, partial(_toggle, name="shown", on=MODEL, off=PICTURE), ("M",),
        "model-mask", N_("Show the mask that a model made"), enabled=has_image,
        checked=partial(_is, name="shown", value=MODEL),
    ),
    Action(
        "view.overlay", N_("Model mask over the picture"), VIEW, partial(_toggle, name="overlay"), ("`",),
        "overlay", N_("Darken what the model mask leaves out"), enabled=has_image,
        checked=partial(_is, name="overlay"),
    ),
    Action(
        "view.by_instance", N_("Colour by instance"), VIEW,
        partial(_toggle, name="color_by", on=INSTANCE, off=CLASS),
        tip=N_("One colour for each instance instead of one for each class"),
        checked=partial(_is, name="color_by", value=INSTANCE), separated=True,
    ),
    *_SCHEME_ACTIONS,
    Action(
        "view.panel", N_("Brightness and colours"), VIEW, lambda w: w.toggle_panel("view"), (), "contrast",
        N_("Show or hide the panel for brightness, contrast, gamma, colours and masks"), toolbar=True,
        separated=True,
    ),
    Action(
        "view.filmstrip", N_("Filmstrip"), VIEW, lambda w: w.toggle_panel("filmstrip"), (), "filmstrip",
        N_("Show or hide small pictures of the images around this one"),
    ),
    Action(
        "view.auto", N_("Auto black and white point"), VIEW, partial(_toggle, name="auto"),
        tip=N_("Black and white point from each image, without its outermost tones"),
        checked=partial(_is, name="auto"), separated=True,
    ),
    Action(
        "view.reset_tones", N_("Reset brightness and contrast"), VIEW,
        lambda w: w.workbench.view.reset("brightness", "contrast", "gamma", "black", "white", "auto"),
        tip=N_("Show the picture as it is in the file"),
    ),
    Action(
        "view.crosshair", N_("Crosshair"), VIEW, partial(_toggle, name="crosshair"), ("C",), "crosshair",
        N_("Lines through the pointer across the whole canvas"), checked=partial(_is, name="crosshair"),
        separated=True,
    ),
    Action(
        "view.grid", N_("Pixel grid"), VIEW, partial(_toggle, name="grid"),
        tip=N_("Lines between the pixels from 800 % on"), checked=partial(_is, name="grid"),
    ),
    Action(
        "view.minimap", N_("Minimap"), VIEW, partial(_toggle, name="minimap"), ("Shift+M",), "minimap",
        N_("The whole image in a corner; click or drag in it to go there"),
        checked=partial(_is, name="minimap"),
    ),
    Action(
        "view.keep", N_("Keep the view between images"), VIEW, partial(_toggle, name="keep_view"),
        tip=N_("Show the next image at the same place and zoom"), checked=partial(_is, name="keep_view"),
    ),
)  # fmt: skip
