"""What the import dialog says: before, about what would happen, and after."""

from __future__ import annotations

from labeler.editor.outcome import would_leave_out
from labeler.editor.preview_pane import listed
from labeler.formats.report import ImportReport, Report
from labeler.i18n import _, ngettext

#: The sections of the preview.
WOULD, UNKNOWN, SKIPPED, BACK = "would", "unknown", "left out", "back"


def looking(done: int, total: int, *, is_long: bool) -> str:
    """As long as it is not known what would happen."""
    if not total:
        return _("Looking what is in it…")
    lines = [_("Looking what is in it: {done} of {total} images…").format(done=done, total=total)]
    if is_long:
        lines.append(_("You need not wait: what cannot be taken is left out and said afterwards too."))
    return "\n".join(lines)


def would(report: ImportReport) -> str:
    if not (report.images or report.kept or report.unknown or report.skipped):
        return _("Nothing was found in it.")
    return "\n".join(report.lines())


def unknown(report: ImportReport) -> tuple[str, str]:
    """Images of the source that the dataset has not, and a title."""
    return listed(report.unknown, 6), _("Not in the dataset")


def skipped(report: ImportReport) -> tuple[str, str]:
    """What cannot be read, and a title."""
    return listed((one.reason for one in report.skipped), 6), would_leave_out(len(report.skipped))


def way_back(report: ImportReport, trash: str) -> str:
    """How an import could be taken back."""
    if not (report.images or report.replaced):
        return ""
    if report.replaced:
        # On a line of its own: between words it would be broken at one of its slashes.
        there = _("The earlier labels would be kept in the dataset's trash:\n{folder}").format(folder=trash)
    else:
        there = _("No sidecar that is there would be touched.")
    lasts = _("It can be taken back until this window is closed or something else is imported.")
    return "\n".join([there, lasts])


def imported(report: ImportReport, trash: str) -> list[str]:
    """What became of an import."""
    lines = report.lines()
    if report.replaced:
        lines.append(_("The earlier labels are kept in the dataset's trash:\n{folder}").format(folder=trash))
    if report.cancelled:
        lines.insert(0, _cancelled(report.images))
    return lines


def taken_back(told: Report, report: ImportReport, trash: str) -> list[str]:
    """What became of taking an import back."""
    lines = [
        ngettext(
            "{count} image is as it was before the import.",
            "{count} images are as they were before the import.",
            told.images,
        ).format(count=told.images)
    ]
    if told.cancelled:
        lines.insert(0, _("Cancelled: the other images still have the labels that were imported."))
    if told.images and report.images:  # else it only took labels away
        lines.append(
            _("The labels that were imported are in the dataset's trash:\n{folder}").format(folder=trash)
        )
    if names := report.classes:
        lines.append(
            ngettext("The new class stays: {names}.", "The new classes stay: {names}.", len(names)).format(
                names=", ".join(names)
            )
        )
    return lines


def left_alone(count: int) -> str:
    return ngettext(
        "{count} image was left as it is:", "{count} images were left as they are:", count
    ).format(count=count)


def _cancelled(count: int) -> str:
    return ngettext(
        "Cancelled: {count} image has its new labels, the others are as they were.",
        "Cancelled: {count} images have their new labels, the others are as they were.",
        count,
    ).format(count=count)
