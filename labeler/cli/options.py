"""Flags of the command line made from what formats, exports and imports declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from labeler.exporting.places import is_address
from labeler.formats.base import Format, Option, Options
from labeler.i18n import _


class Place(click.Path):
    """A folder of this machine, or an address that fsspec knows; a text in any case."""

    def __init__(self, exists: bool = False) -> None:
        super().__init__(exists=exists, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        return value if is_address(str(value)) else super().convert(value, param, context)


#: Formats with the options that each of them has of its own.
Declared = Sequence[tuple[Format, Sequence[Option]]]


def flags(declared: Declared, common: Iterable[Option]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that adds a flag for every option, in their order: those of formats, then those of all."""
    users: dict[str, list[tuple[str, Option]]] = {}
    for format, options in declared:
        for option in options:
            users.setdefault(option.name, []).append((format.id, option))
    for option in common:
        users[option.name] = [("", option)]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name, of in reversed(users.items()):
            command = click.option(f"--{name}", name.replace("-", "_"), **_attributes(of))(command)
        return command

    return decorate


def options_of(
    format: Format, own: Sequence[Option], common: Iterable[Option], given: Mapping[str, Any]
) -> Options:
    """What was given, when this format has it and it is possible; raises click.UsageError."""
    known = {option.name: option for option in (*own, *common)}
    options = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
    for name, value in options.items():
        if name not in known:
            raise click.UsageError(
                _("--{option} is no option of the format {format}.").format(option=name, format=format.id)
            )
        if not known[name].accepts(value):
            raise click.UsageError(
                _("--{option} {value} is not possible with the format {format}.").format(
                    option=name, value=value, format=format.id
                )
            )
    return options


def _attributes(users: list[tuple[str, Option]]) -> dict[str, Any]:
    by_text: dict[str, list[str]] = {}
    for id, option in users:
        by_text.setdefault(_(option.help) + _default(option), []).append(id)
    ours = "\n".join(f"{', '.join(ids)}: {text}" if all(ids) else text for text, ids in by_text.items())
    # None: not given, so that a flag which the chosen format does not have can be told from a default.
    attributes: dict[str, Any] = {"help": ours, "default": None}
    choices = dict.fromkeys(choice for _id, option in users for choice in option.choices)
    first = users[0][1]
    if choices:
        return attributes | {"type": click.Choice(list(choices))}
    if isinstance(first.default, bool):
        return attributes | {"is_flag": True}
    if isinstance(first.default, float):
        return attributes | {"type": click.FloatRange(first.least, first.most), "metavar": first.metavar}
    return attributes | {"metavar": first.metavar}


def _default(option: Option) -> str:
    if isinstance(option.default, bool) or option.default == "":
        return ""
    value = f"{option.default:g}" if isinstance(option.default, float) else option.default
    return _(" [default: {value}]").format(value=value)
