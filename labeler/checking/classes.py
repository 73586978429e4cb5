"""The class list: readable, used, and holding every class that instances are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from labeler.checking.report import NOTE, PROBLEM, Finding
from labeler.dataset.classes import DATASET_FILE, Classes, default_classes
from labeler.document.model import Annotation
from labeler.i18n import _, ngettext


def unknown_classes(annotation: Annotation, name: str, classes: Classes) -> Iterator[Finding]:
    """Each class once an image, at its first instance: a forgotten entry must not bury all other findings."""
    known = set(classes.names)
    unknown = [instance for instance in annotation.instances if instance.class_name not in known]
    counts = Counter(instance.class_name for instance in unknown)
    for instance in {instance.class_name: instance for instance in reversed(unknown)}.values():
        count = counts[instance.class_name]
        sentence = ngettext(
            'The class "{class_name}" is not in {file}: add it there, or give the instance another.',
            'The class "{class_name}" of {count} instances is not in {file}: add it, or give them another.',
            count,
        ).format(class_name=instance.class_name, file=DATASET_FILE, count=count)
        yield Finding("class-unknown", PROBLEM, name, sentence, instance.id, instance.class_name)


def unused_classes(classes: Classes, used: Counter[str]) -> Iterator[Finding]:
    """Those that no instance is of; nobody listed the one class of a folder without a list."""
    if classes == default_classes():
        return
    for name in classes.names:
        if not used[name] and name not in _same_names(classes):
            sentence = _('No instance is of the class "{class_name}".').format(class_name=name)
            yield Finding("class-unused", NOTE, DATASET_FILE, sentence, class_name=name)


def classes_alike(classes: Classes, used: Counter[str]) -> Iterator[Finding]:
    """Classes whose names differ in capitals and spaces only: one will have been meant."""
    for name, other in _same_names(classes).items():
        sentence = _(
            'The classes "{one}" and "{other}" have almost the same name ({one_count} and {other_count} '
            "instances): use one of them."
        ).format(one=other, other=name, one_count=used[other], other_count=used[name])
        yield Finding("class-alike", NOTE, DATASET_FILE, sentence, class_name=name)


def _same_names(classes: Classes) -> dict[str, str]:
    """Each name that is almost an earlier one, and that one."""
    first: dict[str, str] = {}
    same = {}
    for name in classes.names:
        plain = "".join(name.split()).casefold()
        if plain in first:
            same[name] = first[plain]
        else:
            first[plain] = name
    return same
