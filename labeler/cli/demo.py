"""`labeler demo`: the sample dataset, its exports beside it, and the editor on it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from labeler import system
from labeler.cli.edit import open_editor
from labeler.errors import LabelerError
from labeler.i18n import _

DEFAULT = "labeler-demo"

#: Ids of the formats that the samples are exported in.
_EXPORTED = ("masks", "indexed", "coco")


@click.command(
    "demo",
    help=_(
        "Copy the sample dataset into DIR (default: labeler-demo), export its masks and COCO beside it into "
        "DIR-exported, and open the editor on it when there is a display. A demo that is already there keeps "
        "what you drew in it.\n\n"
        "\b\n"
        "Examples:\n"
        "  labeler demo\n"
        "  labeler demo ~/try-labeler --no-window"
    ),
)
@click.argument("folder", metavar="[DIR]", default=DEFAULT, type=click.Path(file_okay=False, path_type=Path))
@click.option("--no-window", is_flag=True, help=_("Copy and export only."))
@click.option("--quiet", is_flag=True, help=_("Say only what went wrong."))
@click.pass_context
def command(context: click.Context, folder: Path, no_window: bool, quiet: bool) -> None:
    folder = folder.absolute()
    exported = folder.with_name(f"{folder.name}-exported")
    copy_samples(folder)
    left_out = _export(folder, exported)
    for reason in left_out:
        click.echo(_("Left out: {reason}").format(reason=reason), err=True)
    if not quiet:
        _tell(folder, exported)
    context.exit((0 if no_window else _open(folder, quiet)) or int(bool(left_out)))


def _open(folder: Path, quiet: bool) -> int:
    problem = system.window_problem()
    if problem is None:
        return open_editor(folder)
    if not quiet:
        click.echo(problem, err=True)
    return 0


def copy_samples(folder: Path) -> None:
    """Put the samples into ``folder``; an earlier demo there stays as it is, also what was deleted in it."""
    samples = {sample.name: sample for sample in _samples()}
    there = _visible(folder) if folder.is_dir() else set()
    if _is_demo(there, set(samples)):
        return
    if not there <= set(samples):
        raise LabelerError(
            _("{folder} holds other files; give the demo a folder of its own.").format(folder=folder)
        )
    folder.mkdir(parents=True, exist_ok=True)
    # labeler.json last: without it the copy was interrupted and is taken up again.
    for name in sorted(samples, key=lambda name: (name == "labeler.json", name)):
        with samples[name].open("rb") as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)


def _visible(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def _is_demo(there: set[str], samples: set[str]) -> bool:
    return "labeler.json" in there and bool(there & (samples - {"labeler.json"}))


def _samples() -> list[Traversable]:
    folder = resources.files("labeler") / "samples"
    return [entry for entry in folder.iterdir() if entry.is_file() and not entry.name.endswith(".py")]


def _export(folder: Path, exported: Path) -> list[str]:
    from labeler.cli.export import export
    from labeler.formats import FORMATS

    formats = [format for format in FORMATS if format.id in _EXPORTED]
    reports = [export(str(folder), format, str(exported / format.id), {}) for format in formats]
    return list(dict.fromkeys(skipped.reason for report in reports for skipped in report.skipped))


def _tell(folder: Path, exported: Path) -> None:
    click.echo(_("Sample dataset: {folder}").format(folder=folder))
    click.echo(_("Its masks and COCO file: {folder}").format(folder=exported))
    click.echo(_("Draw in it:"))
    click.echo(f"  labeler edit {_typed(folder)}")
    click.echo(_("Export it again:"))
    click.echo(f"  labeler export {_typed(folder)} --to masks --out {_typed(exported / 'masks')}")


def _typed(path: Path) -> str:
    """As one would type it: quoted where it has spaces."""
    return shlex.quote(str(path)) if os.name == "posix" else subprocess.list2cmdline([str(path)])
