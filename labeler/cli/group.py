"""The command group: lists its commands without importing them, so that help and start-up stay quick."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from labeler import files, i18n
from labeler.errors import LabelerError
from labeler.i18n import _


@dataclass(frozen=True)
class Entry:
    """A command by name: ``module`` holds it as ``command``; ``title`` is marked with N_."""

    name: str
    module: str
    title: str

    def load(self) -> click.Command:
        command: click.Command = importlib.import_module(self.module).command
        return command


class LazyGroup(click.Group):
    """A group over a tuple of entries; failures that the user can act on end in one sentence and 1."""

    def __init__(self, *args: Any, entries: Sequence[Entry] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._entries = {entry.name: entry for entry in entries}

    def main(self, *args: Any, **kwargs: Any) -> Any:
        i18n.install()
        # Names of files and texts of other programs need not be Unicode: shown with escapes, never a crash.
        with contextlib.suppress(AttributeError, ValueError):
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # not in every shell
        return super().main(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self._entries.get(cmd_name)
        return entry.load() if entry else None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_(self.help or ""))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(entry.name, _(entry.title)) for entry in self._entries.values()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LabelerError as error:
            fail(ctx, str(error))
        except BrokenPipeError:
            raise  # click ends quietly: the reader of our output went away
        except OSError as error:
            fail(ctx, sentence(error))


def fail(ctx: click.Context, message: str) -> None:
    """Print one sentence to stderr and end with 1: problems were found."""
    click.echo(_("Error: {message}").format(message=message), err=True)
    ctx.exit(1)


def sentence(error: OSError) -> str:
    """What the system said, with the file it is about."""
    reason = files.reason(error)
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."
