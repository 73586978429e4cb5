"""The masks that a model made, decoded off the UI thread; a few are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from labeler.editor.jobs import Jobs
from labeler.editor.open_image import Signature, file_signature
from labeler.editor.painting.model_mask import ModelMask
from labeler.errors import LabelerError

#: Decoded masks are kept up to this many bytes, and at least three.
_BUDGET_BYTES = 150_000_000

#: File, width and height.
Key = tuple[Path, int, int]


class ModelMasks:
    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._kept: OrderedDict[Key, tuple[Signature, ModelMask]] = OrderedDict()

    def clear(self) -> None:
        self._kept.clear()

    def load(
        self,
        key: Key,
        then: Callable[[ModelMask | None], object],
        failed: Callable[[LabelerError], object],
    ) -> None:
        """Decode the mask and hand it over, None when there is no file; at once when that is known."""
        signature = file_signature(key[0])
        kept_signature, mask = self._kept.get(key, (None, None))
        if signature is None:
            then(None)
        elif mask is not None and kept_signature == signature:
            self._kept.move_to_end(key)
            then(mask)
        else:
            self._jobs.run(
                lambda: _read(*key), lambda made: then(self._keep(key, signature, made)), failed
            )  # fmt: skip

    def _keep(self, key: Key, signature: Signature, mask: ModelMask | None) -> ModelMask | None:
        if mask is not None:
            self._kept[key] = signature, mask
            self._kept.move_to_end(key)
            used = sum(kept.nbytes for _, kept in self._kept.values())
            while used > _BUDGET_BYTES and len(self._kept) > 3:
                _, (_, dropped) = self._kept.popitem(last=False)
                used -= dropped.nbytes
        return mask


def _read(path: Path, width: int, height: int) -> ModelMask | None:
    from labeler.raster.model_masks import read_model_mask  # not before the first frame

    pixels = read_model_mask(path, width, height)
    return None if pixels is None else ModelMask(pixels)
