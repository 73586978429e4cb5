"""Names of classes in YAML, as another reader of it sees them where there is one, and as we do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.formats.yaml_texts import quoted, quoted_at, without_comment

#: Ends of lines, what readers take out, what does not print, what lies beyond 16 bits.
STRANGE = 'tab\t nl\n nel\x85 nbsp\xa0 ls\u2028 bom\ufeff zwj\u200d " \\ # : 🧀 tag\U000e0001 nul\0'


@given(st.text() | st.just(STRANGE))
def test_a_text_comes_back_and_takes_one_line_of_what_prints(text: str) -> None:
    written = quoted(text)
    assert quoted_at(f"x{written} # more", 1) == (text, 1 + len(written))
    assert written.isprintable()


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.just(STRANGE))
def test_readers_of_all_of_yaml_read_the_same(text: str) -> None:
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(f"- {quoted(text)}\n") == [text]


@pytest.mark.parametrize(
    ("written", "text"),
    [("'it''s'", "it's"), ('"\\x41\\e\\N"', "A\x1b\x85"), ("plain", None), ('"open', None)],
)
def test_quotes_of_either_kind_are_read(written: str, text: str | None) -> None:
    found = quoted_at(written, 0)
    assert found == (None if text is None else (text, len(written)))


@pytest.mark.parametrize("escape", ["\\q", "\\U00110000"])
def test_what_no_escape_means_is_refused(escape: str) -> None:
    with pytest.raises(ValueError, match="escape"):
        quoted_at(f'"{escape}"', 0)


def test_a_comment_begins_behind_a_space() -> None:
    assert without_comment(" c# code # a note") == "c# code"
