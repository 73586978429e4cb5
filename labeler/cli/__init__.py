"""The command line. A command is a module here with one entry in COMMANDS; heavy imports are inside it."""

from __future__ import annotations

import click

from labeler import __version__
from labeler.cli.group import Entry, LazyGroup
from labeler.i18n import N_

COMMANDS = (
    Entry("edit", "labeler.cli.edit", N_("Open a folder or an image in the editor.")),
    Entry("export", "labeler.cli.export", N_("Write a dataset's masks for training code.")),
    Entry("import", "labeler.cli.import_", N_("Take over labels that other tools wrote.")),
    Entry("check", "labeler.cli.check", N_("Find what is wrong in a dataset.")),
    Entry("demo", "labeler.cli.demo", N_("Copy the sample dataset, export it and open it.")),
    Entry("schema", "labeler.cli.schema", N_("Write the JSON Schemas of labeler's files.")),
)


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    help=N_(
        "Draw include and exclude polygons on images, export exact masks. Without a command: open the editor "
        "where you left off."
    ),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="labeler", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        edit = main.get_command(context, "edit")
        assert edit is not None
        context.invoke(edit)
