"""`labeler export`: flags made from what the formats declare, a bar, the report, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from labeler import exporting
from labeler.cli.progress import bar
from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.formats import FORMATS
from labeler.formats.base import Format, Option, Options
from labeler.formats.report import ExportReport
from labeler.i18n import _


def export(
    dataset: Dataset, format: Format, out: Path, options: Options, quiet: bool = False
) -> ExportReport:
    """Write the dataset to the folder ``out`` under a progress bar."""
    with bar(_("Exporting"), quiet) as progress:
        try:
            return exporting.export(dataset, format, out, options, progress)
        except exporting.InsideDataset as error:
            # The same sentence, for somebody who types.
            raise LabelerError(
                _(
                    "{out} would put files into the dataset {folder}; choose another folder with --out."
                ).format(out=out, folder=dataset.root)
            ) from error


# --- flags -------------------------------------------------------------------------------------------------


def _format_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for every option that some format declares, in their order."""
    options: dict[str, list[tuple[Format, Option]]] = {}
    for format in FORMATS:
        for option in format.options:
            options.setdefault(option.name, []).append((format, option))
    for name, users in reversed(options.items()):
        command = click.option(f"--{name}", **_attributes(users))(command)
    return command


def _attributes(users: list[tuple[Format, Option]]) -> dict[str, Any]:
    by_text: dict[str, list[str]] = {}
    for format, option in users:
        default = _(" [default: {value}]").format(value=option.default) if option.choices else ""
        by_text.setdefault(_(option.help) + default, []).append(format.id)
    ours = "\n".join(
        text if len(ids) == len(FORMATS) else f"{', '.join(ids)}: {text}" for text, ids in by_text.items()
    )
    # None: not given, so that a flag which the chosen format does not have can be told from a default.
    attributes: dict[str, Any] = {"help": ours, "default": None}
    choices = dict.fromkeys(choice for _format, option in users for choice in option.choices)
    return attributes | ({"type": click.Choice(list(choices))} if choices else {"is_flag": True})


def _options_of(format: Format, given: dict[str, Any]) -> Options:
    """What was given, when the format has it."""
    known = {option.name: option for option in format.options}
    options = {name: value for name, value in given.items() if value is not None}
    for name, value in options.items():
        if name not in known:
            raise click.UsageError(
                _("--{option} is no option of the format {format}.").format(option=name, format=format.id)
            )
        if known[name].choices and value not in known[name].choices:
            raise click.UsageError(
                _("--{option} {value} is not possible with the format {format}.").format(
                    option=name, value=value, format=format.id
                )
            )
    return options


# --- command -----------------------------------------------------------------------------------------------


@click.command(
    "export",
    help=_(
        "Write the masks of the dataset DIR into the folder OUT. They are exact: the pixels whose centres "
        "are inside. Exit code 1 when something had to be left out.\n\n"
        "\b\n"
        "Examples:\n"
        "  labeler export photos --to masks --out masks\n"
        "  labeler export photos --to masks --per instance --bits 8 --out things\n"
        "  labeler export photos --to indexed --empty --out indexed\n"
        "  labeler export photos --to coco --segmentation polygons --out coco"
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--to",
    "format_id",
    required=True,
    type=click.Choice([format.id for format in FORMATS]),
    help="; ".join(f"{format.id}: {_(format.title)}" for format in FORMATS) + ".",
)
@click.option(
    "--out",
    required=True,
    metavar="OUT",
    type=click.Path(file_okay=False, path_type=Path),
    help=_("The folder to write into, outside the dataset. Files of an earlier export are replaced."),
)
@_format_flags
@click.option(
    "--labels",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("The sidecars are in a parallel tree below this folder."),
)
@click.option("--quiet", is_flag=True, help=_("Say only what went wrong."))
@click.option("--json", "as_json", is_flag=True, help=_("Write the report to stdout as JSON."))
@click.pass_context
def command(
    context: click.Context,
    /,
    folder: Path,
    format_id: str,
    out: Path,
    labels: Path | None,
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    format = next(format for format in FORMATS if format.id == format_id)
    options = _options_of(format, given)
    report = export(Dataset.open(folder, labels), format, out, options, quiet or as_json)
    if as_json:
        click.echo(json.dumps({"format": format.id, "out": str(out), **report.to_json()}, indent=2))
    elif not quiet:
        say(report.lines())
        if report.unlabelled:
            click.echo(_("With --empty, images without a label are written too."))
    for skipped in report.skipped:
        click.echo(_("Left out: {reason}").format(reason=skipped.reason), err=True)
    context.exit(1 if report.skipped else 0)


def say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
