"""How the picture and what is drawn are looked at. Nothing here changes a file of the dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from typing import Any

from labeler.i18n import N_
from labeler.raster.tones import Tones

#: What an option holds; numbers are floats.
Value = bool | float | str

CLASS, INSTANCE = "class", "instance"
VIVID, SAFE, CONTRAST = "vivid", "safe", "contrast"
PICTURE, BAKED, MODEL = "picture", "baked", "model"


@dataclass(frozen=True)
class ViewOptions:
    """Percents, but for ``gamma``. Black and white point are of the range that is shown untouched."""

    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0
    black: float = 0.0
    white: float = 100.0
    #: Black and white point are taken from each image.
    auto: bool = False
    #: How much of what is under it a mask's tint covers.
    tint: float = 32.0
    scheme: str = VIVID
    color_by: str = CLASS
    #: What the model mask leaves out is darkened, by this much.
    overlay: bool = False
    darkness: float = 50.0
    crosshair: bool = False
    grid: bool = True
    minimap: bool = False
    #: The next image is shown at the place and zoom of the last.
    keep_view: bool = False
    #: What the canvas shows; a start begins with the picture.
    shown: str = PICTURE

    @property
    def needs_model_mask(self) -> bool:
        return self.overlay or self.shown == MODEL

    @property
    def tones(self) -> Tones:
        return Tones(self.black, self.white, self.brightness, self.contrast, self.gamma)

    def to_dict(self) -> dict[str, Value]:
        return asdict(self)

    def with_values(self, values: Mapping[str, Any]) -> ViewOptions:
        """Changed by those of the values that are known and of the right kind; numbers are kept in range."""
        known = {f.name: values[f.name] for f in fields(self) if f.name in values}
        fitting: dict[str, Any] = {name: _fitted(name, value) for name, value in known.items()}
        return replace(self, **{name: value for name, value in fitting.items() if value is not None})


@dataclass(frozen=True)
class Range:
    """A number between two others, shown with ``unit`` after it; a slider moves by ``step``."""

    name: str
    title: str
    low: float
    high: float
    tip: str
    step: float = 1.0
    unit: str = "%"
    #: It multiplies: as far below 1 as above it is the same step.
    is_factor: bool = False


@dataclass(frozen=True)
class Choice:
    """One of a few; ``values`` are what is kept and what is read."""

    name: str
    title: str
    values: tuple[tuple[str, str], ...]
    tip: str


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    title: str
    tip: str


BRIGHTNESS = Range("brightness", N_("Brightness"), -100, 100, N_("Added to every tone"), unit="")
CONTRAST_RANGE = Range(
    "contrast", N_("Contrast"), -100, 100, N_("Spreads the tones around the middle one"), unit=""
)
GAMMA = Range(
    "gamma",
    N_("Gamma"),
    0.2,
    5,
    N_("Above 1 lifts dark parts, below 1 deepens them"),
    0.05,
    unit="",
    is_factor=True,
)
BLACK = Range("black", N_("Black point"), 0, 100, N_("What is darker is shown black"), 0.1)
WHITE = Range("white", N_("White point"), 0, 100, N_("What is brighter is shown white"), 0.1)
TINT = Range("tint", N_("Tint of masks"), 0, 100, N_("How much of the picture the tint of a mask covers"))
DARKNESS = Range("darkness", N_("Darkness"), 0, 100, N_("How dark it is where the model mask is off"))
AUTO = Switch("auto", N_("Auto"), N_("Black and white point from each image, without its outermost tones"))
OVERLAY = Switch("overlay", N_("Model mask over the picture"), N_("Darken what the model mask leaves out"))
CROSSHAIR = Switch("crosshair", N_("Crosshair"), N_("Lines through the pointer across the whole canvas"))
GRID = Switch("grid", N_("Pixel grid"), N_("Lines between the pixels from 800 % on"))
MINIMAP = Switch("minimap", N_("Minimap"), N_("The whole image in a corner; click or drag in it to go there"))
KEEP_VIEW = Switch(
    "keep_view", N_("Keep the view between images"), N_("Show the next image at the same place and zoom")
)
SCHEME = Choice(
    "scheme",
    N_("Colour scheme"),
    (
        (VIVID, N_("Vivid (own colours)")),
        (SAFE, N_("Colour-blind safe")),
        (CONTRAST, N_("High contrast")),
    ),
    N_(
        "Colours of classes and excludes, and how dark rims are: the dataset's own, such as colour-blind "
        "eyes tell apart, or such as show on any bright and dark picture"
    ),
)
COLOR_BY = Choice(
    "color_by",
    N_("Colour by"),
    ((CLASS, N_("Class")), (INSTANCE, N_("Instance"))),
    N_("One colour for all instances of a class, or one for each instance"),
)

SHOWN = Choice(
    "shown",
    N_("Show"),
    ((PICTURE, N_("Picture")), (BAKED, N_("Baked mask")), (MODEL, N_("Model mask"))),
    N_("The picture, exactly the pixels that an export writes, or the mask that a model made"),
)

#: Everything that can be set, in groups with their titles.
GROUPS: tuple[tuple[str, tuple[Range | Choice | Switch, ...]], ...] = (
    (N_("Picture"), (BRIGHTNESS, CONTRAST_RANGE, GAMMA, BLACK, WHITE, AUTO)),
    (N_("Masks"), (TINT, COLOR_BY, SCHEME)),
    (N_("Model mask"), (OVERLAY, DARKNESS)),
    (N_("Canvas"), (CROSSHAIR, GRID, MINIMAP, KEEP_VIEW)),
)
VIEW_OPTIONS = (SHOWN, *(option for _title, options in GROUPS for option in options))
_BY_NAME = {option.name: option for option in VIEW_OPTIONS}


def _fitted(name: str, value: Any) -> Value | None:
    """The value as this option can hold it; None when it cannot."""
    option = _BY_NAME[name]
    if isinstance(option, Switch):
        return value if isinstance(value, bool) else None
    if isinstance(option, Choice):
        return value if value in [kept for kept, _title in option.values] else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    return float(min(max(value, option.low), option.high))
