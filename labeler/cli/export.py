"""`labeler export`: flags made from what the formats declare, a bar, the report, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from labeler import exporting
from labeler.cli.options import flags, options_of
from labeler.cli.progress import bar
from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.formats import EXPORT_FORMATS
from labeler.formats.base import Format, Options
from labeler.formats.choices import EXPORT_OPTIONS
from labeler.formats.report import ExportReport
from labeler.i18n import _


def export(
    dataset: Dataset,
    format: Format,
    out: Path,
    options: Options,
    quiet: bool = False,
    *,
    workers: int = 0,
    resume: bool = False,
) -> ExportReport:
    """Write the dataset to the folder ``out`` under a progress bar."""
    with bar(_("Exporting"), quiet) as progress:
        try:
            return exporting.export(dataset, format, out, options, progress, workers=workers, resume=resume)
        except exporting.InsideDataset as error:
            # The same sentence, for somebody who types.
            raise LabelerError(
                _(
                    "{out} would put files into the dataset {folder}; choose another folder with --out."
                ).format(out=out, folder=dataset.root)
            ) from error


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
        "  labeler export photos --to coco --segmentation polygons --out coco\n"
        "  labeler export photos --to yolo --split 80/10/10 --out training\n"
        "  labeler export photos --to masks --resume --workers 4 --out masks"
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--to",
    "format_id",
    required=True,
    type=click.Choice([format.id for format in EXPORT_FORMATS]),
    help="; ".join(f"{format.id}: {_(format.title)}" for format in EXPORT_FORMATS) + ".",
)
@click.option(
    "--out",
    required=True,
    metavar="OUT",
    type=click.Path(file_okay=False, path_type=Path),
    help=_("The folder to write into, outside the dataset. Files of an earlier export are replaced."),
)
@flags([(format, format.options) for format in EXPORT_FORMATS], EXPORT_OPTIONS)
@click.option(
    "--labels",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("The sidecars are in a parallel tree below this folder."),
)
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    default=0,
    metavar="N",
    help=_(
        "Share the work among so many processes. [default: as many as there are cores, when it is worth it]"
    ),
)
@click.option(
    "--resume",
    is_flag=True,
    help=_("Finish an interrupted export, or bring one up to date: what did not change is not made again."),
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
    workers: int,
    resume: bool,
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    format = next(format for format in EXPORT_FORMATS if format.id == format_id)
    options = options_of(format, format.options, EXPORT_OPTIONS, given)
    dataset = Dataset.open(folder, labels)
    report = export(dataset, format, out, options, quiet or as_json, workers=workers, resume=resume)
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
