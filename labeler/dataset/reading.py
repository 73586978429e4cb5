"""From bytes to a record, or to one sentence that says what is wrong and where. Knows no folder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from labeler.dataset import records
from labeler.document.model import NOTHING, Annotation, Extra
from labeler.errors import LabelerError
from labeler.i18n import N_, _

if TYPE_CHECKING:
    from pydantic import JsonValue
    from pydantic_core import ErrorDetails

R = TypeVar("R", bound="records.Record")

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
#: A place or a value in a message is cut here: a hostile file must not fill the screen.
_LONGEST_QUOTE = 120


class NewerVersion(LabelerError):  # noqa: N818 - a state of the file more than a mistake
    """The file is of a later version of the format: show it, but never write it.

    ``annotation`` is what this version understands of a sidecar; None when that is nothing.
    """

    annotation: Annotation | None = None


class RecordError(Exception):
    """A broken rule, as the middle of a sentence: ``instances[3].id "k3f9" is taken already``."""


def read_record(kind: type[R], data: bytes, path: Path | str) -> R:
    """The record in ``data``; raises LabelerError naming ``path``, NewerVersion for a later version."""
    try:
        return kind.model_validate_json(data)
    except records.ValidationError as error:
        if newer := newer_version(kind, data, path):
            raise newer from None
        raise malformed(path, _why_no_json(data) or problem_of(error)) from None


def malformed(path: Path | str, problem: object) -> LabelerError:
    """The sentence for a file that is there but wrong."""
    return LabelerError(
        _("{file}: {problem}; repair the file or move it away.").format(file=path, problem=problem)
    )


def newer_version(kind: type[R], data: bytes, path: Path | str) -> NewerVersion | None:
    """The error to raise when ``data`` is of a later version than ours; None when it is not."""
    try:
        found = records.from_json(data)
    except ValueError:
        return None
    if not isinstance(found, dict) or found.get("format") != _format_of(kind):
        return None
    version = found.get("version")
    if type(version) is not int or version <= records.VERSION:
        return None
    return NewerVersion(
        _(
            "{file} was written by a newer labeler (format version {version}, this one knows {known}): "
            "it is not changed; update labeler to edit it."
        ).format(file=path, version=_quoted(version), known=records.VERSION)
    )


def as_known_version(data: bytes) -> bytes:
    """A later version's file as if it were ours: what we do not know in it is kept as unknown keys."""
    return records.to_json({**records.from_json(data), "version": records.VERSION})


def extra_of(record: records.Record, where: str) -> Extra:
    """The keys of a record that the format does not know; RecordError for a number JSON lacks."""
    return finite(record.model_extra, where) if record.model_extra else NOTHING


def finite(values: Mapping[str, JsonValue], where: str) -> Extra:
    """The same values when every number in them is finite; raises RecordError otherwise."""
    for key, value in values.items():
        if not _is_finite(value):
            place = _quoted(f"{where}.{key}".removeprefix("."))
            raise RecordError(_("{where} must be a finite number").format(where=place))
    return values or NOTHING


def check_unique(values: Iterable[object], where: str, key: str) -> None:
    """Raises RecordError at ``where[index].key`` for the first value that was there before."""
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            place = f"{where}[{index}].{key}"
            raise RecordError(
                _('{where} "{value}" is taken already').format(where=place, value=_quoted(value))
            )
        seen.add(value)


def problem_of(error: records.ValidationError) -> str:
    """The first error as the middle of a sentence: where, and what is wrong there."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return _("is not valid JSON ({error})").format(error=_quoted(first["ctx"]["error"]))
    where = _quoted(_place(first["loc"])) or _("the content")
    return f"{where} {_expectation(first)}"


# --- what a place must hold --------------------------------------------------------------------------------

_BY_KEY = {
    "file": N_("must be the name of the image, without a folder"),
    "id": N_("must be 1 to 64 letters, digits, - or _"),
    "class": N_("must be a text of 1 to 200 characters without control characters"),
    "name": N_("must be a text of 1 to 200 characters without control characters"),
    "color": N_("must be a colour like #e6194b"),
    "format": N_("must be {expected}"),
}
_BY_TYPE = {
    "missing": N_("is missing"),
    "string_type": N_("must be a text"),
    "string_unicode": N_("is not valid Unicode"),
    "int_type": N_("must be a whole number"),
    "float_type": N_("must be a number"),
    "finite_number": N_("must be a finite number"),
    "less_than_equal": N_("must be at most {le:.0f}"),
    "greater_than_equal": N_("must be at least {ge:.0f}"),
    "literal_error": N_("must be {expected}"),
    "list_type": N_("must be a list"),
    "tuple_type": N_("must be a pair of numbers, x and y"),
    "dict_type": N_("must be an object"),
    "model_type": N_("must be an object"),
}


def _expectation(error: ErrorDetails) -> str:
    kind, loc, context = error["type"], error["loc"], error.get("ctx", {})
    key = loc[-1] if loc else ""
    if kind == "string_pattern_mismatch" and isinstance(key, str) and key in _BY_KEY:
        return _(_BY_KEY[key])
    if key == "role" and error.get("input") == "ignore":
        return _('is "ignore", which belongs in the list "ignore" of the whole image')
    if kind in ("too_short", "too_long"):
        return _wrong_length(key, context)
    if kind in _BY_TYPE:
        return _(_BY_TYPE[kind]).format(**context)
    return _("is not what is expected there ({message})").format(message=_quoted(error["msg"]))


def _wrong_length(key: int | str, context: Mapping[str, Any]) -> str:
    if key == "points":
        return _("needs at least 3 points and has {count}").format(count=context["actual_length"])
    if key == "classes":
        return _("needs at least one class")
    return _("must be a pair of numbers, x and y")


def _place(loc: tuple[int | str, ...]) -> str:
    """As one would write it in a program: ``instances[3].polygons[0].points``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
    return text.removeprefix(".")


def _quoted(value: object) -> str:
    """Short, printable and on one line."""
    text = str(value)
    text = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _why_no_json(data: bytes) -> str | None:
    """What a parser says about these is true but helps nobody."""
    if not data.strip():
        return _("is empty")
    if data.startswith(_BYTE_ORDER_MARKS):
        return _("starts with a byte order mark: it must be UTF-8 without one")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return _("is not UTF-8 (byte {position})").format(position=error.start)
    return None


def _format_of(kind: type[records.Record]) -> str:
    return f"labeler.{kind.__name__.lower()}"


def _is_finite(value: JsonValue) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return True
