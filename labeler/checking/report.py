"""What a check found, and how it is told: on a line, or as JSON."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labeler.document.checks import Severity
from labeler.document.model import Role
from labeler.errors import LabelerError
from labeler.geometry.nearest import Position
from labeler.i18n import N_, _, ngettext

PROBLEM, NOTE = Severity.PROBLEM, Severity.NOTE


@dataclass(frozen=True)
class Finding:
    """Something found in ``file`` (relative to the dataset, with ``/``), mostly at an instance of it.

    ``polygon`` is its place in the list that holds it, from 0: the instance's, or without an instance the
    image-wide list of its ``role``. ``places`` are in px.
    """

    rule: str
    severity: Severity
    file: str
    sentence: str
    instance: str | None = None
    class_name: str | None = None
    polygon: int | None = None
    role: Role | None = None
    places: tuple[Position, ...] = ()

    def line(self) -> str:
        """The finding on one line: file, where in it, what is wrong and what to do."""
        before = [] if self.sentence.startswith(self.file) else [self.file]
        text = ": ".join([*before, *filter(None, [self._where()]), self.sentence])
        return text if self.severity is PROBLEM else _("{finding} (note)").format(finding=text)

    def to_json(self) -> dict[str, Any]:
        """For machines: plain values under keys that no language changes; only the message is translated."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "file": self.file,
            "instance": self.instance,
            "class": self.class_name,
            "role": self.role.value if self.role else None,
            "polygon": self.polygon,
            "places": [list(place) for place in self.places],
            "message": self.sentence,
        }

    def _where(self) -> str:
        parts = []
        if self.instance is not None:
            parts.append(f"{self.class_name} {self.instance}")
        if self.polygon is not None and self.role is not None:
            name = _(_POLYGON[self.role] if self.instance is not None else _IMAGE_WIDE[self.role])
            parts.append(name.format(number=self.polygon + 1))
        if self.places:
            x, y = self.places[0]
            parts.append(_("at {x:.1f}, {y:.1f}").format(x=x, y=y))
        return ", ".join(parts)


_POLYGON = {
    Role.INCLUDE: N_("polygon {number} (include)"),
    Role.EXCLUDE: N_("polygon {number} (exclude)"),
    Role.IGNORE: N_("polygon {number} (ignore)"),
}
_IMAGE_WIDE = {
    Role.INCLUDE: N_("image-wide include {number}"),
    Role.EXCLUDE: N_("image-wide exclude {number}"),
    Role.IGNORE: N_("ignore region {number}"),
}


@dataclass
class CheckReport:
    """Everything found, in the order of the files, and how many images were looked at."""

    images: int = 0
    labelled: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def problems(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is PROBLEM]

    @property
    def notes(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is NOTE]

    def summary(self) -> str:
        """One sentence."""
        problems, notes = len(self.problems), len(self.notes)
        found = ngettext("{count} problem", "{count} problems", problems).format(count=problems)
        also = ngettext("{count} note", "{count} notes", notes).format(count=notes)
        images = ngettext("{count} image", "{count} images", self.images).format(count=self.images)
        return _("{problems} and {notes} in {images}, {labelled} of them labelled.").format(
            problems=found, notes=also, images=images, labelled=self.labelled
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "images": self.images,
            "labelled": self.labelled,
            "problems": len(self.problems),
            "notes": len(self.notes),
            "findings": [finding.to_json() for finding in self.findings],
        }


def relative(error: LabelerError, root: Path) -> str:
    """The sentence of an error, with files named as findings name them: from the dataset on."""
    return str(error).replace(f"{root}{os.sep}", "")
