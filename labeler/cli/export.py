"""`labeler export`: flags made from what the formats declare, a bar, the report, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from labeler import exporting
from labeler.cli.options import Place, flags, options_of
from labeler.cli.progress import bar
from labeler.errors import LabelerError
from labeler.formats import EXPORT_FORMATS
from labeler.formats.base import Format, Options
from labeler.formats.choices import EXPORT_OPTIONS
from labeler.formats.report import ExportReport
from labeler.i18n import _


def export(
    folder: str,
    format: Format,
    out: str,
    options: Options,
    quiet: bool = False,
    **how: Any,
) -> ExportReport:
    """Write the dataset to the folder ``out`` under a progress bar."""
    with bar(_("Exporting"), quiet) as progress:
        try:
            return exporting.export_at(folder, format, out, options, progress, **how)
        except exporting.InsideDataset as error:
            # The same sentence, for somebody who types.
            raise LabelerError(
                _(
                    "{out} would put files into the dataset {folder}; choose another folder with --out."
                ).format(out=out, folder=folder)
            ) from error


@click.command(
    "export",
    help=_(
        "Write the masks of the dataset DIR into the folder OUT. They are exact: the pixels whose centres "
        "are inside. DIR and OUT may be addresses that fsspec knows, such as s3://bucket/photos (extra "
        "cluster). Exit code 1 when something had to be left out.\n\n"
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
@click.argument("folder", metavar="DIR", type=Place(exists=True))
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
    type=Place(),
    help=_("The folder to write into, outside the dataset. Files of an earlier export are replaced."),
)
@flags([(format, format.options) for format in EXPORT_FORMATS], EXPORT_OPTIONS)
@click.option(
    "--labels",
    metavar="DIR",
    type=Place(exists=True),
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
    "--cluster",
    default="",
    metavar="ADDRESS",
    help=_("Let the workers of this Dask scheduler do the work, such as tcp://host:8786."),
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
    folder: str,
    format_id: str,
    out: str,
    labels: str | None,
    workers: int,
    cluster: str,
    resume: bool,
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    format = next(format for format in EXPORT_FORMATS if format.id == format_id)
    options = options_of(format, format.options, EXPORT_OPTIONS, given)
    how = {"labels": labels, "workers": workers, "cluster": cluster, "resume": resume}
    report = export(folder, format, out, options, quiet or as_json, **how)
    if as_json:
        click.echo(json.dumps({"format": format.id, "out": out, **report.to_json()}, indent=2))
    elif not quiet:
        say(report.lines())
        if report.unlabelled:
            click.echo(_("With --empty, images without a label are written too."))
    for skipped in report.skipped:
        click.echo(_("Left out: {reason}").format(reason=skipped.reason), err=True)
    if report.filtered and not report.images:
        click.echo(_("Nothing was asked for that is there: check --only and --classes."), err=True)
    context.exit(1 if report.skipped or (report.filtered and not report.images) else 0)


def say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
