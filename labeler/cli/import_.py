"""`labeler import`: what other tools wrote becomes sidecars; a bar, the report, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from labeler.cli.options import flags, options_of
from labeler.cli.progress import bar
from labeler.dataset.dataset import Dataset
from labeler.formats import IMPORT_FORMATS
from labeler.formats.choices import IMPORT_OPTIONS
from labeler.formats.guessing import guessed
from labeler.i18n import _
from labeler.importing import import_labels


@click.command(
    "import",
    help=_(
        "Give the images in the folder --images the labels that SOURCE has for them, a file or folder of "
        "another tool. Images that have labels keep them. Exit code 1 when something could not be read.\n\n"
        "\b\n"
        "Examples:\n"
        "  labeler import annotations.json --from coco --images photos\n"
        "  labeler import masks --from masks --class cell --tolerance 0.5 --images photos\n"
        "  labeler import photos --from labelme --images photos --dry-run\n"
        "  labeler import yolo --from yolo --images photos --replace"
    ),
)
@click.argument("source", metavar="SOURCE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--from",
    "format_id",
    type=click.Choice([format.id for format in IMPORT_FORMATS]),
    help="; ".join(f"{format.id}: {_(format.title)}" for format in IMPORT_FORMATS)
    + _(". [default: what SOURCE looks like]"),
)
@click.option(
    "--images",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("The dataset: the folder of the images. Sidecars are written beside them."),
)
@flags([(format, format.import_options) for format in IMPORT_FORMATS], IMPORT_OPTIONS)
@click.option(
    "--labels",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help=_("Write the sidecars into a parallel tree below this folder."),
)
@click.option("--dry-run", is_flag=True, help=_("Say what would be written, and write nothing."))
@click.option("--quiet", is_flag=True, help=_("Say only what went wrong."))
@click.option("--json", "as_json", is_flag=True, help=_("Write the report to stdout as JSON."))
@click.pass_context
def command(
    context: click.Context,
    /,
    source: Path,
    format_id: str | None,
    folder: Path,
    labels: Path | None,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    format_id = format_id or guessed(source)
    if not format_id:
        raise click.UsageError(
            _("{source} looks like none of the formats: say which it is with --from.").format(source=source)
        )
    format = next(format for format in IMPORT_FORMATS if format.id == format_id)
    options = options_of(format, format.import_options, IMPORT_OPTIONS, given)
    with bar(_("Importing"), quiet or as_json) as progress:
        report = import_labels(
            source, format, Dataset.open(folder, labels), options, progress, dry_run=dry_run
        )
    if as_json:
        click.echo(json.dumps({"format": format.id, "source": str(source), **report.to_json()}, indent=2))
    elif not quiet:
        for line in report.lines():
            click.echo(line)
    for skipped in report.skipped:
        click.echo(_("Left out: {reason}").format(reason=skipped.reason), err=True)
    nothing_fits = report.unknown and not report.images
    context.exit(1 if report.skipped or nothing_fits else 0)
