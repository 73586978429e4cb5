"""What can be done with what is selected: the menus and the instances panel do the same things here.

What is locked or read-only stays as it is; nothing is done in the middle of a gesture.
"""

from __future__ import annotations

from collections.abc import Callable

from labeler.document import edits
from labeler.document.edits import Refs
from labeler.document.model import Annotation, Owner, Role
from labeler.editor.workbench import Workbench
from labeler.i18n import _

#: How far aside a copy lies, in screen pixels, so that it is seen.
_ASIDE_PX = 12


def change(
    workbench: Workbench, name: str, edit: Callable[[Annotation, Refs], tuple[Annotation, Refs]]
) -> None:
    """Commit an edit of the selected polygons as one step and select what it made of them."""
    context = workbench.context
    if workbench.controller.state.is_gesture:
        workbench.reported.emit(_("First finish what is being drawn, or press Esc."))
        return
    refs = context.editable(context.selection)
    if not refs:
        return
    annotation, selection = edit(context.base, refs)
    context.session.commit(name, annotation)
    context.select(selection)


def zoom_to(workbench: Workbench, refs: Refs) -> None:
    """Look at these polygons closely."""
    boxes = [workbench.context.base.polygon(ref).bounds for ref in refs]
    if boxes:
        left, top, right, bottom = zip(*boxes)
        workbench.zoom_requested.emit((min(left), min(top), max(right), max(bottom)))


def delete(workbench: Workbench) -> None:
    change(workbench, _("Delete"), lambda annotation, refs: (edits.remove_polygons(annotation, refs), ()))


def duplicate(workbench: Workbench) -> None:
    aside = _ASIDE_PX * workbench.context.pixel
    change(
        workbench,
        _("Duplicate"),
        lambda annotation, refs: edits.duplicate(annotation, refs, (aside, aside)),
    )


def set_role(workbench: Workbench, role: Role) -> None:
    class_name = workbench.context.current_class
    change(
        workbench,
        _("Change role"),
        lambda annotation, refs: edits.set_role(annotation, refs, role, class_name),
    )


def bring_to_front(workbench: Workbench) -> None:
    change(workbench, _("Bring to front"), lambda annotation, refs: _to_end(annotation, refs, front=True))


def send_to_back(workbench: Workbench) -> None:
    change(workbench, _("Send to back"), lambda annotation, refs: _to_end(annotation, refs, front=False))


def _to_end(annotation: Annotation, refs: Refs, *, front: bool) -> tuple[Annotation, Refs]:
    """Whole instances go to an end of the painting order, parts of one to an end of its walking order."""
    owners: dict[Owner, list[int]] = {}
    for ref in refs:
        owners.setdefault(ref.owner, []).append(ref.index)
    whole = {
        owner
        for owner, indices in owners.items()
        if isinstance(owner, str) and len(indices) == len(annotation.polygons(owner))
    }
    if whole:
        end = len(annotation.instances) if front else 0
        annotation = edits.reorder_instances(annotation, whole, end)
    moved = [ref for ref in refs if ref.owner in whole]
    for owner in owners.keys() - whole:
        end = len(annotation.polygons(owner)) if front else 0
        annotation, places = edits.reorder_polygons(annotation, owner, owners[owner], end)
        moved += places
    return annotation, tuple(moved)
