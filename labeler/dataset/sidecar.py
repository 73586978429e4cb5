"""The file beside an image that holds its annotation: ``photo.jpg`` → ``photo.jpg.labels.json``.

Written with one polygon per line and ours before unknown keys, so that moving a vertex changes one line.
What is empty (exclude, ignore, flags, attributes) is not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labeler.dataset import records
from labeler.dataset.blocks import no_garbage_collection, read_in_block
from labeler.dataset.reading import (
    NewerVersion,
    RecordError,
    as_known_version,
    check_unique,
    extra_of,
    finite,
    malformed,
    read_record,
)
from labeler.dataset.writing import Texts, pieces
from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role, rings_of
from labeler.errors import LabelerError
from labeler.files import read, write_atomically

SIDECAR_SUFFIX = ".labels.json"
_BLOCK_BYTES = 1 << 16


def load(path: Path) -> Annotation:
    """The annotation in this file; errors as for ``parse`` and ``files.read``."""
    return parse(read(path), path)


def save(path: Path, annotation: Annotation, texts: Texts | None = None) -> None:
    """Write the file as a whole or not at all; raises LabelerError.

    ``texts`` of an earlier save of the same annotation, before an edit or two, spare most of the work.
    """
    write_atomically(path, _blocks(annotation, texts or Texts()))


def parse(data: bytes, path: Path | str) -> Annotation:
    """The annotation in the bytes of a sidecar; ``path`` is for messages only.

    Raises LabelerError, one sentence with file and place, for anything that is not a valid sidecar;
    NewerVersion for a later version, with as much of the annotation as this version understands.
    """
    try:
        with no_garbage_collection():
            return read_in_block(data) or _annotation(*_read_one_by_one(data, path))
    except RecordError as problem:
        raise malformed(path, problem) from None
    except NewerVersion as newer:
        newer.annotation = _as_far_as_known(data, path)
        raise


def serialise(annotation: Annotation) -> bytes:
    """The bytes of a sidecar; raises LabelerError when the annotation holds what no sidecar can."""
    return b"".join(pieces(annotation, Texts()))


def _blocks(annotation: Annotation, texts: Texts) -> Iterator[bytes]:
    """The same in blocks that are worth a call of the system."""
    block, size = [], 0
    for piece in pieces(annotation, texts):
        block.append(piece)
        size += len(piece)
        if size >= _BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
            texts.pause()
    yield b"".join(block)


# --- record → annotation -----------------------------------------------------------------------------------

_Rings = Iterable[NDArray[np.float64]]
if TYPE_CHECKING:
    _PolygonRecord = records.Polygon | records.Exclude | records.Ignore


def _read_one_by_one(data: bytes, path: Path | str) -> tuple[records.Annotation, _Rings]:
    record = read_record(records.Annotation, data, path)
    polygons: list[_PolygonRecord] = [p for i in record.instances for p in i.polygons]
    polygons += [*record.exclude, *record.ignore]
    return record, [ring for p in polygons for ring in rings_of(np.array(p.points), [len(p.points)])]


def _annotation(record: records.Annotation, rings: _Rings) -> Annotation:
    """``rings`` are the points of all polygons: of the instances, of exclude and of ignore."""
    check_unique((i.id for i in record.instances), "instances", "id")
    image, left = record.image, iter(rings)
    return Annotation(
        ImageInfo(image.file, image.width, image.height, extra_of(image, "image")),
        tuple(_instance(i, f"instances[{index}]", left) for index, i in enumerate(record.instances)),
        _polygons(record.exclude, "exclude", left),
        _polygons(record.ignore, "ignore", left),
        finite(record.flags, "flags"),
        extra_of(record, ""),
    )


def _instance(record: records.Instance, where: str, rings: Iterator[NDArray[np.float64]]) -> Instance:
    return Instance(
        record.id,
        record.class_name,
        _polygons(record.polygons, f"{where}.polygons", rings),
        record.source,
        finite(record.attributes, f"{where}.attributes"),
        extra_of(record, where),
    )


_ROLES = {role.value: role for role in Role}


def _polygons(
    found: Sequence[_PolygonRecord],
    where: str,
    rings: Iterator[NDArray[np.float64]],
) -> tuple[Polygon, ...]:
    return tuple(
        Polygon.of_ring(_ROLES[record.role], next(rings), extra_of(record, f"{where}[{index}]"))
        for index, record in enumerate(found)
    )


def _as_far_as_known(data: bytes, path: Path | str) -> Annotation | None:
    try:
        return _annotation(*_read_one_by_one(as_known_version(data), path))
    except (LabelerError, RecordError, ValueError):
        return None
