"""What a tool works on: the session of the shown image, the view, the selection, the current class.

It stays the same object while images come and go, so listeners connect once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from operator import is_

from labeler.document import edits
from labeler.document.edits import Refs
from labeler.document.model import Annotation, Instance, Owner, PolygonRef, Role
from labeler.document.session import Session, Signal
from labeler.document.table import PolygonTable
from labeler.geometry.rings import Box
from labeler.geometry.viewport import Viewport
from labeler.tools.following import followed, followed_each
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
        self._vertices: dict[PolygonRef, tuple[int, ...]] = {}
        #: The annotation that the selection was made in.
        self._selected_in = session.base
        self._shown: Refs = ()
        self._shown_from: tuple[object, ...] = (None,) * 4
        self._hidden: frozenset[Owner] = frozenset()
        self._locked: frozenset[Owner] = frozenset()
        self._bounds_of: tuple[Refs, Annotation, Box | None] | None = None
        self._tables = (PolygonTable.of(session.base),) * 2
        #: Of the step before or after: undo and redo go there.
        self._other_table = self._tables[0]
        self._pickers: dict[bool, tuple[PolygonTable, frozenset[Owner], Picker]] = {}
        self._draft_id: str | None = None
        self._draft_base: Annotation | None = None
        self.session = session
        self._listen()

    # --- the shown image ---------------------------------------------------------------------------------

    def show(self, session: Session, view: Viewport, read_only: str | None = None) -> None:
        """Work on another image's session. ``read_only`` says why nothing may be changed, if so."""
        self.session.annotation_changed.disconnect(self._on_annotation_changed)
        self.session.history_changed.disconnect(self._on_history_changed)
        self.session, self.view, self.read_only = session, view, read_only
        self._listen()
        self._hidden = self._locked = frozenset()
        self._selected_in = session.base
        self.select(())
        self.visibility_changed.emit()
        self.history_changed.emit()

    def _listen(self) -> None:
        self.session.annotation_changed.connect(self._on_annotation_changed)
        self.session.history_changed.connect(self._on_history_changed)

    def _on_annotation_changed(self, owners: frozenset[Owner]) -> None:
        self.annotation_changed.emit(owners)
        if not self.session.is_previewing:
            self._follow()

    def _on_history_changed(self) -> None:
        self._follow()  # a preview that is committed changes nothing that is shown, but ``base``
        self.history_changed.emit()

    def _follow(self) -> None:
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
        made_from = self._selection, self.base, self.annotation, self._hidden
        if not all(map(is_, self._shown_from, made_from)):
            shown = followed(self._selection, self.base, self.annotation)
            self._shown = tuple(ref for ref in shown if ref.owner not in self._hidden)
            self._shown_from = made_from
        return self._shown

    def select(self, refs: Iterable[PolygonRef]) -> None:
        """Select these polygons; what ``base`` does not have is left out, a draft among it."""
        self._set_selection(tuple(dict.fromkeys(ref for ref in refs if ref.in_(self.base))))

    def _set_selection(self, selection: Refs) -> None:
        before, self._selected_in = self._selected_in, self.base
        if self._vertices:
            self._vertices = self._kept_vertices(before, selection)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    @property
    def vertices(self) -> dict[PolygonRef, tuple[int, ...]]:
        """The chosen vertices of selected polygons of ``base``."""
        return self._vertices

    def choose_vertices(self, vertices: Mapping[PolygonRef, Iterable[int]]) -> None:
        """Choose these vertices; their polygons must be selected."""
        selected = set(self._selection)
        chosen = {ref: tuple(sorted(set(found))) for ref, found in vertices.items() if ref in selected}
        self._vertices = {ref: found for ref, found in chosen.items() if found}

    def _kept_vertices(self, before: Annotation, selection: Refs) -> dict[PolygonRef, tuple[int, ...]]:
        """Those that mean the same as before: of polygons that only moved."""
        selected, after = set(selection), self.base
        return {
            now: self._vertices[ref]
            for ref, now in followed_each(self._vertices, before, after).items()
            if now in selected and len(after.polygon(now).points) == len(before.polygon(ref).points)
        }

    def select_owner(self, owner: Owner) -> None:
        """Select all polygons of an instance or of an image-wide list."""
        self.select(PolygonRef(owner, i) for i in range(len(self.base.polygons(owner))))

    @property
    def selection_bounds(self) -> Box | None:
        """The box around the selected polygons of ``base``; None without any."""
        known = self._bounds_of
        if known is None or known[0] is not self._selection or known[1] is not self.base:
            bounds = [self.base.polygon(ref).bounds for ref in self._selection]
            columns = list(zip(*bounds, strict=True))
            box = (min(columns[0]), min(columns[1]), max(columns[2]), max(columns[3])) if bounds else None
            self._bounds_of = known = self._selection, self.base, box
        return known[2]

    @property
    def selected_instances(self) -> tuple[Instance, ...]:
        """The instances that have a selected polygon, in annotation order."""
        ids = {ref.owner for ref in self._selection if isinstance(ref.owner, str)}
        places = sorted(self.base.position(id) for id in ids if self.base.has_instance(id))
        return tuple(self.base.instances[place] for place in places)

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

    def set_hidden(self, owners: Collection[Owner], hidden: bool) -> None:
        """Hide or show all that these owners hold; ``owners`` is a collection even of one."""
        self._hidden = self._hidden.union(owners) if hidden else self._hidden.difference(owners)
        self.visibility_changed.emit()

    def set_locked(self, owners: Collection[Owner], locked: bool) -> None:
        self._locked = self._locked.union(owners) if locked else self._locked.difference(owners)
        self.visibility_changed.emit()

    def editable(self, refs: Iterable[PolygonRef]) -> Refs:
        """Those of these polygons that may be changed now: nobody should delete what is out of sight."""
        if self.read_only:
            return ()
        shut = self._locked | self._hidden
        return tuple(ref for ref in refs if ref.owner not in shut) if shut else tuple(refs)

    @property
    def editable_vertices(self) -> dict[PolygonRef, tuple[int, ...]]:
        """The chosen vertices that may be moved or deleted now."""
        allowed = set(self.editable(self._vertices))
        return {ref: found for ref, found in self._vertices.items() if ref in allowed}

    @property
    def draft_id(self) -> str:
        """The id of the instance being drawn: the same for every preview of a gesture, then a new one."""
        if self._draft_id is None or self._draft_base is not self.base:
            self._draft_id, self._draft_base = edits.new_id(self.base), self.base
        return self._draft_id

    # --- what is under the pointer -------------------------------------------------------------------------

    @property
    def table(self) -> PolygonTable:
        """The polygons of ``annotation`` as columns."""
        return self._follow_tables()[1]

    def _follow_tables(self) -> tuple[PolygonTable, PolygonTable]:
        """Of ``base`` and of ``annotation``: the same one unless a gesture shows something else."""
        base, shown = self._tables
        if base.annotation is not self.base:
            # A commit makes the base what was shown before.
            known = (table for table in (shown, self._other_table) if table.annotation is self.base)
            self._other_table, base = base, next(known, base).following(self.base)
        if shown.annotation is not self.annotation:
            shown = base if self.annotation is self.base else shown.following(self.annotation)
        self._tables = base, shown
        return self._tables

    @property
    def picker(self) -> Picker:
        """The hit test over everything that is shown and not locked."""
        return self._picker(self.table, self._hidden | self._locked, snaps=False)

    @property
    def snap_targets(self) -> Picker:
        """What the pointer snaps to: all that is shown, locked or not, as before the gesture under way."""
        return self._picker(self._follow_tables()[0], self._hidden, snaps=True)

    def _picker(self, table: PolygonTable, left_out: frozenset[Owner], *, snaps: bool) -> Picker:
        """The one made last for the same use, if it still holds."""
        known = self._pickers.get(snaps)
        if known is None or known[0] is not table or known[1] != left_out:
            self._pickers[snaps] = known = table, left_out, Picker(table, left_out)
        return known[2]

    def target(self, role: Role) -> Owner | None:
        """Who gets the next polygon of this role; None is a new instance."""
        instance = self.selected_instance
        if role is Role.IGNORE:
            return Role.IGNORE
        if role is Role.EXCLUDE:
            return instance.id if instance else Role.EXCLUDE
        return instance.id if instance and self.new_part else None
