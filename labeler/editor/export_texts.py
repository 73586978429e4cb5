"""What the export dialog says: before, about what would happen, and after."""

from __future__ import annotations

from pathlib import Path

from labeler.editor.outcome import would_leave_out
from labeler.editor.preview_pane import listed
from labeler.exporting.preview import Preview
from labeler.formats.base import Options
from labeler.formats.choices import CLASSES, EMPTY, ONLY
from labeler.formats.report import ExportReport
from labeler.i18n import _, ngettext

#: The sections of the preview.
PLAN, KEEPS, FILES, LOST = "plan", "keeps", "files", "lost"


def planned(total: int, labelled: int, options: Options) -> str:
    """How many images will be written."""
    if options.get(EMPTY.name) and not options.get(ONLY.name):
        return ngettext("{count} image will be written.", "{count} images will be written.", total).format(
            count=total
        )
    if not labelled:
        return _("No image has a label yet, so there is nothing to write.")
    if options.get(ONLY.name) or options.get(CLASSES.name):
        return ngettext(
            "The {count} labelled image will be written if it is one of those asked for.",
            "Of {count} labelled images those that are asked for will be written.",
            labelled,
        ).format(count=labelled)
    will = ngettext(
        "{count} labelled image will be written.", "{count} labelled images will be written.", labelled
    ).format(count=labelled)
    left = total - labelled
    return f"{will} {_unlabelled(left)}" if left else will


def _unlabelled(count: int) -> str:
    return ngettext(
        "{count} image without a label will be left out.",
        "{count} images without a label will be left out.",
        count,
    ).format(count=count)


def files_of(known: Preview) -> tuple[str, str]:
    """The names of the files that an image becomes, and a title."""
    if not known.image:
        return "", ""
    lines = [listed(known.files or [_("no file of its own")])]
    if known.shared:
        lines += [_("and for all images together:"), listed(known.shared)]
    return "\n".join(lines), _("{image} becomes").format(image=known.image)


def nothing_of(known: Preview) -> str:
    """Why no image at all would be written, once all were looked at; empty when one would be."""
    if known.image or known.looked_at < known.total or not known.total:
        return ""
    if known.report.filtered == known.total:
        return _("No image is one of those that are asked for, so there is nothing to write.")
    return _("No image can be written.")


def losses_of(known: Preview, *, ended: bool) -> tuple[str, str]:
    """What the first images lose, and a title that says how many they are."""
    if not known.looked_at:
        return "", ""
    report = known.report
    is_known = bool(known.image or nothing_of(known))
    lines = [] if is_known else [_("None of them would be written.")]
    lines += report.loss_lines()
    if report.skipped:
        lines += [would_leave_out(len(report.skipped)), listed((one.reason for one in report.skipped), 5)]
    if not lines and ended and known.image:
        lines = [_("No further losses.")]
    return "\n".join(lines), _title(known)


def _title(known: Preview) -> str:
    if known.looked_at == known.total:
        return ngettext("Tried with the one image", "Tried with all {count} images", known.total).format(
            count=known.total
        )
    return ngettext(
        "Tried with the first image", "Tried with the first {count} images", known.looked_at
    ).format(count=known.looked_at)


def written(report: ExportReport, out: Path) -> list[str]:
    """What became of an export, and where it is."""
    lines = report.lines()
    if report.files and not report.cancelled:
        lines.append(
            ngettext("{count} file in {folder}", "{count} files in {folder}", report.files).format(
                count=report.files, folder=out
            )
        )
    return lines
