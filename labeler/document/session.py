"""The one door for changes: preview, commit, rollback, undo, redo. Knows no window and no file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec

from labeler.document import edits
from labeler.document.model import Annotation, Instance, Owner, Role
from labeler.document.table import common_ends, differing

P = ParamSpec("P")


class Signal(Generic[P]):
    """Calls its listeners, in the order they connected. One thread only."""

    def __init__(self) -> None:
        self._listeners: list[Callable[P, Any]] = []

    def connect(self, listener: Callable[P, Any]) -> None:
        self._listeners.append(listener)

    def disconnect(self, listener: Callable[P, Any]) -> None:
        self._listeners.remove(listener)

    def emit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for listener in tuple(self._listeners):
            listener(*args, **kwargs)


@dataclass(frozen=True)
class _Step:
    name: str
    annotation: Annotation


class Session:
    """The annotation of one open image and every step that led to it, without a limit.

    ``annotation_changed`` fires at mouse speed, with the owners whose polygons differ from before, on
    previews too. ``history_changed`` fires once per gesture: commit, undo, redo.
    """

    def __init__(self, annotation: Annotation) -> None:
        self.annotation_changed: Signal[[frozenset[Owner]]] = Signal()
        self.history_changed: Signal[[]] = Signal()
        self._steps = [_Step("", annotation)]
        self._present = 0
        self._preview: Annotation | None = None

    @property
    def annotation(self) -> Annotation:
        """What is shown: the preview while a gesture is under way, else ``base``."""
        return self.base if self._preview is None else self._preview

    @property
    def base(self) -> Annotation:
        """The annotation as of the last commit: what gestures start from and what is saved."""
        return self._steps[self._present].annotation

    @property
    def is_previewing(self) -> bool:
        return self._preview is not None

    def preview(self, annotation: Annotation) -> None:
        """Show what a gesture would make; leaves no trace until it is committed."""
        before = self.annotation
        self._preview = annotation
        self._announce(before)

    def commit(self, name: str, annotation: Annotation | None = None) -> None:
        """Make ``annotation`` (or the preview) the next step, called ``name`` in the undo menu.

        What equals ``base``, such as a drag back to where it began, is no step. After a step, what had been
        undone can no longer be redone.
        """
        before = self.annotation
        after = before if annotation is None else annotation
        self._preview = None
        if after == self.base:  # cheap: what is shared is compared by identity
            self._announce(before)
            return
        self._steps[self._present + 1 :] = [_Step(name, after)]
        self._present += 1
        self._announce(before)
        self.history_changed.emit()

    def rollback(self) -> None:
        """Forget the preview."""
        before = self.annotation
        self._preview = None
        self._announce(before)

    @property
    def undo_name(self) -> str | None:
        """What undo would take back; None when there is nothing."""
        return self._steps[self._present].name if self._present else None

    @property
    def redo_name(self) -> str | None:
        """What redo would bring back; None when there is nothing."""
        following = self._steps[self._present + 1 : self._present + 2]
        return following[0].name if following else None

    def undo(self) -> None:
        self._go(self._present - 1)

    def redo(self) -> None:
        self._go(self._present + 1)

    def rename_class(self, old: str, new: str) -> None:
        """Call a class differently in every step: a change of the dataset, not a step of its own."""
        before = self.annotation
        renamed: dict[int, Annotation] = {}
        for step in self._steps:
            key = id(step.annotation)
            if key not in renamed:
                renamed[key] = edits.rename_class(step.annotation, old, new)
        self._steps = [_Step(step.name, renamed[id(step.annotation)]) for step in self._steps]
        self._preview = None
        self._announce(before)

    def _go(self, position: int) -> None:
        if not 0 <= position < len(self._steps):
            return
        before = self.annotation
        self._preview = None
        self._present = position
        self._announce(before)
        self.history_changed.emit()

    def _announce(self, before: Annotation) -> None:
        if before is not self.annotation:
            self.annotation_changed.emit(changed_owners(before, self.annotation))


def changed_owners(before: Annotation, after: Annotation) -> frozenset[Owner]:
    """The owners that came, went, differ or are painted in another order, told by identity."""
    changed: set[Owner] = set()
    if before.instances is not after.instances:
        changed |= _changed_instances(before.instances, after.instances)
    if before.exclude is not after.exclude:
        changed.add(Role.EXCLUDE)
    if before.ignore is not after.ignore:
        changed.add(Role.IGNORE)
    return frozenset(changed)


def _changed_instances(before: tuple[Instance, ...], after: tuple[Instance, ...]) -> set[str]:
    if len(before) == len(after):
        return {i.id for place in differing(before, after) for i in (before[place], after[place])}
    first, last = common_ends(before, after)
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    kept = {id(i) for i in old} & {id(i) for i in new}
    changed = {i.id for i in (*old, *new) if id(i) not in kept}
    pairs = zip((i for i in old if id(i) in kept), (i for i in new if id(i) in kept), strict=True)
    return changed.union(*((a.id, b.id) for a, b in pairs if a is not b))
