"""The dataset's trash, ``.labeler/trash``: what is put there keeps its place and can come back."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

from labeler.errors import LabelerError
from labeler.files import reason
from labeler.i18n import _

TOOL_FOLDER = ".labeler"


def trash_folder(root: Path) -> Path:
    return root / TOOL_FOLDER / "trash"


def copy_to_trash(path: Path, root: Path) -> Path:
    """Put a copy of a file of the dataset at ``root`` into its trash: for who writes over it then.

    Raises LabelerError. Names as for ``move_to_trash``.
    """
    return _to_trash(path, root, shutil.copy2)


def move_to_trash(path: Path, root: Path) -> Path:
    """Move a file of the dataset at ``root`` into its trash, and say where it is now.

    The second of a name gets ``.2`` after it, and so on. Raises LabelerError, with the file in its old place.
    """
    return _to_trash(path, root, shutil.move)


def _to_trash(path: Path, root: Path, bring: Callable[[Path, Path], object]) -> Path:
    try:
        place = _free(trash_folder(root) / path.relative_to(root))
        place.parent.mkdir(parents=True, exist_ok=True)
        bring(path, place)
    except OSError as error:
        raise LabelerError(
            _("{file} could not be moved to the dataset's trash: {reason}.").format(
                file=path, reason=reason(error)
            )
        ) from error
    return place


def _free(place: Path) -> Path:
    if not place.exists():
        return place
    numbered = (place.with_name(f"{place.name}.{number}") for number in itertools.count(2))
    return next(path for path in numbered if not path.exists())
