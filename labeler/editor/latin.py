"""Which Latin letter a key has on a keyboard with another script.

Qt finds shortcuts by themselves on such keyboards; what looks at a key event on its own needs this.
"""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeyEvent

#: Beyond this code point letters are of another script (Greek, Cyrillic, Hebrew, …).
_LAST_LATIN = 0x24F
#: Rows of letters by the number of their first key: XKB key codes.
_XKB_ROWS = ((24, "QWERTYUIOP"), (38, "ASDFGHJKL"), (52, "ZXCVBNM"))
_XKB = {first + i: letter for first, row in _XKB_ROWS for i, letter in enumerate(row)}
#: Apple's virtual keys are places too.
_APPLE = {
    **dict(enumerate("ASDFHGZXCV")),
    **{code + 11: letter for code, letter in enumerate("BQWERYT")},
    31: "O", 32: "U", 34: "I", 35: "P", 37: "L", 38: "J", 40: "K", 45: "N", 46: "M",
}  # fmt: skip
#: Windows' virtual keys are the letters themselves.
_WINDOWS = {ord(letter): letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def latin_key(event: QKeyEvent, platform: str = sys.platform) -> int:
    """The event's ``Qt.Key``; for a letter of another script that of the Latin letter on the same key."""
    key = int(event.key())
    if not _LAST_LATIN < key < 0x110000 or not chr(key).isalpha():
        return key
    if platform == "win32":
        letter = _WINDOWS.get(event.nativeVirtualKey())
    elif platform == "darwin":
        letter = _APPLE.get(event.nativeVirtualKey())
    else:
        letter = _XKB.get(event.nativeScanCode())
    return ord(letter) if letter else key
