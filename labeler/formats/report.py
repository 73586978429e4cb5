"""What an export wrote, skipped and could not hold: nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from labeler.i18n import ngettext


class Loss(Enum):
    """What a format had no place for; the values are what `--json` calls them."""

    #: Ignore regions of an image.
    IGNORE = "ignore_left_out"
    #: An instance that covers no pixel centre: there is nothing to write.
    EMPTY = "empty_instances_left_out"
    #: An instance whose holes were opened by cuts; its mask is the same.
    HOLES = "holes_cut"
    #: An instance written as the outline of its pixels, because every cut would have moved one of them.
    SHAPE = "outlined_by_pixels"


@dataclass(frozen=True)
class Skipped:
    """An image that was left out, and why, in a sentence."""

    name: str
    reason: str


@dataclass
class Lost:
    """How often something could not be written as it is, and where first."""

    first: str
    count: int = 0


@dataclass
class ExportReport:
    """``images``, ``instances`` and ``files`` were written; ``unlabelled`` images were left out as nothing is
    known about them. When ``cancelled``, only ``files`` is certain: each of them is whole."""

    images: int = 0
    instances: int = 0
    files: int = 0
    unlabelled: int = 0
    cancelled: bool = False
    skipped: list[Skipped] = field(default_factory=list)
    losses: dict[Loss, Lost] = field(default_factory=dict)

    def skip(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(name, reason))

    def lose(self, loss: Loss, where: str) -> None:
        self.losses.setdefault(loss, Lost(first=where)).count += 1

    def lines(self) -> list[str]:
        """What happened, as sentences; the skipped images are not among them."""
        if self.cancelled:
            return [_cancelled(self.files)]
        lines = [_written(self.images)]
        if self.unlabelled:
            lines.append(_unlabelled(self.unlabelled))
        for loss, lost in self.losses.items():
            lines.append(f"{_SENTENCES[loss](lost.count)} ({lost.first}{' …' if lost.count > 1 else ''})")
        return lines

    def to_json(self) -> dict[str, Any]:
        """For machines: plain values under keys that no language changes."""
        losses = {
            loss.value: {"count": lost.count, "first": lost.first} for loss, lost in self.losses.items()
        }
        return {
            "images": self.images,
            "instances": self.instances,
            "files": self.files,
            "unlabelled": self.unlabelled,
            "skipped": [{"name": one.name, "reason": one.reason} for one in self.skipped],
            "losses": losses,
        }


def _written(count: int) -> str:
    return ngettext("{count} image written.", "{count} images written.", count).format(count=count)


def _cancelled(count: int) -> str:
    return ngettext(
        "Cancelled: {count} file was written, a whole one; the rest is as it was.",
        "Cancelled: {count} files were written, each of them whole; the rest is as it was.",
        count,
    ).format(count=count)


def _unlabelled(count: int) -> str:
    return ngettext(
        "{count} image without a label was left out.",
        "{count} images without a label were left out.",
        count,
    ).format(count=count)


def _ignore(count: int) -> str:
    return ngettext(
        "{count} image has ignore regions, which these masks cannot hold",
        "{count} images have ignore regions, which these masks cannot hold",
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


def _shape(count: int) -> str:
    return ngettext(
        "{count} instance was written as the outline of its pixels, to keep it exact",
        "{count} instances were written as the outlines of their pixels, to keep them exact",
        count,
    ).format(count=count)


_SENTENCES: dict[Loss, Callable[[int], str]] = {
    Loss.IGNORE: _ignore,
    Loss.EMPTY: _empty,
    Loss.HOLES: _holes,
    Loss.SHAPE: _shape,
}
