"""What a format keeps and loses, in words, from what it declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from labeler.formats.base import Keeps
from labeler.i18n import N_, _

#: For each field of Keeps, in the order in which people ask.
THINGS = {
    "classes": N_("classes"),
    "instances": N_("single instances"),
    "overlaps": N_("overlaps"),
    "holes": N_("holes"),
    "parts": N_("several parts"),
    "ignore": N_("ignore regions"),
    "subpixel": N_("points between pixels"),
    "pixels": N_("exact pixels"),
}


def described(keeps: Keeps) -> list[str]:
    """One sentence for what is kept, one for what is not."""
    kept = asdict(keeps)
    sentences = (
        (_("Keeps {things}."), [name for name in THINGS if kept[name]]),
        (_("Leaves out {things}."), [name for name in THINGS if not kept[name]]),
    )
    return [sentence.format(things=_listed(names)) for sentence, names in sentences if names]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(_(THINGS[name]) for name in names)
