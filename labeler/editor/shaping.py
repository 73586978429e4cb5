"""What the Shape menu does at once with what is selected, and what it says about it.

Few points are dealt with here and now; many off the UI thread, where Esc gives them up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from labeler.document.model import Annotation, Instance, PolygonRef, Role
from labeler.editor.workbench import Workbench
from labeler.i18n import _, ngettext
from labeler.tools.late import Late

if TYPE_CHECKING:
    from labeler.document import shaping
    from labeler.editor import adjuster
    from labeler.editor.adjuster import Edit, Made
else:
    adjuster = Late("labeler.editor.adjuster")
    shaping = Late("labeler.document.shaping")

#: More points than this (some 50 ms of work) are dealt with off the UI thread.
MANY_POINTS = 5_000


def unite(workbench: Workbench) -> None:
    _run(workbench, _("Union"), lambda annotation, refs, tick: shaping.unite(annotation, refs), _class_told)


def intersect(workbench: Workbench) -> None:
    _run(
        workbench,
        _("Intersect"),
        lambda annotation, refs, tick: shaping.intersect(annotation, refs),
        _class_told,
    )


def subtract(workbench: Workbench) -> None:
    _run(
        workbench,
        _("Subtract"),
        lambda annotation, refs, tick: shaping.subtract(annotation, refs),
        _gone_told,
    )


def fill_holes(workbench: Workbench) -> None:
    _run(workbench, _("Fill holes"), shaping.fill_holes, lambda before, made: "")


# --- when --------------------------------------------------------------------------------------------------


def can_combine(workbench: Workbench) -> bool:
    """At least two things that may be changed are selected. Looks at few of many."""
    context = workbench.context
    refs = _changeable(workbench)
    first = next((ref for ref in refs if isinstance(ref.owner, str)), None)
    includes = 0
    for ref in refs if first else ():
        assert first
        if isinstance(ref.owner, str) and ref.owner != first.owner:
            return True
        includes += ref.owner == first.owner and context.base.polygon(ref).role is Role.INCLUDE
        if includes > 1:
            return True
    return len(refs) > 1 and shaping.things_in(context.base, refs) > 1


def can_shape_instances(workbench: Workbench) -> bool:
    """An instance that may be changed is selected, or a part of it."""
    return any(isinstance(ref.owner, str) for ref in _changeable(workbench))


def _changeable(workbench: Workbench) -> tuple[PolygonRef, ...]:
    if workbench.controller.state.is_gesture:
        return ()
    return workbench.context.editable(workbench.context.selection)


# --- doing and telling -------------------------------------------------------------------------------------


def _run(workbench: Workbench, name: str, edit: Edit, told: Callable[[list[Instance], Made], str]) -> None:
    context = workbench.context
    refs = context.editable(context.selection)
    owners = {ref.owner for ref in refs}
    few = sum(len(p.points) for owner in owners for p in context.base.polygons(owner)) <= MANY_POINTS
    chosen = [instance for instance in context.selected_instances if instance.id in owners]

    def tell(before: Annotation, made: Made) -> None:
        unchanged = made.annotation is before
        sentence = _("Nothing to change in what is selected.") if unchanged else told(chosen, made)
        if sentence:
            workbench.reported.emit(sentence)

    adjuster.run(workbench, name, edit, tell, at_once=few)


def _class_told(chosen: list[Instance], made: Made) -> str:
    """The lowest gives its class to all: said where that is a choice."""
    classes = dict.fromkeys(instance.class_name for instance in chosen)
    if len(classes) < 2:
        return ""
    return _("Of {names} only one could stay: the result is of the lowest's class, {name}.").format(
        names=", ".join(classes), name=chosen[0].class_name
    )


def _gone_told(chosen: list[Instance], made: Made) -> str:
    gone = sum(not made.annotation.has_instance(instance.id) for instance in chosen)
    if not gone:
        return ""
    return ngettext(
        "{count} instance lay wholly under the topmost one and is gone; undo brings it back.",
        "{count} instances lay wholly under the topmost one and are gone; undo brings them back.",
        gone,
    ).format(count=gone)
