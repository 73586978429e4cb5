"""Where each image of a CVAT file begins and ends: the file is gone through once, an image read on its turn.

So a file of any size takes no more memory than its largest image.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.parsers import expat

from labeler.errors import LabelerError
from labeler.files import reason
from labeler.formats.reading import malformed
from labeler.i18n import _

ROOT = "annotations"
_BLOCK_BYTES = 1 << 20
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Place:
    """An element right below the root: its attributes, and where it is in the file, when there is something
    in it."""

    attributes: dict[str, str]
    start: int
    end: int
    has_content: bool


@dataclass
class Document:
    """A file of CVAT: where in it its images are, and what says which labels there are."""

    path: Path
    images: list[Place] = field(default_factory=list)
    metas: list[Place] = field(default_factory=list)

    def tree(self, tag: str, element: Place) -> ET.Element:
        """The element read from the file; raises LabelerError."""
        if not element.has_content:
            return ET.Element(tag)
        try:
            with self.path.open("rb") as file:
                file.seek(element.start)
                data = file.read(element.end - element.start)
            return ET.fromstring(data + f"</{tag}>".encode())
        except OSError as error:
            raise _unreadable(self.path, error) from error
        except (ET.ParseError, ValueError, RecursionError) as error:
            raise malformed(self.path, _("is not valid XML")) from error


class _Scan:
    """Notes the places of elements while a file goes by."""

    def __init__(self, path: Path) -> None:
        self.document = Document(path)
        self.is_cvat = True
        self._open: list[str] = []
        self._begun: tuple[dict[str, str], int] = ({}, 0)
        self._has_content = False
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.XmlDeclHandler = self._declared
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _refuse(self, *_declaration: object) -> None:
        raise malformed(self.document.path, _("declares a document type, which is not read"))

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise malformed(self.document.path, _("is not a text in UTF-8"))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        depth = len(self._open)
        if depth == 0:
            self.is_cvat = tag == ROOT
        elif depth == 1:
            self._begun = attributes, self.parser.CurrentByteIndex
            self._has_content = False
            if tag == "track" and self.is_cvat:
                problem = _("is of a video: export it from CVAT as CVAT for images")
                raise malformed(self.document.path, problem)
        else:
            self._has_content = True
        self._open.append(tag)

    def _end(self, tag: str) -> None:
        self._open.pop()
        if len(self._open) == 1 and tag in ("image", "meta"):
            element = Place(*self._begun, self.parser.CurrentByteIndex, self._has_content)
            (self.document.images if tag == "image" else self.document.metas).append(element)


def scanned(path: Path) -> Document | None:
    """What is where in a file; None when it is XML of another program. Raises LabelerError."""
    scan = _Scan(path)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                if block.startswith(_ZIP):
                    raise malformed(path, _("is a ZIP archive: unpack it first"))
                scan.parser.Parse(block, False)
                if not scan.is_cvat:
                    return None
            scan.parser.Parse(b"", True)
    except OSError as error:
        raise _unreadable(path, error) from error
    except (expat.ExpatError, ValueError) as error:
        raise malformed(path, _("is not valid XML")) from error
    return scan.document


def _unreadable(path: Path, error: OSError) -> LabelerError:
    return LabelerError(_("{file} could not be read: {reason}.").format(file=path, reason=reason(error)))
