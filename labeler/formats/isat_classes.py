"""`isat.yaml`: the categories of a folder with their colours, in ISAT's order.

As little of YAML as ISAT writes there: a list under `label` of entries with a `name` and a `color`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from labeler.formats.base import ClassInfo
from labeler.formats.building import class_name
from labeler.formats.reading import FoundClass, Reading, malformed, read_text
from labeler.formats.shapes import BACKGROUNDS, IGNORE
from labeler.formats.yaml_texts import quoted, quoted_at, without_comment
from labeler.i18n import _

FILE = "isat.yaml"
_BACKGROUND = "__background__"
_IGNORE_COLOUR = "#e0e0c0"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KEY = re.compile(r"(?P<indent>\s*(?P<dash>-\s+)?)(?P<key>[A-Za-z_]+):(?:\s+(?P<value>.*))?")


def category_lines(classes: Sequence[ClassInfo]) -> bytes:
    """The file: the background, as ISAT wants it first, then the classes, and ignore regions last."""
    entries = [(_BACKGROUND, "#000000"), *((entry.name, entry.color) for entry in classes)]
    lines = [f"- color: '{color}'\n  name: {quoted(name)}\n" for name, color in entries]
    lines.append(f"- color: '{_IGNORE_COLOUR}'\n  name: {IGNORE}\n")
    return ("label:\n" + "".join(lines)).encode()


def read_categories(path: Path, reading: Reading) -> None:
    """Classes by their places: the one after the background is the first. Raises LabelerError."""
    known = {entry.name for entry in reading.found_classes}
    try:
        entries = list(_entries(read_text(path)))
    except ValueError as error:
        raise malformed(path, _("has a class name in a form that is not read")) from error
    names = [(name, color) for name, color in entries if name not in (IGNORE, "")]
    if names and names[0][0] not in BACKGROUNDS:
        names.insert(0, (_BACKGROUND, ""))
    for index, (text, color) in enumerate(names):
        name = class_name(text, str(path))
        if name in BACKGROUNDS or name in known:
            continue
        known.add(name)
        reading.found_classes.append(
            FoundClass(name, index, color.lower() if _COLOUR.fullmatch(color) else None)
        )


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Name and colour of everything in the list under `label`."""
    within = False
    entry: dict[str, str] = {}
    for line in text.splitlines():
        match = _KEY.fullmatch(line.rstrip())
        if match is None:
            continue
        if match["dash"] or not match["indent"]:
            yield from _done(entry)
        if not match["indent"]:
            within = match["key"] == "label"
        elif within:
            entry[match["key"]] = _unquoted(match["value"] or "")
    yield from _done(entry)


def _done(entry: dict[str, str]) -> Iterator[tuple[str, str]]:
    if "name" in entry:
        yield entry["name"], entry.get("color", "")
    entry.clear()


def _unquoted(value: str) -> str:
    """What a value says, in quotes of either kind or plain, without a comment behind it."""
    found = quoted_at(value, 0)
    return found[0] if found and not without_comment(value[found[1] :]) else without_comment(value)
