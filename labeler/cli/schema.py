"""`labeler schema`: the JSON Schemas, written from the records that read and write the files."""

from __future__ import annotations

from pathlib import Path

import click

from labeler.i18n import _


@click.command(
    "schema",
    help=_(
        "Write the JSON Schemas (draft 2020-12) of the sidecar and of labeler.json into the folder OUT "
        "(default: schemas).\n\n"
        "\b\n"
        "Example:\n"
        "  labeler schema schemas"
    ),
)
@click.argument("out", default="schemas", type=click.Path(file_okay=False, path_type=Path))
def command(out: Path) -> None:
    from labeler.dataset import schema

    out.mkdir(parents=True, exist_ok=True)
    for path in schema.write(out):
        click.echo(path)
