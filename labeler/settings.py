"""What the program remembers between runs, per user. Nothing here is needed to read a dataset."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any, Literal, TypeVar

from platformdirs import user_config_path
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator

from labeler.errors import LabelerError
from labeler.files import read, write_atomically

PATH_VARIABLE = "LABELER_SETTINGS"
REMEMBERED_FOLDERS = 100

Value = TypeVar("Value")
Theme = Literal["system", "light", "dark"]


def settings_path() -> Path:
    """Where the settings are: in the user's configuration folder, or where LABELER_SETTINGS says."""
    named = os.environ.get(PATH_VARIABLE)
    return Path(named) if named else user_config_path("labeler", appauthor=False) / "settings.json"


class Settings(BaseModel):
    """Assign to the fields, call the ``remember_…`` methods, then ``save()``.

    Folders are kept as texts of absolute paths. Keys of a newer version are kept.
    """

    model_config = ConfigDict(extra="allow", validate_assignment=True, strict=True)

    window_geometry: str = ""  # base64 of what the window system gave
    window_state: str = ""
    folder: str = ""  # the last dataset; empty before the first
    labels: str = ""  # where its sidecars are, if not beside its images
    images: dict[str, str] = Field(default_factory=dict)  # folder → last image; latest folder last
    class_names: dict[str, str] = Field(default_factory=dict)  # folder → last class; latest folder last
    exports: dict[str, dict[str, str]] = Field(
        default_factory=dict
    )  # folder → format → where to; latest last
    language: str = ""  # "de"; empty: what the environment asks for
    theme: Theme = "system"
    options: dict[str, bool | float] = Field(default_factory=dict)  # how tools work, by name
    view: dict[str, bool | float | str] = Field(default_factory=dict)  # how the picture is looked at, by name
    key_preset: str = "default"
    keys: dict[str, list[str]] = Field(default_factory=dict)  # command → its keys, where not the preset's

    _path: Path = PrivateAttr(default_factory=settings_path)

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The settings as last saved, or the defaults. Never fails.

        A file that cannot be understood is set aside as ``settings.json.broken``.
        """
        path = path or settings_path()
        settings = _read_or_set_aside(cls, path)
        settings._path = path
        return settings

    @field_validator("keys", mode="before")
    @classmethod
    def _only_lists_of_keys(cls, keys: Any) -> Any:
        """One key that was written wrong by hand is not a reason to set all settings aside."""
        pairs = keys.items() if isinstance(keys, dict) else ()
        return {id: own for id, own in pairs if isinstance(own, list) and all(type(k) is str for k in own)}

    @field_validator("key_preset", mode="before")
    @classmethod
    def _only_a_name(cls, preset: Any) -> Any:
        return preset if isinstance(preset, str) else "default"

    def save(self) -> None:
        """Write the settings; raises LabelerError when they could not be saved."""
        # Escaped, because a folder's name need not be valid Unicode.
        text = json.dumps(self.model_dump(), indent=2, ensure_ascii=True)
        with contextlib.suppress(OSError):  # writing will say it better
            self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, text.encode("ascii") + b"\n")

    def remember_folder(self, folder: Path, labels: Path | None = None) -> None:
        """This dataset is open now, its sidecars in a parallel tree below ``labels`` if that is given."""
        self.folder = _key(folder)
        self.labels = _key(labels) if labels else ""

    def remember_image(self, folder: Path, name: str) -> None:
        """The image of the dataset that is shown now."""
        self.images = _with_latest(self.images, _key(folder), name)

    def remember_class(self, folder: Path, name: str) -> None:
        """The class of the dataset that is drawn with now."""
        self.class_names = _with_latest(self.class_names, _key(folder), name)

    def remember_export(self, folder: Path, format_id: str, out: Path) -> None:
        """This dataset is exported in this format into the folder ``out`` now."""
        others = {id: known for id, known in self.exports_of(folder).items() if id != format_id}
        self.exports = _with_latest(self.exports, _key(folder), {**others, format_id: _key(out)})

    def image_in(self, folder: Path) -> str | None:
        """Name of the image that was last shown in this dataset."""
        return self.images.get(_key(folder))

    def class_in(self, folder: Path) -> str | None:
        """The class last drawn with in this dataset."""
        return self.class_names.get(_key(folder))

    def exports_of(self, folder: Path) -> dict[str, str]:
        """Where this dataset was exported to, by format, the latest last."""
        return self.exports.get(_key(folder), {})


def _read_or_set_aside(kind: type[Settings], path: Path) -> Settings:
    try:
        data = read(path)
    except LabelerError:  # not there yet, or out of reach for now: not a reason to move it
        return kind()
    try:
        return kind.model_validate(json.loads(data))
    except (ValidationError, ValueError, RecursionError):
        with contextlib.suppress(OSError):
            path.replace(path.with_name(path.name + ".broken"))
        return kind()


def _key(folder: Path) -> str:
    return os.path.abspath(folder)  # noqa: PTH100 - follows no link: the folder as the user knows it


def _with_latest(values: dict[str, Value], folder: str, value: Value) -> dict[str, Value]:
    others = [item for item in values.items() if item[0] != folder]
    return dict([*others[-(REMEMBERED_FOLDERS - 1) :], (folder, value)])
