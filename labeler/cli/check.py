"""`labeler check`: what is wrong in a dataset, a finding a line, and exit codes for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import click

from labeler import checking
from labeler.cli.progress import bar
from labeler.i18n import _


@click.command(
    "check",
    help=_(
        "Look for what is wrong in the dataset DIR: sidecars that cannot be read, are newer or lack their "
        "image; images that are broken or of another size; polygons that cross themselves, lie outside the "
        "image or cut nothing; classes that are not listed. Every finding names the file and the instance. "
        "Nothing is changed.\n\n"
        "Exit code 1 when there are problems: something is lost, left out of exports or most likely a slip. "
        "Notes, such as an unused class or a sliver, are worth a look but leave it at 0.\n\n"
        "\b\n"
        "Examples:\n"
        "  labeler check photos\n"
        "  labeler check photos --json > findings.json\n"
        "  labeler check photos --quiet && labeler export photos --to masks --out masks"
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--labels",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("The sidecars are in a parallel tree below this folder."),
)
@click.option("--quiet", is_flag=True, help=_("Print problems only: no notes, no summary, no progress."))
@click.option("--json", "as_json", is_flag=True, help=_("Write the findings to stdout as JSON."))
@click.pass_context
def command(context: click.Context, folder: Path, labels: Path | None, quiet: bool, as_json: bool) -> None:
    with bar(_("Checking"), quiet or as_json) as progress:
        report = checking.check(folder, labels, progress)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        for finding in report.problems if quiet else report.findings:
            click.echo(finding.line())
        if not quiet:
            click.echo(report.summary())
    context.exit(1 if report.problems else 0)
