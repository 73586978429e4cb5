"""Texts and values in XML: what it cannot hold, and what else than text a value was."""

from __future__ import annotations

import json
import math
import re
from xml.sax.saxutils import escape, quoteattr

#: What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: A line's end comes back as it was only when escaped.
_LINE_ENDS = {"\r": "&#13;"}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
#: Longer ones are texts of digits.
_LONGEST_NUMBER = 15


def content(text: str) -> str:
    """A text between tags; what XML cannot hold is replaced."""
    return escape(_NOT_XML.sub("\ufffd", text), _LINE_ENDS)


def quoted(text: str) -> str:
    """A text as the value of an attribute, with its quotes; what XML cannot hold is replaced."""
    return quoteattr(_NOT_XML.sub("\ufffd", text))


def text_of(value: object) -> str | None:
    """A single value as a text; None for what is no single one, or cannot stand in XML."""
    if isinstance(value, str):
        return None if _NOT_XML.search(value) else value
    return json.dumps(value) if isinstance(value, bool | int | float) else None


def value_of(text: str) -> object:
    """What a text was: what looks like yes, no or a number becomes that."""
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        value = json.loads(text)
        return value if math.isfinite(value) else text
    return text
