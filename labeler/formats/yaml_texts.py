"""Texts in YAML, as far as lists of classes need them: written in double quotes, read in either kind.

A reader of all of YAML would be one dependency more, for a list of names.
"""

from __future__ import annotations

import json
import re
import sys

_SINGLE = re.compile(r"'((?:[^'\n]|'')*)'")
_DOUBLE = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPES = dict(zip('0abtnvfre "/\\N_LP', '\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029'))


def quoted(text: str) -> str:
    """The text in double quotes, on one line.

    What does not print is escaped: YAML ends lines at some of it, and readers take some of it out.
    """
    # JSON's texts are YAML's, but for pairs of \u escapes: so the characters themselves.
    return "".join(c if c.isprintable() else _escaped(c) for c in json.dumps(text, ensure_ascii=False))


def quoted_at(text: str, at: int) -> tuple[str, int] | None:
    """The text whose quotes open here, and where it ends; None when there is none.

    Raises ValueError for an escape that YAML does not know.
    """
    if found := _SINGLE.match(text, at):
        return found[1].replace("''", "'"), found.end()
    if found := _DOUBLE.match(text, at):
        return _ESCAPE.sub(_character, found[1]), found.end()
    return None


def without_comment(text: str) -> str:
    """The rest of a line without spaces around it and without a comment."""
    return f" {text}".split(" #")[0].strip()


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code and int(code, 16) <= sys.maxunicode:
        return chr(int(code, 16))
    if code or escape[4] not in _ESCAPES:
        raise ValueError("an unknown escape")
    return _ESCAPES[escape[4]]
