"""Decoded pictures: the shown one, and its neighbours before they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from labeler.editor.jobs import Jobs
from labeler.editor.open_image import Signature, file_signature
from labeler.editor.painting.picture import Picture
from labeler.errors import LabelerError

#: Decoded pictures are kept up to this many bytes (a pixel is about 8 with its levels), and at least three.
_BUDGET_BYTES = 1_000_000_000


class Pictures:
    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._kept: OrderedDict[Path, tuple[Signature, Picture]] = OrderedDict()
        self._wanted: dict[Path, list[tuple[Callable[[Picture], None], Callable[[LabelerError], None]]]] = {}

    def clear(self) -> None:
        self._kept.clear()

    def get(self, path: Path) -> Picture | None:
        """The picture, if it is decoded already and the file has not changed since."""
        signature, picture = self._kept.get(path, (None, None))
        if picture is None or signature != file_signature(path):
            return None
        self._kept.move_to_end(path)
        return picture

    def load(
        self,
        path: Path,
        then: Callable[[Picture], None],
        failed: Callable[[LabelerError], None],
    ) -> None:
        """Decode the picture and hand it over; at once when it is there."""
        picture = self.get(path)
        if picture:
            then(picture)
        elif path in self._wanted:
            self._wanted[path].append((then, failed))
        else:
            self._wanted[path] = [(then, failed)]
            self._jobs.run(
                lambda: _read(path),
                lambda made: self._on_loaded(path, *made),
                lambda error: self._on_failed(path, error),
            )

    def prefetch(self, path: Path, failed: Callable[[LabelerError], None]) -> None:
        """Decode this soon."""
        self.load(path, lambda picture: None, failed)

    def _on_loaded(self, path: Path, signature: Signature, picture: Picture) -> None:
        self._kept[path] = signature, picture
        self._kept.move_to_end(path)
        used = sum(kept.nbytes for _, kept in self._kept.values())
        while used > _BUDGET_BYTES and len(self._kept) > 3:
            _, (_, dropped) = self._kept.popitem(last=False)
            used -= dropped.nbytes
        for then, _failed in self._wanted.pop(path, []):
            then(picture)

    def _on_failed(self, path: Path, error: LabelerError) -> None:
        for _then, failed in self._wanted.pop(path, []):
            failed(error)


def _read(path: Path) -> tuple[Signature, Picture]:
    from labeler.raster.images import read_picture  # not before the first frame

    return file_signature(path), Picture(*read_picture(path))
