"""What an export or an import did, left out and could not hold: nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from labeler.i18n import _, ngettext


class Loss(Enum):
    """What there was no place for; the values are what `--json` calls them."""

    #: Ignore regions of an image.
    IGNORE = "ignore_left_out"
    #: An instance that covers no pixel centre: there is nothing to write.
    EMPTY = "empty_instances_left_out"
    #: An instance whose holes were opened by cuts; its mask is the same.
    HOLES = "holes_cut"
    #: An instance whose parts and holes were joined to one ring by channels without width.
    BRIDGED = "bridged"
    #: An instance whose holes were filled: the format has no way to say them.
    FILLED = "holes_filled"
    #: An instance whose parts became things of their own.
    PARTED = "parts_separated"
    #: An instance written as the outline of its pixels, because every cut would have moved one of them.
    SHAPE = "outlined_by_pixels"
    #: An instance with holes, written as a mask where others are polygons.
    MASK = "written_as_masks"
    #: An instance without a number of its own in a mask of instances: there was no room for one more.
    NUMBER = "not_numbered"
    #: An image with more instances than a palette has places: its mask of instances has 16 bits.
    DEEP = "sixteen_bits"
    #: An image whose instances overlap: a pixel belongs to the topmost only.
    OVERLAPS = "overlaps_lost"
    #: An image or instance with attributes, flags or notes that have no place.
    ATTRIBUTES = "attributes_left_out"
    #: An image whose sidecar has keys that are another program's.
    UNKNOWN = "unknown_keys_left_out"
    #: Read: a point, a line or something else without an area.
    NO_AREA = "without_area_left_out"
    #: Read: a box that says where something is and not what shape it has.
    BOX = "boxes_left_out"
    #: Read: a mask with pixels that are less than half white.
    FAINT = "faint_pixels_left_out"


@dataclass(frozen=True)
class Skipped:
    """An image that was left out, and why, in a sentence."""

    name: str
    reason: str


@dataclass
class Lost:
    """How often something could not be kept as it is, and where first."""

    first: str
    count: int = 0


@dataclass
class Report:
    """What exports and imports have to say alike."""

    images: int = 0
    instances: int = 0
    cancelled: bool = False
    skipped: list[Skipped] = field(default_factory=list)
    losses: dict[Loss, Lost] = field(default_factory=dict)

    def skip(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(name, reason))

    def lose(self, loss: Loss, where: str) -> None:
        self.losses.setdefault(loss, Lost(first=where)).count += 1

    def loss_lines(self) -> list[str]:
        """A sentence for everything that could not be kept as it is."""
        return [
            f"{self._sentence(loss)(lost.count)} ({lost.first}{' …' if lost.count > 1 else ''})"
            for loss, lost in self.losses.items()
        ]

    def _sentence(self, loss: Loss) -> Callable[[int], str]:
        return _SENTENCES[loss]

    def to_json(self) -> dict[str, Any]:
        """For machines: plain values under keys that no language changes."""
        losses = {
            loss.value: {"count": lost.count, "first": lost.first} for loss, lost in self.losses.items()
        }
        return {
            "images": self.images,
            "instances": self.instances,
            "skipped": [{"name": one.name, "reason": one.reason} for one in self.skipped],
            "losses": losses,
        }


@dataclass
class ExportReport(Report):
    """``images``, ``instances`` and ``files`` were written; ``unlabelled`` images were left out as nothing is
    known about them, ``filtered`` ones as they were not asked for. ``current`` of the images were up to date
    and ``removed`` files of an earlier export went, because nothing stands for them any more. ``splits`` says
    how many images each split has. When ``cancelled``, only ``files`` is certain: each of them is whole."""

    files: int = 0
    unlabelled: int = 0
    filtered: int = 0
    current: int = 0
    removed: int = 0
    splits: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """What happened, as sentences; the skipped images are not among them."""
        if self.cancelled:
            return [_cancelled(self.files)]
        lines = [_written(self.images)]
        if self.splits:
            lines += _shares(self.splits)
        for count, sentence in (
            (self.current, _current),
            (self.unlabelled, _unlabelled),
            (self.filtered, _filtered),
            (self.removed, _removed),
        ):
            if count:
                lines.append(sentence(count))
        return lines + self.loss_lines()

    def to_json(self) -> dict[str, Any]:
        return {
            **super().to_json(),
            "files": self.files,
            "unlabelled": self.unlabelled,
            "filtered": self.filtered,
            "current": self.current,
            "removed": self.removed,
            "splits": self.splits,
        }


@dataclass(frozen=True, slots=True)
class Written:
    """What an import did to the sidecar of an image: ``digest`` is of the bytes that it wrote, empty when it
    moved the sidecar to the trash; ``kept`` is where in the trash what was there before is."""

    digest: bytes
    kept: Path | None


@dataclass
class ImportReport(Report):
    """``images`` got labels, with ``instances`` in them, and ``classes`` were added to the list. Images in
    ``kept`` had labels already and stayed as they were. ``unknown`` are images of the source that the dataset
    has not, or not clearly. ``dry`` when nothing was written: then all of this is what would happen.
    ``written`` is by image what `labeler.importing.take_back` needs."""

    dry: bool = False
    classes: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    replaced: int = 0
    unknown: list[str] = field(default_factory=list)
    written: dict[str, Written] = field(default_factory=dict, compare=False, repr=False)

    def lines(self) -> list[str]:
        """What happened, as sentences; the skipped images are not among them."""
        lines = [(_would_import if self.dry else _imported)(self.images, self.instances)]
        if self.classes:
            lines.append(_classes(self.classes))
        if self.replaced:
            lines.append((_would_replace if self.dry else _replaced)(self.replaced))
        if self.kept:
            lines.append(_with_first((_would_keep if self.dry else _kept)(len(self.kept)), self.kept))
        if self.unknown:
            lines.append(_with_first(_unknown(len(self.unknown)), self.unknown))
        return lines + self.loss_lines()

    def _sentence(self, loss: Loss) -> Callable[[int], str]:
        return _WOULD.get(loss, _SENTENCES[loss]) if self.dry else _SENTENCES[loss]

    def to_json(self) -> dict[str, Any]:
        return {
            **super().to_json(),
            "dry_run": self.dry,
            "classes": self.classes,
            "kept": self.kept,
            "replaced": self.replaced,
            "unknown": self.unknown,
        }


def _with_first(sentence: str, names: list[str]) -> str:
    return f"{sentence} ({names[0]}{' …' if len(names) > 1 else ''})"


# --- sentences ---------------------------------------------------------------------------------------------


def _written(count: int) -> str:
    return ngettext("{count} image written.", "{count} images written.", count).format(count=count)


def _cancelled(count: int) -> str:
    return ngettext(
        "Cancelled: {count} file was written, a whole one; the rest is as it was.",
        "Cancelled: {count} files were written, each of them whole; the rest is as it was.",
        count,
    ).format(count=count)


def _shares(splits: dict[str, int]) -> list[str]:
    lines = [", ".join(f"{name}: {count}" for name, count in splits.items()) + "."]
    if empty := [name for name, count in splits.items() if not count]:
        text = _("No image is in {names}: names decide, and there are too few for these shares.")
        lines.append(text.format(names=", ".join(empty)))
    return lines


def _current(count: int) -> str:
    return ngettext(
        "{count} of them was up to date already.", "{count} of them were up to date already.", count
    ).format(count=count)


def _unlabelled(count: int) -> str:
    return ngettext(
        "{count} image without a label was left out.",
        "{count} images without a label were left out.",
        count,
    ).format(count=count)


def _filtered(count: int) -> str:
    return ngettext(
        "{count} labelled image was not asked for.", "{count} labelled images were not asked for.", count
    ).format(count=count)


def _removed(count: int) -> str:
    return ngettext(
        "{count} file of the earlier export was removed: nothing stands for it any more.",
        "{count} files of the earlier export were removed: nothing stands for them any more.",
        count,
    ).format(count=count)


def _imported(images: int, instances: int) -> str:
    return "{images} {instances}".format(
        images=ngettext("{count} image got labels:", "{count} images got labels:", images).format(
            count=images
        ),
        instances=_instances(instances),
    )


def _would_import(images: int, instances: int) -> str:
    return "{images} {instances}".format(
        images=ngettext("{count} image would get labels:", "{count} images would get labels:", images).format(
            count=images
        ),
        instances=_instances(instances),
    )


def _instances(count: int) -> str:
    return ngettext("{count} instance.", "{count} instances.", count).format(count=count)


def _classes(names: list[str]) -> str:
    return ngettext("New class: {names}.", "New classes: {names}.", len(names)).format(names=", ".join(names))


def _replaced(count: int) -> str:
    return ngettext(
        "{count} earlier sidecar went to the trash.", "{count} earlier sidecars went to the trash.", count
    ).format(count=count)


def _would_replace(count: int) -> str:
    return ngettext(
        "{count} earlier sidecar would go to the trash.",
        "{count} earlier sidecars would go to the trash.",
        count,
    ).format(count=count)


def _kept(count: int) -> str:
    return ngettext(
        "{count} image had labels already and was left as it is",
        "{count} images had labels already and were left as they are",
        count,
    ).format(count=count)


def _would_keep(count: int) -> str:
    return ngettext(
        "{count} image has labels already and would be left as it is",
        "{count} images have labels already and would be left as they are",
        count,
    ).format(count=count)


def _unknown(count: int) -> str:
    return ngettext(
        "{count} image of the source is not in the dataset, or not only once",
        "{count} images of the source are not in the dataset, or not only once",
        count,
    ).format(count=count)


def _ignore(count: int) -> str:
    return ngettext(
        "{count} image has ignore regions, which this format cannot hold",
        "{count} images have ignore regions, which this format cannot hold",
        count,
    ).format(count=count)


def _empty(count: int) -> str:
    return ngettext(
        "{count} instance covers no pixel and was left out",
        "{count} instances cover no pixel and were left out",
        count,
    ).format(count=count)


def _holes(count: int) -> str:
    return ngettext(
        "{count} instance with holes was cut into parts without, over the same pixels",
        "{count} instances with holes were cut into parts without, over the same pixels",
        count,
    ).format(count=count)


def _bridged(count: int) -> str:
    return ngettext(
        "{count} instance with holes or several parts is one ring now, joined by channels without width",
        "{count} instances with holes or several parts are one ring each, joined by channels without width",
        count,
    ).format(count=count)


def _filled(count: int) -> str:
    return ngettext(
        "{count} instance has holes, which this format cannot hold: they are filled",
        "{count} instances have holes, which this format cannot hold: they are filled",
        count,
    ).format(count=count)


def _parted(count: int) -> str:
    return ngettext(
        "{count} instance in several parts became several",
        "{count} instances in several parts became several each",
        count,
    ).format(count=count)


def _shape(count: int) -> str:
    return ngettext(
        "{count} instance was written as the outline of its pixels, to keep it exact",
        "{count} instances were written as the outlines of their pixels, to keep them exact",
        count,
    ).format(count=count)


def _mask(count: int) -> str:
    return ngettext(
        "{count} instance with holes was written as a mask, which is exact but has no points to edit",
        "{count} instances with holes were written as masks, which are exact but have no points to edit",
        count,
    ).format(count=count)


def _number(count: int) -> str:
    return ngettext(
        "{count} instance got no number of its own in the mask of instances: there are no more",
        "{count} instances got no numbers of their own in the masks of instances: there are no more",
        count,
    ).format(count=count)


def _deep(count: int) -> str:
    return ngettext(
        "{count} image has more than 254 instances: its mask of objects has 16 bits and no palette",
        "{count} images have more than 254 instances: their masks of objects have 16 bits and no palette",
        count,
    ).format(count=count)


def _overlaps(count: int) -> str:
    return ngettext(
        "{count} image has instances over each other: a pixel counts for the topmost only",
        "{count} images have instances over each other: a pixel counts for the topmost only",
        count,
    ).format(count=count)


def _attributes(count: int) -> str:
    return ngettext(
        "{count} attribute, flag or note has no place and was left out",
        "{count} attributes, flags or notes have no place and were left out",
        count,
    ).format(count=count)


def _unknown_keys(count: int) -> str:
    return ngettext(
        "{count} image has keys of other programs in its sidecar, which stay there",
        "{count} images have keys of other programs in their sidecars, which stay there",
        count,
    ).format(count=count)


def _no_area(count: int) -> str:
    return ngettext(
        "{count} point, line or other thing without an area was left out",
        "{count} points, lines or other things without an area were left out",
        count,
    ).format(count=count)


def _box(count: int) -> str:
    return ngettext(
        "{count} box without an outline was left out",
        "{count} boxes without an outline were left out",
        count,
    ).format(count=count)


def _faint(count: int) -> str:
    return ngettext(
        "{count} mask has grey pixels: half white and more is inside, the rest is not",
        "{count} masks have grey pixels: half white and more is inside, the rest is not",
        count,
    ).format(count=count)


_SENTENCES: dict[Loss, Callable[[int], str]] = {
    Loss.IGNORE: _ignore,
    Loss.EMPTY: _empty,
    Loss.HOLES: _holes,
    Loss.BRIDGED: _bridged,
    Loss.FILLED: _filled,
    Loss.PARTED: _parted,
    Loss.SHAPE: _shape,
    Loss.MASK: _mask,
    Loss.NUMBER: _number,
    Loss.DEEP: _deep,
    Loss.OVERLAPS: _overlaps,
    Loss.ATTRIBUTES: _attributes,
    Loss.UNKNOWN: _unknown_keys,
    Loss.NO_AREA: _no_area,
    Loss.BOX: _box,
    Loss.FAINT: _faint,
}


# --- sentences before an import ----------------------------------------------------------------------------


def _would_lose_shape(count: int) -> str:
    return ngettext(
        "{count} instance would be written as the outline of its pixels, to keep it exact",
        "{count} instances would be written as the outlines of their pixels, to keep them exact",
        count,
    ).format(count=count)


def _would_lose_attributes(count: int) -> str:
    return ngettext(
        "{count} attribute, flag or note has no place and would be left out",
        "{count} attributes, flags or notes have no place and would be left out",
        count,
    ).format(count=count)


def _would_lose_no_area(count: int) -> str:
    return ngettext(
        "{count} point, line or other thing without an area would be left out",
        "{count} points, lines or other things without an area would be left out",
        count,
    ).format(count=count)


def _would_lose_box(count: int) -> str:
    return ngettext(
        "{count} box without an outline would be left out",
        "{count} boxes without an outline would be left out",
        count,
    ).format(count=count)


_WOULD: dict[Loss, Callable[[int], str]] = {
    Loss.SHAPE: _would_lose_shape,
    Loss.ATTRIBUTES: _would_lose_attributes,
    Loss.NO_AREA: _would_lose_no_area,
    Loss.BOX: _would_lose_box,
}
