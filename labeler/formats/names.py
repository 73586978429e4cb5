"""Names of exported files: one for every image, instance and class, safe on every system, never shared."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

_PLAIN = frozenset(" -_()+,=@")
#: File systems stop at 255 bytes for the whole name; an image's own name and ".png" must fit too.
_LONGEST_BYTES = 100
_NUMBER_BITS = 31


def output_stems(names: Sequence[str]) -> Iterable[str]:
    """For each image (posix path relative to the dataset) the path of its mask without ".png".

    "sub/photo.jpg" becomes "sub/photo"; where that would be another image's as well, for a file system that
    does not tell capitals apart, each keeps its suffix: "sub/photo.jpg".
    """
    # Nearly always no two are the same. Then nothing is kept but numbers: there may be a hundred thousand.
    hashes = np.fromiter((hash(_folded(_stem(name))) for name in names), np.int64, len(names))
    return map(_stem, names) if len(np.unique(hashes)) == len(names) else _different_stems(names)


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _different_stems(names: Sequence[str]) -> list[str]:
    stems = {name: _stem(name) for name in names}
    while shared := _shared(stems):
        keep = [name for name in shared if stems[name] != name]
        if not keep:
            break
        stems.update((name, name) for name in keep)
    return _numbered([stems[name] for name in names])


def image_numbers(names: Sequence[str]) -> list[int]:
    """For each image a number of its own from 1 to 2³¹ - 1 (readers keep them in 32 bits).

    It comes from the name, so it stays when images are added or the order changes. Where two names meet in
    one number, the first in the alphabet has it, and the others get the next that no name would have.
    """
    numbers = np.fromiter((hashed(name, _NUMBER_BITS) for name in names), np.int64, len(names))
    values, uses = np.unique(numbers, return_counts=True)
    for number in values[(uses > 1) | (values == 0)].tolist():
        sharing = sorted(np.flatnonzero(numbers == number).tolist(), key=lambda place: names[place])
        for place in sharing[1 if number else 0 :]:  # 0 is "none" to some readers
            numbers[place] = _next_free(number, numbers)
    found: list[int] = numbers.tolist()
    return found


def _next_free(number: int, numbers: NDArray[np.int64]) -> int:
    while not number or (numbers == number).any():
        number = (number + 1) & (1 << _NUMBER_BITS) - 1
    return number


def hashed(text: str, bits: int) -> int:
    """The same number of so many bits for the same text, on every machine and in every version."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & (1 << bits) - 1


def safe_names(names: Sequence[str]) -> list[str]:
    """For each of these different names one that may stand in a file name; different ones stay different.

    What is not a letter, a digit or harmless becomes %XX as in an address. Where two differ in capitals only,
    the later one gets a number.
    """
    return _numbered([_shortened("".join(_escaped(character) for character in name)) for name in names])


def _shared(stems: dict[str, str]) -> list[str]:
    uses = Counter(_folded(stem) for stem in stems.values())
    return [name for name, stem in stems.items() if uses[_folded(stem)] > 1]


def _numbered(stems: Sequence[str]) -> list[str]:
    """The same names, with "~2", "~3" … after what a forgetful file system would take for an earlier one."""
    taken: set[str] = set()
    numbered = []
    for stem in stems:
        free, count = stem, 1
        while _folded(free) in taken:
            count += 1
            free = f"{stem}~{count}"
        taken.add(_folded(free))
        numbered.append(free)
    return numbered


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFC", stem.casefold())


def _escaped(character: str) -> str:
    if character.isalnum() or character in _PLAIN:
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _shortened(name: str) -> str:
    data = name.encode()
    if len(data) <= _LONGEST_BYTES:
        return name
    return f"{data[:_LONGEST_BYTES].decode(errors='ignore')}~{hashlib.sha256(data).hexdigest()[:12]}"
