"""`isat.yaml`: the categories of a folder with their colours, in ISAT's order.

As little of YAML as ISAT writes there: a list under `label` of entries with a `name` and a `color`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from labeler.formats.base import ClassInfo
from labeler.formats.building import class_name
from labeler.formats.reading import FoundClass, Reading, read_text
from labeler.formats.shapes import BACKGROUNDS, IGNORE

FILE = "isat.yaml"
_BACKGROUND = "__background__"
_IGNORE_COLOUR = "#e0e0c0"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
#: What stands for a character in double quotes.
_ESCAPE = re.compile(r"\\(?:(?P<code>x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|(?P<named>.))")
_SINGLE = re.compile(r"'((?:[^']|'')*)'(?:\s+#.*)?\s*")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"(?:\s+#.*)?\s*')
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "N": "\x85", "L": "\u2028", "P": "\u2029", "_": "\xa0"}
_KEY = re.compile(r"(?P<indent>\s*(?P<dash>-\s+)?)(?P<key>[A-Za-z_]+):(?:\s+(?P<value>.*))?")


def category_lines(classes: Sequence[ClassInfo]) -> bytes:
    """The file: the background, as ISAT wants it first, then the classes, and ignore regions last."""
    entries = [(_BACKGROUND, "#000000"), *((entry.name, entry.color) for entry in classes)]
    lines = [f"- color: '{color}'\n  name: {_quoted(name)}\n" for name, color in entries]
    lines.append(f"- color: '{_IGNORE_COLOUR}'\n  name: {IGNORE}\n")
    return ("label:\n" + "".join(lines)).encode()


def read_categories(path: Path, reading: Reading) -> None:
    """Classes by their places: the one after the background is the first. Raises LabelerError for no text."""
    known = {entry.name for entry in reading.found_classes}
    names = [(name, color) for name, color in _entries(read_text(path)) if name not in (IGNORE, "")]
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


def _quoted(name: str) -> str:
    """In double quotes; what does not print is escaped, as YAML takes some of it for the end of a line."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in json.dumps(name, ensure_ascii=False))


def _unquoted(value: str) -> str:
    """What a value says, in quotes of either kind or plain, without a comment behind it."""
    if found := _SINGLE.fullmatch(value):
        return found[1].replace("''", "'")
    if found := _DOUBLE.fullmatch(value):
        return _ESCAPE.sub(_character, found[1])
    return f" {value}".split(" #")[0].strip()


def _character(match: re.Match[str]) -> str:
    if match["code"] is None:
        return _NAMED.get(match["named"], match["named"])
    number = int(match["code"][1:], 16)
    return chr(number) if number < 0x110000 else ""
