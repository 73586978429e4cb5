"""The classes of a Pascal VOC folder: what its lists say an index or a colour stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from labeler.formats.building import class_name
from labeler.formats.reading import FoundClass, read_text

LABEL_MAP, CLASS_NAMES = "labelmap.txt", "class_names.txt"
#: Lists of names that others write, one a line.
_NAME_LISTS = (CLASS_NAMES, "labels.txt")
BACKGROUND = "background"
#: What Datumaro calls 255.
IGNORED = "ignored"
_BACKGROUNDS = (BACKGROUND, "_background_", "__background__")
_LABEL = re.compile(r"(.+):\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*:[^:]*:[^:]*")

Colour = tuple[int, int, int]


def _colour(index: int) -> Colour:
    """VOC's colour of an index: its bits, three by three, become the highest ones of red, green and blue."""
    channels = [0, 0, 0]
    for place in range(8):
        for channel in range(3):
            channels[channel] |= (index >> 3 * place + channel & 1) << 7 - place
    return channels[0], channels[1], channels[2]


#: VOC's palette.
COLOURS = tuple(_colour(index) for index in range(256))
INDEX_OF = {red << 16 | green << 8 | blue: index for index, (red, green, blue) in enumerate(COLOURS)}
#: Its colour for what is not known, red · 65536 + green · 256 + blue.
VOID = next(colour for colour, index in INDEX_OF.items() if index == 255)


@dataclass
class ClassList:
    """Names by index, and by colour (red · 65536 + green · 256 + blue)."""

    by_index: dict[int, str] = field(default_factory=dict)
    by_colour: dict[int, str] = field(default_factory=dict)

    def found(self) -> Iterator[FoundClass]:
        """All classes of the lists, each once."""
        colours = {name: f"#{colour:06x}" for colour, name in reversed(self.by_colour.items())}
        indices = {name: index for index, name in self.by_index.items()}
        for name in dict.fromkeys((*self.by_index.values(), *self.by_colour.values())):
            if name not in _BACKGROUNDS:
                yield FoundClass(name, indices.get(name), colours.get(name))


def class_list(folder: Path) -> ClassList:
    """What the lists in a folder say; nothing where there are none. Raises LabelerError."""
    classes = ClassList()
    for name in _NAME_LISTS:
        if (folder / name).is_file() and not classes.by_index:
            classes.by_index = _names(folder / name)
    if (folder / LABEL_MAP).is_file():
        classes.by_colour = _label_map(folder / LABEL_MAP)
    return classes


def _names(path: Path) -> dict[int, str]:
    """Names by the lines they stand in, from 0; from 1 where no line is the background."""
    lines = [line.strip() for line in read_text(path).splitlines()]
    first = next((n for n, line in enumerate(lines) if line in _BACKGROUNDS), -1)
    names = {n - first: class_name(line, str(path)) for n, line in enumerate(lines) if n > first and line}
    return {index: name for index, name in names.items() if index < 255}


def _label_map(path: Path) -> dict[int, str]:
    found: dict[int, str] = {}
    for line in read_text(path).splitlines():
        if match := _LABEL.fullmatch(line.strip()):
            red, green, blue = (int(match[n]) for n in (2, 3, 4))
            is_void = match[1] == IGNORED and (red, green, blue) == COLOURS[255]
            if max(red, green, blue) < 256 and not is_void:
                found.setdefault(red << 16 | green << 8 | blue, class_name(match[1], str(path)))
    return found
