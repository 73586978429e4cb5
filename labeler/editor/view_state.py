"""How things are looked at now: the options, which are remembered, and the shown image's model mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from labeler.dataset.classes import Classes, default_classes
from labeler.document.model import Instance
from labeler.editor.jobs import Jobs
from labeler.editor.model_masks import Key, ModelMasks
from labeler.editor.painting.model_mask import ModelMask
from labeler.editor.painting.picture import Picture
from labeler.editor.painting.schemes import scheme_called
from labeler.editor.painting.style import Style
from labeler.editor.view_options import INSTANCE, PICTURE, Value, ViewOptions
from labeler.errors import LabelerError
from labeler.i18n import _
from labeler.settings import Settings


class MaskState(Enum):
    """What is known about the shown image's model mask."""

    NOT_ASKED = "not asked"
    LOADING = "loading"
    MISSING = "missing"
    THERE = "there"


class ViewState(QObject):
    changed = Signal()  # the options
    model_mask_changed = Signal()
    style_changed = Signal()  # colours of what is drawn
    reported = Signal(str)  # a sentence for the user

    def __init__(self, settings: Settings, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.options = replace(ViewOptions().with_values(settings.view), shown=PICTURE)
        self.model_mask: ModelMask | None = None
        self.mask_state = MaskState.NOT_ASKED
        self._masks = ModelMasks(jobs)
        self._picture: Picture | None = None
        self._mask_key: Key | None = None
        self._classes = default_classes()
        self._instances: tuple[Instance, ...] = ()
        self.style = self._made_style()

    def set(self, **values: Value) -> None:
        """Change options, by the names of ``ViewOptions``; remembered."""
        # Who moves a point by hand wants it there; nobody could see why it sprang back.
        if ("black" in values or "white" in values) and "auto" not in values:
            values = {**values, "auto": False}
        self._set(values)
        if values.get("auto"):
            self._use_auto_points()
        self._load_mask()

    def _set(self, values: Mapping[str, Value]) -> None:
        before, self.options = self.options, self.options.with_values(values)
        if self.options == before:
            return
        self._settings.view = self.options.to_dict()
        if _coloring(self.options) != _coloring(before):
            self._use_style()
        self.changed.emit()

    def reset(self, *names: str) -> None:
        """Give these options their defaults again."""
        defaults = ViewOptions().to_dict()
        self.set(**{name: defaults[name] for name in names})

    @property
    def note(self) -> str:
        """What the user must know about what is shown."""
        if self.options.needs_model_mask and self.mask_state is MaskState.MISSING:
            return _("There is no model mask for this image.")
        return ""

    # --- colours -----------------------------------------------------------------------------------------

    def use_classes(self, classes: Classes) -> None:
        """The dataset's classes, or their colours, are others."""
        self._classes = classes
        self._use_style()

    def use_instances(self, instances: tuple[Instance, ...]) -> None:
        """Another image is shown, with these instances."""
        self._instances = instances
        if self.options.color_by == INSTANCE:
            self._use_style()

    def _use_style(self) -> None:
        self.style = self._made_style()
        self.style_changed.emit()

    def _made_style(self) -> Style:
        style = scheme_called(self.options.scheme).style(self._classes, self.options)
        if style.instance_colors:
            style.instance_colors.learn(self._instances)
        return style

    # --- the shown image ---------------------------------------------------------------------------------

    def show(self, picture: Picture | None, mask_file: Path | None) -> None:
        """Another picture, or none, is shown; ``mask_file`` is where its model mask is, if there is one."""
        self._picture = picture
        self._mask_key = (mask_file, picture.width, picture.height) if picture and mask_file else None
        self._put_mask(None, MaskState.NOT_ASKED)
        self._use_auto_points()
        self._load_mask()

    def forget(self) -> None:
        """Another dataset: nothing of this one is needed any more."""
        self.show(None, None)
        self._masks.clear()

    def _use_auto_points(self) -> None:
        if self.options.auto and self._picture:
            black, white = self._picture.auto_points()
            self._set({"black": black, "white": white})

    def _load_mask(self) -> None:
        key = self._mask_key
        if key is None or not self.options.needs_model_mask or self.mask_state is not MaskState.NOT_ASKED:
            return
        self.mask_state = MaskState.LOADING
        self._masks.load(
            key, lambda mask: self._on_mask(key, mask), lambda error: self._on_no_mask(key, error)
        )

    def _on_mask(self, key: Key, mask: ModelMask | None) -> None:
        if key == self._mask_key:
            self._put_mask(mask, MaskState.MISSING if mask is None else MaskState.THERE)

    def _on_no_mask(self, key: Key, error: LabelerError) -> None:
        if key == self._mask_key:
            self._put_mask(None, MaskState.MISSING)
            self.reported.emit(str(error))

    def _put_mask(self, mask: ModelMask | None, state: MaskState) -> None:
        if (mask, state) != (self.model_mask, self.mask_state):
            self.model_mask, self.mask_state = mask, state
            self.model_mask_changed.emit()


def _coloring(options: ViewOptions) -> tuple[str, str, float]:
    return options.scheme, options.color_by, options.tint
