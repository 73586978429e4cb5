"""Sets of keys to start from. A preset names the commands whose keys are not those of their own records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labeler.i18n import N_


@dataclass(frozen=True)
class Preset:
    """``keys`` are by command; ``title`` and ``tip`` are translated when shown."""

    id: str
    title: str
    tip: str
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


DEFAULT = Preset("default", N_("Default"), N_("The keys that labeler comes with"))

#: The keys of DeepFaceLab's XSeg editor. Its Ctrl+A, Ctrl+D and 1 to 5 are something else by default: those
#: commands move to the same key with one modifier more (docs/xseg.md says which).
XSEG = Preset(
    "xseg",
    N_("XSeg editor"),
    N_("The keys of DeepFaceLab's XSeg editor; classes are at Ctrl+1 to Ctrl+9"),
    {
        "image.previous_labelled": ("Ctrl+A", "Alt+A"),
        "image.next_labelled": ("Ctrl+D", "Alt+D"),
        "edit.all": ("Ctrl+Shift+A",),
        "edit.duplicate": ("Ctrl+Shift+D",),
        "view.baked": ("4", "B"),
        "view.model": ("5", "M"),
        **{f"view.scheme.{number}": (str(number),) for number in (1, 2, 3)},
        "view.actual": ("Ctrl+0",),
        **{f"class.{number}": (f"Ctrl+{number}",) for number in range(1, 10)},
    },
)

PRESETS: tuple[Preset, ...] = (DEFAULT, XSEG)
