"""Files: open, save, export, import."""

from __future__ import annotations

from labeler.editor.actions.base import FILE, Action, has_image
from labeler.i18n import N_

ACTIONS: tuple[Action, ...] = (
    Action(
        "file.open", N_("Open folder…"), FILE, lambda w: w.ask_folder(), ("Ctrl+O",), "folder-open",
        N_("Open a folder of images"), toolbar=True,
    ),
    Action(
        "file.save", N_("Save"), FILE, lambda w: w.workbench.save_now(), ("Ctrl+S",), "save",
        N_("Save now; every change is saved by itself"), enabled=has_image,
    ),
    Action(
        "file.export", N_("Export…"), FILE, lambda w: w.export(), ("Ctrl+E",), "file-output",
        N_("Write the masks of the whole folder for training code"), enabled=has_image, toolbar=True,
    ),
    Action(
        "file.import", N_("Import…"), FILE, lambda w: w.import_labels(), ("Ctrl+Shift+I",), "file-input",
        N_("Give the images labels that another tool wrote"), enabled=has_image,
    ),
    Action(
        "file.quit", N_("Quit"), FILE, lambda w: w.close(), ("Ctrl+Q",),
        tip=N_("Save what is not saved yet and close the window"), separated=True,
    ),
)  # fmt: skip
