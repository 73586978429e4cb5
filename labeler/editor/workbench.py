"""What is open now: the dataset, the shown image, its session.

Panels and actions talk to this and to nobody else. Down are calls, up are signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from labeler.dataset.classes import Classes, default_classes
from labeler.dataset.trash import move_to_trash
from labeler.document.model import Annotation, Role
from labeler.document.session import Session
from labeler.editor.jobs import Jobs
from labeler.editor.open_image import NO_IMAGE, OpenImage, open_image
from labeler.editor.painting.picture import Picture
from labeler.editor.pictures import Pictures
from labeler.editor.saving import Saving
from labeler.editor.thumbnails import Thumbnails
from labeler.editor.trashing import Trashing
from labeler.editor.view_state import ViewState
from labeler.errors import LabelerError
from labeler.geometry.viewport import Viewport
from labeler.i18n import _
from labeler.settings import Settings
from labeler.tools import TOOLS
from labeler.tools.context import Context
from labeler.tools.controller import Controller
from labeler.tools.options import Options, resized

if TYPE_CHECKING:
    from labeler.dataset.dataset import Dataset, ImageEntry

#: How many images each way are decoded ahead.
_AHEAD = 1


class Workbench(QObject):
    """The state of the editor, apart from its widgets."""

    dataset_changed = Signal()
    image_opening = Signal()
    image_changed = Signal()
    picture_changed = Signal()
    annotation_changed = Signal(object)  # frozenset of owners; at mouse speed
    history_changed = Signal()
    selection_changed = Signal()
    visibility_changed = Signal()
    classes_changed = Signal()
    class_changed = Signal()  # the class of what is drawn next
    tool_changed = Signal()
    state_changed = Signal()  # hint, cursor, what undo would do
    options_changed = Signal()
    keys_changed = Signal()
    saving_changed = Signal()
    labelled_changed = Signal(str)  # image name
    broken_changed = Signal(str)  # image name
    unlisted_found = Signal()  # the shown annotation may have classes that the dataset does not list
    images_changed = Signal()  # an image came or went, or many are labelled now
    reported = Signal(str)  # a sentence for the user
    offered = Signal(str, str, object)  # a sentence, what a button says, what it does
    zoom_requested = Signal(object)  # box of the image

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        #: The key of a command, by its id, as texts name it; empty without one. The window knows them.
        self.key_of: Callable[[str], str] = lambda id: ""
        self.dataset: Dataset | None = None
        self.image: OpenImage | None = None
        self.picture: Picture | None = None
        #: Why there is no picture.
        self.message = _("Open a folder of images to start.")
        self.context = Context(Session(NO_IMAGE), Viewport(1, 1, 1, 1), "object")
        self.context.options = Options().with_values(settings.options)
        self.controller = Controller(self.context, next(t for t in TOOLS if t.id == "include"))
        #: Why an image or its sidecar cannot be read, by image name; known once it was tried.
        self.broken: dict[str, str] = {}
        #: Every image that was opened, with its steps, by name.
        self.opened: dict[str, OpenImage] = {}
        self._labelled: set[str] = set()
        self._rows: dict[str, int] = {}
        self._jobs = Jobs(2, self)
        self._pictures = Pictures(self._jobs)
        #: How things are looked at; ``view.set`` changes it.
        self.view = ViewState(settings, self._jobs, self)
        #: Where the last picture was looked at.
        self._last_view: Viewport | None = None
        #: Its own thread: looking through files must not keep the next image waiting.
        self._checks = Jobs(1, self)
        #: For edits of thousands of polygons; one that was given up may be at work while the next begins.
        self.slow_jobs = Jobs(2, self)
        self.thumbnails = Thumbnails(self._checks, self)
        self._checked: set[Path] = set()
        self.saving = Saving(self.opened, self)
        self.trashing = Trashing(self)
        self.context.annotation_changed.connect(self.annotation_changed.emit)
        self.context.history_changed.connect(self._on_history_changed)
        self.context.selection_changed.connect(self.selection_changed.emit)
        self.context.visibility_changed.connect(self.visibility_changed.emit)
        self.controller.state_changed.connect(self.state_changed.emit)
        self.controller.tool_changed.connect(self.tool_changed.emit)
        self.view.reported.connect(self.reported.emit)
        self.saving.changed.connect(self.saving_changed)
        self.saving.reported.connect(self.reported)  # from the saver's thread
        self.saving.written.connect(self._mark_labelled)
        self.classes_changed.connect(lambda: self.view.use_classes(self.classes))

    # --- dataset -----------------------------------------------------------------------------------------

    def open(self, path: Path, labels: Path | None = None) -> bool:
        """Open a folder, or the folder of an image and that image. Says why when it cannot."""
        from labeler.dataset.dataset import Dataset, locate  # not before the first frame

        try:
            root, name = locate(path)
            dataset = Dataset.open(root, labels)
        except LabelerError as error:
            self.reported.emit(str(error))
            return False
        if not self.close_dataset():
            return False
        self.dataset = dataset
        self._rows = {entry.name: row for row, entry in enumerate(dataset.images)}
        self._labelled = {entry.name for entry in dataset.images if entry.is_labelled}
        self.saving.start(dataset)
        self.settings.remember_folder(dataset.root, labels)
        self.context.current_class = self._remembered_class(dataset)
        self.dataset_changed.emit()
        self.classes_changed.emit()
        self.class_changed.emit()
        wanted = name or self.settings.image_in(dataset.root)
        if wanted not in self._rows:
            wanted = dataset.images[0].name if dataset.images else None
        if wanted:
            self.show_image(wanted)
        else:
            self._show_nothing(_("{folder} holds no images.").format(folder=dataset.root))
        return True

    def close_dataset(self) -> bool:
        """Save everything and let go of the folder; False when something could not be saved."""
        self.controller.settle()
        if self.saving.flush():
            return False
        self.saving.stop()
        self.trashing.forget()
        self.opened.clear()
        self._pictures.clear()
        self.view.forget()
        self.thumbnails.clear()
        self._last_view = None
        self._rows.clear()
        self._labelled.clear()
        self.broken.clear()
        self._checked.clear()
        self.dataset = self.image = self.picture = None
        return True

    def close(self) -> None:
        """The application ends: stop the threads. What could not be saved was asked about before."""
        self.saving.stop()
        self._jobs.close()
        self._checks.close()
        self.slow_jobs.close()

    def flush(self) -> list[str]:
        """End the gesture, save and wait; returns the images that could not be saved."""
        self.controller.settle()
        return self.saving.flush()

    def _remembered_class(self, dataset: Dataset) -> str:
        remembered = self.settings.class_in(dataset.root)
        names = [entry.name for entry in dataset.classes.entries]
        return remembered if remembered in names else names[0]

    # --- images ------------------------------------------------------------------------------------------

    @property
    def images(self) -> tuple[ImageEntry, ...]:
        return self.dataset.images if self.dataset else ()

    @property
    def row(self) -> int:
        """Where in ``images`` the shown one is; -1 without one."""
        return self._rows.get(self.image.entry.name, -1) if self.image else -1

    def row_of(self, name: str) -> int:
        """Where in ``images`` this one is; -1 when it is not there."""
        return self._rows.get(name, -1)

    def is_labelled(self, name: str) -> bool:
        return name in self._labelled

    @property
    def labelled_count(self) -> int:
        return len(self._labelled)

    def step(self, count: int, *, labelled: bool | None = None) -> None:
        """Show the image ``count`` further on (back when negative); of those (not) labelled if asked."""
        if not self.images:
            return
        direction = 1 if count > 0 else -1
        rows = range(self.row + direction, len(self.images) if direction > 0 else -1, direction)
        if labelled is not None:
            found = [r for r in rows if self.is_labelled(self.images[r].name) is labelled]
        else:
            found = list(rows)
        if not found:
            self.reported.emit(_("No further image that way."))
            return
        self.show_image(self.images[found[min(abs(count), len(found)) - 1]].name)

    def show_image(self, name: str) -> None:
        """Show an image of the dataset; what was under way on the last one is finished and saved."""
        assert self.dataset
        self.controller.settle()
        entry = self.images[self._rows[name]]
        self.image_opening.emit()
        opened = self._open_image(entry)
        if self.picture:
            self._last_view = self.context.view
        self.image = opened
        self.picture = None
        self.view.show(None, None)
        self.view.use_instances(opened.session.base.instances)
        image = opened.session.base.image
        self.context.show(opened.session, self._view_of(image.width, image.height), opened.read_only)
        self._start_tool()
        self.message = _("Loading {name}…").format(name=name)
        self.settings.remember_image(self.dataset.root, name)
        self.image_changed.emit()
        self._pictures.load(
            entry.path,
            lambda picture: self._on_picture(opened, picture),
            lambda error: self._on_no_picture(opened, error),
        )

    def _start_tool(self) -> None:
        """The tool goes on to the next image; one for excludes or ignore regions only if that is wished."""
        self.controller.reset()
        other = self.controller.tool.role not in (None, Role.INCLUDE)
        if other and self.context.options.return_to_include:
            self.controller.use(next(tool for tool in TOOLS if tool.role is Role.INCLUDE))

    @property
    def previous_name(self) -> str | None:
        """The image before the shown one in the list."""
        return self.images[self.row - 1].name if self.row > 0 else None

    def annotation_of(self, name: str) -> Annotation:
        """What is drawn on an image now; raises LabelerError when it cannot be read."""
        assert self.dataset
        known = self.opened.get(name)
        return known.session.base if known else self.dataset.load(name)

    def _view_of(self, width: int, height: int) -> Viewport:
        """How an image of this size is shown first: where the last one was looked at, or all of it."""
        if self.view.options.keep_view and self._last_view:
            return self._last_view.onto(width, height)
        view = self.context.view
        return Viewport(view.width, view.height, width, height).fitted()

    def _open_image(self, entry: ImageEntry) -> OpenImage:
        assert self.dataset
        known = self.opened.get(entry.name)
        if known and not known.read_only and (known.is_being_saved or known.is_current(self.dataset)):
            return known
        opened = open_image(entry, self.dataset)
        self._mark_broken(entry.name, opened.broken)
        self._mark_labelled(entry.name, opened.signature is not None)
        self.opened[entry.name] = opened
        return opened

    def _on_picture(self, opened: OpenImage, picture: Picture) -> None:
        if opened is not self.image:
            return
        image = opened.session.base.image
        if opened.read_only is None and (image.width, image.height) != (picture.width, picture.height):
            # The header lied or the file changed meanwhile: coordinates would mean something else.
            self._on_no_picture(
                opened, LabelerError(_("{name} changed while it was opened.").format(name=opened.entry.name))
            )
            return
        self.picture = picture
        if opened.session.base is NO_IMAGE:
            self.context.view = self._view_of(picture.width, picture.height)
        if self.dataset:
            self.view.show(picture, self.dataset.model_mask(opened.entry.name))
        self.message = ""
        self.picture_changed.emit()
        row = self.row
        near = [r for d in range(1, _AHEAD + 1) for r in (row + d, row - d)]
        for entry in (self.images[r] for r in near if 0 <= r < len(self.images)):
            self._pictures.prefetch(entry.path, partial(self._on_broken, entry))

    def check_images(self, names: Iterable[str]) -> None:
        """Look soon whether these images are whole, each once; ``broken_changed`` says what is not."""
        from labeler.raster.images import check_image

        for entry in (self.images[self._rows[name]] for name in names if name in self._rows):
            if entry.path not in self._checked:
                self._checked.add(entry.path)
                self._checks.run(
                    partial(check_image, entry.path), lambda size: None, partial(self._on_broken, entry)
                )

    def _on_broken(self, entry: ImageEntry, error: LabelerError) -> None:
        row = self.row_of(entry.name)
        if row >= 0 and self.images[row].path == entry.path:
            self._mark_broken(entry.name, str(error))

    def _mark_broken(self, name: str, reason: str | None) -> None:
        if self.broken.get(name) == reason:
            return
        if reason is None:
            del self.broken[name]
        else:
            self.broken[name] = reason
        self.broken_changed.emit(name)

    def _on_no_picture(self, opened: OpenImage, error: LabelerError) -> None:
        if self.opened.get(opened.entry.name) is opened:
            self._mark_broken(opened.entry.name, str(error))
        if opened is self.image:
            self.picture = None
            self.message = str(error)
            self.picture_changed.emit()

    def images_are_others(self, show: int) -> None:
        """The dataset lost or got back an image: show the one at this place of its list now."""
        assert self.dataset
        self.controller.settle()  # what is being drawn belongs to the image that is still shown
        self._rows = {entry.name: row for row, entry in enumerate(self.images)}
        self._labelled = {entry.name for entry in self.images if entry.is_labelled}
        self.image = None
        self.images_changed.emit()
        if self.images:
            self.show_image(self.images[show].name)
        else:
            self._show_nothing(_("{folder} holds no images.").format(folder=self.dataset.root))

    def labels_are_others(self, newer: Dataset) -> None:
        """Sidecars and classes were written past the editor, by an import: ``newer`` is the dataset since.

        Call it when all is saved. What was opened and is another on disk is read again, without its steps.
        """
        assert self.dataset
        self.dataset.follow(newer)
        for name, opened in [*self.opened.items()]:
            if not opened.is_current(self.dataset):
                del self.opened[name]
        self._labelled = {entry.name for entry in self.images if entry.is_labelled}
        if self.context.current_class not in self.classes.names:
            self.context.current_class = self.classes.names[0]
            self.class_changed.emit()
        self.classes_changed.emit()
        self.images_changed.emit()
        if self.image and self.image.entry.name not in self.opened:
            self.show_image(self.image.entry.name)
        self.state_changed.emit()

    def _show_nothing(self, message: str) -> None:
        self.image = self.picture = None
        self.view.show(None, None)
        self.message = message
        self.context.show(Session(NO_IMAGE), self.context.view)
        self.image_changed.emit()
        self.picture_changed.emit()

    def accept_scaled(self) -> None:
        """The image was scaled: take its polygons scaled too. The sidecar as it was goes to the trash."""
        if self.image is None or self.image.scaled is None or self.dataset is None:
            return
        try:
            move_to_trash(self.dataset.sidecar(self.image.entry), self.dataset.labels)
        except LabelerError as error:
            self.reported.emit(str(error))
            return
        self.image.read_only = self.context.read_only = self.image.scaled = None
        self.image.saved, self.image.asked = NO_IMAGE, None
        self._save()
        self.image_changed.emit()
        self.picture_changed.emit()

    # --- saving ------------------------------------------------------------------------------------------

    def _on_history_changed(self) -> None:
        self._save()
        self.history_changed.emit()

    @property
    def undo_name(self) -> str | None:
        """What undo would take back now: a point of the draft, else the last step."""
        if trashed := self.trashing.undone_next:
            return _("move {name} to the trash").format(name=trashed.entry.name)
        if self.controller.state.can_step_back:
            return _("last point")
        return self.context.session.undo_name

    @property
    def redo_name(self) -> str | None:
        if self.controller.state.can_step_forward:
            return self.controller.state.forward_name
        return None if self.controller.state.is_gesture else self.context.session.redo_name

    def undo(self) -> None:
        if trashed := self.trashing.undone_next:
            self.trashing.restore(trashed)
        else:
            self.controller.undo()

    def save_now(self) -> None:
        """Ctrl+S: nothing to do but to be sure, and to say so."""
        self.controller.settle()
        left = self.flush()
        if not left and self.image:
            self.reported.emit(_("All saved."))

    def _save(self) -> None:
        if self.image and self.saving.save(self.image):
            self.trashing.forget()

    def _mark_labelled(self, name: str, is_labelled: bool) -> None:
        if is_labelled != self.is_labelled(name):
            (self._labelled.add if is_labelled else self._labelled.discard)(name)
            self.labelled_changed.emit(name)

    # --- options -----------------------------------------------------------------------------------------

    def set_options(self, **values: bool | float) -> None:
        """Change how tools work, by the names of ``Options``; remembered."""
        self.context.options = self.context.options.with_values(values)
        self.settings.options = self.context.options.to_dict()
        self.options_changed.emit()
        self.state_changed.emit()

    def resize_brush(self, steps: float) -> None:
        """Brush and eraser larger by so many steps, or smaller."""
        self.set_options(brush_radius=resized(self.context.options.brush_radius, steps))

    # --- classes -----------------------------------------------------------------------------------------

    @property
    def classes(self) -> Classes:
        return self.dataset.classes if self.dataset else default_classes()
