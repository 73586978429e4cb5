"""Three ways to colour what is drawn. Which reads best depends on the picture and on the eyes.

A scheme sets the colours of classes (or instances), of excludes and ignore regions, and how dark the rim
under their lines is. Dashes, hatching and sizes stay: roles never differ by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from labeler.dataset.classes import PALETTE, Classes
from labeler.editor.painting.style import Bgra, InstanceColors, Style, cycled
from labeler.editor.view_options import CONTRAST, INSTANCE, SAFE, VIVID, ViewOptions


@dataclass(frozen=True)
class Scheme:
    """``palette`` colours the classes by index, and instances in order; ``own``: classes keep their own."""

    id: str
    palette: tuple[str, ...]
    exclude: str
    ignore: str
    #: Of the dark rim under the lines.
    rim: int
    own: bool = False

    def class_colors(self, classes: Classes) -> dict[str, str]:
        if self.own:
            return {entry.name: entry.color for entry in classes.entries}
        return {entry.name: cycled(self.palette, entry.index - 1) for entry in classes.entries}

    def style(self, classes: Classes, options: ViewOptions) -> Style:
        halo: Bgra = (0, 0, 0, self.rim)
        return Style(
            self.class_colors(classes),
            InstanceColors(self.palette) if options.color_by == INSTANCE else None,
            exclude=self.exclude,
            ignore=self.ignore,
            tint=options.tint / 100,
            halo=halo,
        )


#: The classes' own colours; instances take those that new classes would get, without the red of excludes.
_VIVID = Scheme(VIVID, PALETTE[:-1], Style.exclude, Style.ignore, rim=120, own=True)
#: Okabe and Ito's colours, their vermillion for excludes, and six more that stay apart for all three kinds of
#: colour blindness.
_SAFE = Scheme(
    SAFE,
    (
        *("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#0072b2", "#cc79a7"),
        *("#8800ee", "#aaff88", "#dd0044", "#bb66ff", "#00eeaa", "#ccaa66"),
    ),
    exclude="#d55e00",
    ignore="#ffffff",
    rim=170,
)
#: All bright, so that lines show on dark pictures, with a black rim, so that they show on bright ones.
_CONTRAST = Scheme(
    CONTRAST,
    (
        *("#ffee00", "#00e5ff", "#ff33ff", "#00ff88", "#ff8800", "#9988ff"),
        *("#88aa44", "#99ff00", "#ffbb88", "#ff99dd", "#99ffcc", "#00aaff"),
    ),
    exclude="#ff5c77",
    ignore="#ffffff",
    rim=240,
)

SCHEMES = (_VIVID, _SAFE, _CONTRAST)


def scheme_called(id: str) -> Scheme:
    return next(scheme for scheme in SCHEMES if scheme.id == id)
