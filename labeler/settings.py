"""What the program remembers between runs, per user. Nothing here is needed to read a dataset.

Checked by hand: pydantic would take a fifth of the time until the window is there.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from platformdirs import user_config_path

from labeler.errors import LabelerError
from labeler.files import read, write_atomically

PATH_VARIABLE = "LABELER_SETTINGS"
REMEMBERED_FOLDERS = 100

Value = TypeVar("Value")
Theme = Literal["system", "light", "dark"]
Plain = bool | float | str


def settings_path() -> Path:
    """Where the settings are: in the user's configuration folder, or where LABELER_SETTINGS says."""
    named = os.environ.get(PATH_VARIABLE)
    return Path(named) if named else user_config_path("labeler", appauthor=False) / "settings.json"


@dataclass
class Settings:
    """Assign to the fields, call the ``remember_…`` methods, then ``save()``.

    Folders are kept as texts of absolute paths. Keys of a newer version are kept.
    """

    window_geometry: str = ""  # base64 of what the window system gave
    window_state: str = ""
    folder: str = ""  # the last dataset; empty before the first
    labels: str = ""  # where its sidecars are, if not beside its images
    images: dict[str, str] = field(default_factory=dict)  # folder → last image; latest folder last
    class_names: dict[str, str] = field(default_factory=dict)  # folder → last class; latest folder last
    #: Folder → format → where to; latest last.
    exports: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Folder → name of an option → what was chosen last for an export, and for an import (its source too).
    export_options: dict[str, dict[str, bool | float | str]] = field(default_factory=dict)
    import_options: dict[str, dict[str, bool | float | str]] = field(default_factory=dict)
    unfolded: dict[str, bool | float] = field(default_factory=dict)  # what stands open of dialogs, by name
    language: str = ""  # "de"; empty: what the environment asks for
    theme: Theme = "system"
    options: dict[str, bool | float] = field(default_factory=dict)  # how tools work, by name
    view: dict[str, bool | float | str] = field(default_factory=dict)  # how the picture is looked at, by name
    shaping: dict[str, bool | float] = field(default_factory=dict)  # what was asked for last, by name
    key_preset: str = "default"
    keys: dict[str, list[str]] = field(default_factory=dict)  # command → its keys, where not the preset's
    #: What a newer version remembers.
    unknown: dict[str, Any] = field(default_factory=dict)

    _path: Path = field(default_factory=settings_path, repr=False, compare=False)

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The settings as last saved, or the defaults. Never fails.

        A file that cannot be understood is set aside as ``settings.json.broken``.
        """
        path = path or settings_path()
        settings = _read_or_set_aside(path)
        settings._path = path
        return settings

    def save(self) -> None:
        """Write the settings; raises LabelerError when they could not be saved."""
        # Escaped, because a folder's name need not be valid Unicode.
        values = {name: getattr(self, name) for name in _KNOWN}
        text = json.dumps({**values, **self.unknown}, indent=2, ensure_ascii=True)
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

    def remember_export_options(self, folder: Path, options: Mapping[str, Plain]) -> None:
        """This dataset is exported like this now."""
        self.export_options = _with_latest(self.export_options, _key(folder), dict(options))

    def remember_import_options(self, folder: Path, options: Mapping[str, Plain]) -> None:
        """Labels come into this dataset like this now."""
        self.import_options = _with_latest(self.import_options, _key(folder), dict(options))

    def image_in(self, folder: Path) -> str | None:
        """Name of the image that was last shown in this dataset."""
        return self.images.get(_key(folder))

    def class_in(self, folder: Path) -> str | None:
        """The class last drawn with in this dataset."""
        return self.class_names.get(_key(folder))

    def exports_of(self, folder: Path) -> dict[str, str]:
        """Where this dataset was exported to, by format, the latest last."""
        return self.exports.get(_key(folder), {})

    def export_options_of(self, folder: Path) -> dict[str, Plain]:
        """How this dataset was exported last."""
        return self.export_options.get(_key(folder), {})

    def import_options_of(self, folder: Path) -> dict[str, Plain]:
        """How labels came into this dataset last."""
        return self.import_options.get(_key(folder), {})


# --- from a file -------------------------------------------------------------------------------------------


def _read_or_set_aside(path: Path) -> Settings:
    try:
        data = read(path)
    except LabelerError:  # not there yet, or out of reach for now: not a reason to move it
        return Settings()
    try:
        return _settings(json.loads(data))
    except (ValueError, RecursionError):
        with contextlib.suppress(OSError):
            path.replace(path.with_name(path.name + ".broken"))
        return Settings()


def _settings(found: Any) -> Settings:
    """Raises ValueError for what is none of our files."""
    if not isinstance(found, dict):
        raise ValueError("settings are an object")
    known: dict[str, Any] = {
        name: _MENDED.get(name, _as_it_is)(found[name]) for name in _KNOWN if name in found
    }
    for name, value in known.items():
        if not _KNOWN[name](value):
            raise ValueError(f"{name} is of another kind")
    return Settings(**known, unknown={name: value for name, value in found.items() if name not in _KNOWN})


def _as_it_is(value: Any) -> Any:
    return value


def _only(is_right: Callable[[Any], bool]) -> Callable[[Any], dict[str, Any]]:
    """One value that was written wrong by hand is not a reason to set all settings aside."""

    def kept(values: Any) -> dict[str, Any]:
        pairs = values.items() if isinstance(values, dict) else ()
        return {name: value for name, value in pairs if is_right(value)}

    return kept


def _is_keys(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_plain(value: Any) -> bool:
    return _is_text(value) or _is_number(value)


def _is_number(value: Any) -> bool:
    """NaN, infinity and what no float can hold are none."""
    return isinstance(value, (bool, int, float)) and abs(value) <= sys.float_info.max


def _each(is_right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(is_right, value.values()))


_BY_TYPE: dict[str, Callable[[Any], bool]] = {
    "str": _is_text,
    "Theme": lambda value: value in get_args(Theme),
    "dict[str, str]": _each(_is_text),
    "dict[str, dict[str, str]]": _each(_each(_is_text)),
    "dict[str, bool | float]": _each(_is_number),
    "dict[str, bool | float | str]": _each(_is_plain),
    "dict[str, dict[str, bool | float | str]]": _each(_each(_is_plain)),
    "dict[str, list[str]]": _each(_is_keys),
}
#: Name of what is in the file → whether a value fits it.
_KNOWN = {f.name: _BY_TYPE[str(f.type)] for f in fields(Settings) if f.name not in ("unknown", "_path")}
_MENDED: dict[str, Callable[[Any], Any]] = {
    "export_options": _only(_each(_is_plain)),
    "import_options": _only(_each(_is_plain)),
    "keys": _only(_is_keys),
    "options": _only(_is_number),
    "shaping": _only(_is_number),
    "unfolded": _only(_is_number),
    "view": _only(_is_plain),
    "key_preset": lambda preset: preset if _is_text(preset) else "default",
}


def _key(folder: Path) -> str:
    return os.path.abspath(folder)  # noqa: PTH100 - follows no link: the folder as the user knows it


def _with_latest(values: dict[str, Value], folder: str, value: Value) -> dict[str, Value]:
    others = [item for item in values.items() if item[0] != folder]
    return dict([*others[-(REMEMBERED_FOLDERS - 1) :], (folder, value)])
