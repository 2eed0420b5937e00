"""Reading the data files: rows, words, and messages that name file and line."""

from pathlib import Path

import pytest

from extractor import resources


@pytest.fixture
def lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(resources, "folder", lambda: tmp_path)
    return tmp_path / "words.tsv"


def test_comments_and_empty_lines_are_skipped_and_rows_filled_up(lexicon: Path) -> None:
    lexicon.write_text("# head\n\nмост\t m \tn\n  \nрека\n# между\nлёд\t\tx\n", encoding="utf-8")
    assert list(resources.rows("words.tsv", 3)) == [("мост", "m", "n"), ("река", "", ""), ("лёд", "", "x")]


def test_words_are_the_first_column(lexicon: Path) -> None:
    lexicon.write_text("# head\nмост\nрека\nмост\n", encoding="utf-8")
    assert resources.words("words.tsv") == {"мост", "река"}


@pytest.mark.parametrize("row", ["мост\tm\tn", "\tm"])
def test_a_wrong_row_is_refused_with_file_and_line(lexicon: Path, row: str) -> None:
    lexicon.write_text(f"# head\nрека\tf\n\n{row}\n", encoding="utf-8")
    with pytest.raises(resources.ResourceError, match=r"words\.tsv, line 4: expected .*'m'"):
        list(resources.rows("words.tsv", 2))


def test_the_folder_of_the_checkout_is_found_and_a_missing_one_told(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resources.folder.__wrapped__() == root / "models"
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "extractor")
    with pytest.raises(FileNotFoundError, match="reinstall extractor-ru"):
        resources.folder.__wrapped__()


def test_every_lexicon_says_in_its_head_what_it_holds(root: Path) -> None:
    for path in (root / "models").glob("*.tsv"):
        head = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert head.startswith("# ") and len(head) > 20, path.name
