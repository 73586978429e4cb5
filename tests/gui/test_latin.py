"""Held keys on keyboards with another script: where the letter is counts, as for shortcuts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from labeler.editor.latin import latin_key

_CYRILLIC_ER = 0x0420  # on the key that is H on a Latin keyboard


def _event(key: int, scan_code: int = 0, virtual_key: int = 0) -> QKeyEvent:
    none = Qt.KeyboardModifier.NoModifier
    return QKeyEvent(QEvent.Type.KeyPress, key, none, scan_code, virtual_key, 0, chr(key).lower())


@pytest.mark.parametrize(
    ("platform", "scan_code", "virtual_key"), [("linux", 43, 0x6D2), ("win32", 0x23, 0x48), ("darwin", 0, 4)]
)
def test_a_letter_of_another_script_is_the_latin_one_on_its_key(platform, scan_code, virtual_key):
    assert latin_key(_event(_CYRILLIC_ER, scan_code, virtual_key), platform) == Qt.Key.Key_H


@pytest.mark.parametrize("key", [Qt.Key.Key_H, Qt.Key.Key_Odiaeresis, Qt.Key.Key_Space, Qt.Key.Key_F5])
def test_other_keys_are_themselves(key):
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, 43, 0x48, 0)
    for platform in ("linux", "win32", "darwin"):
        assert latin_key(event, platform) == key


def test_a_key_that_no_table_has_is_itself():
    assert latin_key(_event(_CYRILLIC_ER, scan_code=3), "linux") == _CYRILLIC_ER
