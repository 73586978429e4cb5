"""What a tool works on: the session of the shown image, the view, the selection, the current class.

It stays the same object while images come and go, so listeners connect once.
"""

from __future__ import annotations

from collections.abc import Iterable

from labeler.document import edits
from labeler.document.edits import Refs
from labeler.document.model import Annotation, Instance, Owner, PolygonRef, Role
from labeler.document.session import Session, Signal
from labeler.geometry.viewport import Viewport
from labeler.tools.following import followed
from labeler.tools.options import Options
from labeler.tools.picking import Picker


class Context:
    """``annotation_changed`` and ``history_changed`` are the shown session's; the others are its own."""

    def __init__(self, session: Session, view: Viewport, current_class: str) -> None:
        self.annotation_changed: Signal[[frozenset[Owner]]] = Signal()
        self.history_changed: Signal[[]] = Signal()
        self.selection_changed: Signal[[]] = Signal()
        self.visibility_changed: Signal[[]] = Signal()
        self.view = view
        self.current_class = current_class
        self.new_part = False
        self.options = Options()
        self.read_only: str | None = None
        self._selection: Refs = ()
        #: The annotation that the selection was made in.
        self._selected_in = session.base
        self._hidden: frozenset[Owner] = frozenset()
        self._locked: frozenset[Owner] = frozenset()
        self._picker = Picker()
        self._locked_too = Picker()
        self._draft_id: str | None = None
        self._draft_base: Annotation | None = None
        self.session = session
        self._listen()

    # --- the shown image ---------------------------------------------------------------------------------

    def show(self, session: Session, view: Viewport, read_only: str | None = None) -> None:
        """Work on another image's session. ``read_only`` says why nothing may be changed, if so."""
        self.session.annotation_changed.disconnect(self._on_annotation_changed)
        self.session.history_changed.disconnect(self.history_changed.emit)
        self.session, self.view, self.read_only = session, view, read_only
        self._listen()
        self._hidden = self._locked = frozenset()
        self._selected_in = session.base
        self.select(())
        self.visibility_changed.emit()
        self.history_changed.emit()

    def _listen(self) -> None:
        self.session.annotation_changed.connect(self._on_annotation_changed)
        self.session.history_changed.connect(self.history_changed.emit)

    def _on_annotation_changed(self, owners: frozenset[Owner]) -> None:
        self.annotation_changed.emit(owners)
        if not self.session.is_previewing:
            self._set_selection(followed(self._selection, self._selected_in, self.base))

    @property
    def annotation(self) -> Annotation:
        """As shown, the gesture under way included."""
        return self.session.annotation

    @property
    def base(self) -> Annotation:
        """Where the gesture under way started: every preview starts from here."""
        return self.session.base

    @property
    def pixel(self) -> float:
        """Image pixels per screen pixel."""
        return self.view.pixel

    # --- selection ---------------------------------------------------------------------------------------

    @property
    def selection(self) -> Refs:
        """The selected polygons of ``base``; the gesture under way may show them elsewhere."""
        return self._selection

    @property
    def shown_selection(self) -> Refs:
        """Where the selected polygons are in ``annotation``, without the hidden ones."""
        shown = followed(self._selection, self.base, self.annotation)
        return tuple(ref for ref in shown if ref.owner not in self._hidden)

    def select(self, refs: Iterable[PolygonRef]) -> None:
        """Select these polygons; what ``base`` does not have is left out, a draft among it."""
        self._set_selection(tuple(dict.fromkeys(ref for ref in refs if ref.in_(self.base))))

    def _set_selection(self, selection: Refs) -> None:
        self._selected_in = self.base
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    def select_owner(self, owner: Owner) -> None:
        """Select all polygons of an instance or of an image-wide list."""
        self.select(PolygonRef(owner, i) for i in range(len(self.base.polygons(owner))))

    @property
    def selected_instances(self) -> tuple[Instance, ...]:
        """The instances that have a selected polygon, in annotation order."""
        owners = {ref.owner for ref in self._selection}
        return tuple(i for i in self.base.instances if i.id in owners)

    @property
    def selected_instance(self) -> Instance | None:
        """The one instance the selection lies in; None when it is none or several."""
        owners = {ref.owner for ref in self._selection}
        instances = self.selected_instances
        return instances[0] if len(owners) == 1 and instances else None

    # --- hide and lock -----------------------------------------------------------------------------------

    @property
    def hidden(self) -> frozenset[Owner]:
        return self._hidden

    @property
    def locked(self) -> frozenset[Owner]:
        return self._locked

    def set_hidden(self, owner: Owner, hidden: bool) -> None:
        self._hidden = self._hidden | {owner} if hidden else self._hidden - {owner}
        self.visibility_changed.emit()

    def set_locked(self, owner: Owner, locked: bool) -> None:
        self._locked = self._locked | {owner} if locked else self._locked - {owner}
        self.visibility_changed.emit()

    def editable(self, refs: Iterable[PolygonRef]) -> Refs:
        """Those of these polygons that may be changed now: nobody should delete what is out of sight."""
        if self.read_only:
            return ()
        return tuple(ref for ref in refs if ref.owner not in self._locked | self._hidden)

    @property
    def draft_id(self) -> str:
        """The id of the instance being drawn: the same for every preview of a gesture, then a new one."""
        if self._draft_id is None or self._draft_base is not self.base:
            self._draft_id, self._draft_base = edits.new_id(self.base), self.base
        return self._draft_id

    # --- what is under the pointer -------------------------------------------------------------------------

    @property
    def picker(self) -> Picker:
        """The hit test over everything that is shown and not locked."""
        return self._picker.over(self.annotation, self._hidden | self._locked)

    @property
    def snap_targets(self) -> Picker:
        """What the pointer snaps to: all that is shown, locked or not, as before the gesture under way."""
        picker = self._locked_too if self._locked else self._picker
        return picker.over(self.base, self._hidden)

    def target(self, role: Role) -> Owner | None:
        """Who gets the next polygon of this role; None is a new instance."""
        instance = self.selected_instance
        if role is Role.IGNORE:
            return Role.IGNORE
        if role is Role.EXCLUDE:
            return instance.id if instance else Role.EXCLUDE
        return instance.id if instance and self.new_part else None
