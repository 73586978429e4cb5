"""What can be done with classes: the panel, the menus and the number keys do the same things here.

The list on disk is read again before it is changed: another window or program may have added some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from labeler.dataset.classes import Classes
from labeler.document import edits
from labeler.editor.open_image import signature_of
from labeler.errors import LabelerError
from labeler.i18n import _, ngettext

if TYPE_CHECKING:
    from labeler.dataset.dataset import Progress

if TYPE_CHECKING:
    from labeler.editor.workbench import Workbench


def choose(workbench: Workbench, name: str) -> None:
    """The class of what is drawn next, and of what is selected."""
    _draw_with(workbench, name)
    changing = (i for i in workbench.context.selected_instances if i.class_name != name)
    ids = {i.id for i in changing if i.id not in workbench.context.locked}
    if ids and not workbench.context.read_only and not workbench.controller.state.is_gesture:
        changed = edits.set_class(workbench.context.base, ids, name)
        workbench.context.session.commit(_("Change class"), changed)
        text = ngettext("{count} instance is now {name}.", "{count} instances are now {name}.", len(ids))
        workbench.reported.emit(text.format(count=len(ids), name=name))


def _draw_with(workbench: Workbench, name: str) -> None:
    workbench.context.current_class = name
    if workbench.dataset:
        workbench.settings.remember_class(workbench.dataset.root, name)
    workbench.class_changed.emit()
    workbench.state_changed.emit()


def add(workbench: Workbench, name: str) -> bool:
    """Add a class and draw with it from now on; says why when it cannot."""
    added = _is_a_name(workbench, name) and _change(workbench, lambda classes: classes.add(name))
    if added:
        _draw_with(workbench, workbench.classes.entries[-1].name)  # without the spaces around it
    return added


def unlisted(workbench: Workbench) -> tuple[str, ...]:
    """Classes of the shown image that the dataset does not list (another program wrote them)."""
    names = dict.fromkeys(i.class_name for i in workbench.context.base.instances)
    return tuple(name for name in names if workbench.classes.by_name(name) is None)


def list_unlisted(workbench: Workbench, names: Iterable[str]) -> None:
    """Add classes that images already use."""

    def listed(classes: Classes) -> Classes:
        for name in names:
            classes = classes.add(name)
        return classes

    _change(workbench, listed)


def recolor(workbench: Workbench, name: str, color: str) -> None:
    _change(workbench, lambda classes: classes.recolor(name, color))


def rename(workbench: Workbench, old: str, new: str, progress: Progress = lambda done, total: None) -> None:
    """Rename in the class list, in every sidecar and in every step of every open image."""
    new = new.strip()
    if workbench.dataset is None or old == new or not _is_a_name(workbench, new):
        return
    left = workbench.flush()
    if left:
        workbench.reported.emit(_("Not renamed: {name} could not be saved first.").format(name=left[0]))
        return
    current = {name for name, opened in workbench.opened.items() if opened.is_current(workbench.dataset)}
    try:
        workbench.dataset.reload_classes()
        workbench.dataset.rename_class(old, new, progress)
    except LabelerError as error:
        workbench.reported.emit(str(error))
        return
    for opened in workbench.opened.values():
        opened.session.rename_class(old, new)
        opened.saved, opened.asked = opened.session.base, None  # renamed on disk too
        # What another program changed meanwhile must still be noticed.
        if opened.entry.name in current:
            opened.signature = signature_of(workbench.dataset, opened.entry)
    if workbench.context.current_class == old:
        _draw_with(workbench, new)
    workbench.classes_changed.emit()


def _is_a_name(workbench: Workbench, name: str) -> bool:
    if not name.strip():
        workbench.reported.emit(_("A class needs a name."))
    return bool(name.strip())


def _change(workbench: Workbench, change: Callable[[Classes], Classes]) -> bool:
    if workbench.dataset is None:
        return False
    try:
        workbench.dataset.reload_classes()  # another window or program may have added some
        workbench.dataset.save_classes(change(workbench.dataset.classes))
    except LabelerError as error:
        workbench.reported.emit(str(error))
        return False
    workbench.classes_changed.emit()
    return True
