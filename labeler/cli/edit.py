"""`labeler edit`: the window."""

from __future__ import annotations

from pathlib import Path

import click

from labeler import system
from labeler.errors import LabelerError
from labeler.i18n import _


@click.command(
    "edit",
    help=_(
        "Open PATH, a folder of images or one image, in the editor. Without PATH: the folder of "
        "last time.\n\n"
        "\b\n"
        "Examples:\n"
        "  labeler edit photos\n"
        "  labeler edit photos/cup.jpg\n"
        "  labeler edit /mnt/read-only/photos --labels ~/labels"
    ),
)
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--labels",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=_("Keep the sidecars in a parallel tree below DIR, for image folders that cannot be written."),
)
@click.pass_context
def command(context: click.Context, path: Path | None = None, labels: Path | None = None) -> None:
    if labels is not None and path is None:
        raise click.UsageError(_("--labels needs the PATH of the images it belongs to."))
    context.exit(open_editor(path, labels))


def open_editor(path: Path | None, labels: Path | None = None) -> int:
    """Run the editor and return its exit code; LabelerError where no window can open."""
    # Qt does not raise where a display or a system library is missing: it ends the process. Ask before.
    problem = system.window_problem()
    if problem is not None:
        raise LabelerError(problem)
    from labeler.editor.app import run

    return run(path, labels)
