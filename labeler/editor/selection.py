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
from labeler.tools.following import followed

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
    """Delete the chosen vertices, or what is selected when there are none."""
    vertices = workbench.context.editable_vertices
    if vertices and not workbench.controller.state.is_gesture:
        changed = edits.delete_vertices(workbench.context.base, vertices)
        workbench.context.session.commit(_("Delete vertices"), changed)
        return
    change(workbench, _("Delete"), lambda annotation, refs: (edits.remove_polygons(annotation, refs), ()))


def walk(workbench: Workbench, step: int) -> None:
    """Select the next shown instance in the order of the panel, topmost first, and look at it closely."""
    context = workbench.context
    if workbench.controller.state.is_gesture:
        return
    instances = context.base.instances
    shown = [i.id for i in reversed(instances) if i.id not in context.hidden and i.polygons]
    if not shown:
        workbench.reported.emit(_("There is no instance to go to."))
        return
    selected = {ref.owner for ref in context.selection}
    at = [place for place, id in enumerate(shown) if id in selected]
    start = (at[-1] if step > 0 else at[0]) if at else (-1 if step > 0 else 0)
    context.select_owner(shown[(start + step) % len(shown)])
    zoom_to(workbench, context.selection)


def hide(workbench: Workbench) -> None:
    """Hide whose polygons are selected, and let go of them: what is out of sight should not be changed."""
    context = workbench.context
    owners = {ref.owner for ref in context.selection}
    context.select(())
    context.set_hidden(owners, True)


def toggle_lock(workbench: Workbench) -> None:
    context = workbench.context
    owners = {ref.owner for ref in context.selection}
    context.set_locked(owners, not owners <= context.locked)


def show_all(workbench: Workbench) -> None:
    workbench.context.set_hidden(workbench.context.hidden, False)


def unlock_all(workbench: Workbench) -> None:
    workbench.context.set_locked(workbench.context.locked, False)


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
        lambda annotation, refs: _with_role(annotation, refs, role, class_name),
    )


def _with_role(annotation: Annotation, refs: Refs, role: Role, class_name: str) -> tuple[Annotation, Refs]:
    """Those that have the role already stay selected with those that get it."""
    changed, moved = edits.set_role(annotation, refs, role, class_name)
    had = [ref for ref in refs if annotation.polygon(ref).role is role]
    return changed, (*moved, *(ref for ref in followed(had, annotation, changed) if ref not in moved))


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
