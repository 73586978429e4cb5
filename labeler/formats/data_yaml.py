"""`data.yaml` of YOLO datasets: written by hand, and the class names read from those that others wrote.

Of YAML that is the part that such files use for names: a list or numbered names, one a line or in brackets,
plain or in quotes. Anything else is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from labeler.formats.base import ClassInfo
from labeler.formats.reading import malformed, read_text
from labeler.formats.yaml_texts import quoted, quoted_at, without_comment
from labeler.i18n import _

#: Ultralytics takes no gaps between the numbers of classes; where our indices have some, these fill them.
_FILLING = "unused_{index}"

_KEY = re.compile(r"^names[ \t]*:(?=[ \t\r\n]|\Z)", re.MULTILINE)
_KEYPOINTS = re.compile(r"^kpt_shape[ \t]*:", re.MULTILINE)
_PLAIN_IN_BRACKETS = re.compile(r"[^,\[\]{}\n#:'\"]+")
_GAP = re.compile(r"(?:[ \t\r\n]|(?<=[ \t\n])#[^\n]*)*")
_NUMBER = re.compile(r"(\d{1,6}|'\d{1,6}'|\"\d{1,6}\")[ \t]*:(?=[ \t\r\n]|\Z)")
#: What a plain text may not begin with: it would mean something else.
_INDICATORS = "#'\"[]{},&*!|>%@`"


def data_yaml(classes: Sequence[ClassInfo], splits: Sequence[str]) -> bytes:
    """The file that Ultralytics trains by. Without splits the images are both for training and validation.

    It says no `path`: a relative one would count from wherever training is started, and without it everything
    is relative to the file.
    """
    places = [(split, f"images/{split}") for split in splits if split]
    lines = [f"{key}: {place}" for key, place in places or [("train", "images"), ("val", "images")]]
    name_of = {entry.index - 1: entry.name for entry in classes}
    lines.append("names:")
    lines += [
        f"  {number}: {quoted(name_of.get(number, filling(number)))}"
        for number in range(max(name_of, default=-1) + 1)
    ]
    return ("\n".join(lines) + "\n").encode()


def filling(number: int) -> str:
    """What stands for the class of a number, counted from 0, where there is none."""
    return _FILLING.format(index=number + 1)


def read_names(path: Path) -> dict[int, str]:
    """The class names by their numbers, from 0; none where the file says none. Raises LabelerError."""
    text = read_text(path)
    key = _KEY.search(text)
    if key is None:
        return {}
    try:
        return dict(_in_brackets(text, key.end()) if _opens(text, key.end()) else _by_line(text[key.end() :]))
    except ValueError as error:
        problem = _('has class names in a form that is not read; write one a line, as in 0: "cup"')
        raise malformed(path, problem) from error


def has_keypoints(path: Path) -> bool:
    """Whether the labels are boxes with keypoints, which have as many numbers as a ring may have."""
    return _KEYPOINTS.search(read_text(path)) is not None


# --- reading -----------------------------------------------------------------------------------------------


def _opens(text: str, at: int) -> bool:
    return text[_skip(text, at) :].startswith(("[", "{"))


def _skip(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _in_brackets(text: str, at: int) -> Iterator[tuple[int, str]]:
    """[a, b] or {0: a, 1: b}, over as many lines as it takes."""
    at = _skip(text, at)
    closing = {"[": "]", "{": "}"}[text[at]]
    number = -1
    at = _skip(text, at + 1)
    while not text.startswith(closing, at):
        number += 1
        if closing == "}":
            number, at = _numbered(text, at)
        name, at = _name(text, at)
        yield number, name
        at = _skip(text, at)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
        elif not text.startswith(closing, at):
            raise ValueError(f"neither a comma nor {closing}")


def _by_line(text: str) -> Iterator[tuple[int, str]]:
    """- a, or 0: a, line by line; what is not indented is another key."""
    first, *lines = text.splitlines() or [""]
    if without_comment(first):
        raise ValueError("a name beside the key")
    count = 0
    for line in lines:
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        if content.startswith("- "):
            number, content = count, content[2:].strip()
        elif line[0] not in " \t":
            return
        else:
            number, at = _numbered(content, 0)
            content = content[at:]
        count += 1
        yield number, _whole(content)


def _numbered(text: str, at: int) -> tuple[int, int]:
    found = _NUMBER.match(text, at)
    if found is None:
        raise ValueError("no number")
    return int(found[1].strip("'\"")), _skip(text, found.end())


def _whole(text: str) -> str:
    """The name that is all there is on the rest of a line."""
    if text.startswith(("'", '"')):
        name, at = _name(text, 0)
        if without_comment(text[at:]):
            raise ValueError("more than a name")
        return name
    name = without_comment(text)
    if not name or name[0] in _INDICATORS or name.startswith(("- ", "? ")) or ": " in name or name[-1] == ":":
        raise ValueError("no name")
    return name


def _name(text: str, at: int) -> tuple[str, int]:
    """The name that begins here, within brackets or in quotes, and where it ends."""
    if in_quotes := quoted_at(text, at):
        return in_quotes
    found = _PLAIN_IN_BRACKETS.match(text, at)
    if found is None or found[0].strip()[:1] in ("", *_INDICATORS):
        raise ValueError("no name")
    return found[0].strip(), found.end()
