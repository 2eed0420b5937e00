"""The learned tagger: what it reads, its arithmetic, its quotes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.inference.kernels import Floats
from extractor.inference.layers import best_path
from extractor.names.entities import Entities
from extractor.names.tagger import label
from extractor.quotes.joining import join
from extractor.quotes.learned.decoding import certainty, decode
from extractor.quotes.learned.tagger import LABELS, QuoteTags, columns, tag_quotes
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import Context
from extractor.reading.analysis import Analysis, TokenSpan, read


def quotes_in(text: str) -> list[tuple[str, list[str], str | None, str | None]]:
    """Each quote as (type, fragments, cue, speaker), as a person reads them."""
    analysis = label(read(text))

    def shown(span: TokenSpan | None) -> str | None:
        return None if span is None else analysis.span_text(span)

    return [
        (
            quote.type,
            [analysis.span_text(fragment) for fragment in quote.fragments],
            shown(quote.cue),
            shown(quote.speaker),
        )
        for quote in decode(analysis, tag_quotes(analysis))
    ]


def test_direct_quote_before_its_attribution() -> None:
    assert quotes_in("«Мост откроют в октябре», — сказал мэр Лужинска Пётр Заречный.") == [
        ("direct", ["Мост откроют в октябре"], "сказал", "Пётр Заречный")
    ]


def test_utterance_broken_by_its_attribution_is_one_quote() -> None:
    assert quotes_in("«Мы всё проверили, — заявила директор завода Анна Кольцова, — и готовы к пуску».") == [
        ("direct", ["Мы всё проверили", "и готовы к пуску"], "заявила", "Анна Кольцова")
    ]


def test_indirect_quote_after_its_cue() -> None:
    assert quotes_in("Пётр Заречный сообщил, что ремонт моста завершат осенью.") == [
        ("indirect", ["ремонт моста завершат осенью"], "сообщил", "Пётр Заречный")
    ]


def test_parenthetical_cue() -> None:
    assert quotes_in("По словам Кольцовой, завод выйдет на полную мощность через год.") == [
        ("indirect", ["завод выйдет на полную мощность через год"], "По словам", "Кольцовой")
    ]


def test_sentence_before_is_the_content_of_an_anaphoric_quote() -> None:
    analysis = label(read("В Лужинске закрыли старый мост. Об этом сообщила пресс-служба мэрии."))
    (quote,) = decode(analysis, tag_quotes(analysis))
    assert quote.anaphoric
    assert analysis.span_text(quote.fragments[0]) == "В Лужинске закрыли старый мост"


def test_names_in_marks_are_no_quotes() -> None:
    assert quotes_in("Завод «Лужинский литейщик» открыл музей «Старый мост» в субботу.") == []


@pytest.mark.parametrize("text", ["", " \n ", "»«\"'", "—", "12 34", "a", "Сказал.", "\n\n«\n»\n"])
def test_odd_texts_give_a_list(text: str) -> None:
    analysis = label(read(text))
    tags = tag_quotes(analysis)
    assert tags.content.shape == (len(analysis.tokens), len(LABELS["content"]))
    assert isinstance(decode(analysis, tags), list)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["«", "»", '"', "—", ",", ".", ":", "что", "сказал", "Он", "Заречный", "мост", "\n", "По словам"]
        ),
        max_size=60,
    )
)
def test_quotes_lie_in_the_text_and_do_not_overlap(words: list[str]) -> None:
    analysis = label(read(" ".join(words)))
    tags = tag_quotes(analysis)
    quotes = decode(analysis, tags)
    plain = [fragment for quote in quotes if not quote.anaphoric for fragment in quote.fragments]
    for fragment, following in itertools.pairwise(sorted(plain)):
        assert fragment.end <= following.start
    for quote in quotes:
        assert 0 <= certainty(tags, quote) <= 1.001
        for span in (*quote.fragments, quote.cue, quote.speaker, quote.attribution):
            assert span is None or 0 <= span.start < span.end <= len(analysis.tokens)
        assert _holds(quote)


def _holds(quote: Quote) -> bool:
    """The attribution holds cue and speaker."""
    parts = [part for part in (quote.cue, quote.speaker) if part is not None]
    outer = quote.attribution
    return all(outer is not None and outer.start <= part.start and part.end <= outer.end for part in parts)


def test_probabilities_sum_to_one() -> None:
    tags = tag_quotes(label(read("«Мост откроют», — сказал он.")))
    for name in LABELS:
        assert getattr(tags, name).sum(1) == pytest.approx(1, abs=1e-4)


def test_marks_of_any_style_are_read_alike() -> None:
    angled, straight = (
        columns(label(read(text)))["mark"].of_words()
        for text in ("Он сказал: «Мост открыт».", 'Он сказал: "Мост открыт".')
    )
    assert angled == straight == ["", "", "", "open", "in", "in", "close", ""]


def marked(text: str) -> list[str]:
    analysis: Analysis = label(read(text))
    return [analysis.span_text(span) for span in analysis.marked_spans]


def test_marks_are_paired_and_nest() -> None:
    assert marked("Он сказал: «Завод «Литейщик» работает».") == ["«Завод «Литейщик» работает»", "«Литейщик»"]
    assert marked('Газета "Заря" и журнал "Мост".') == ['"Заря"', '"Мост"']
    assert marked("Открыто «и нет конца.\nНовый абзац» здесь.") == []


def test_best_path_never_lets_a_fragment_change_its_type() -> None:
    labels = LABELS["content"]
    probabilities = np.full((3, len(labels)), 0.01, dtype=np.float32)
    for i, expected in enumerate(("B-direct", "I-mixed", "I-direct")):
        probabilities[i, labels.index(expected)] = 0.9
    probabilities[1, labels.index("I-direct")] = 0.05
    path = [labels[i] for i in best_path(probabilities, _allowed())]
    assert path == ["B-direct", "I-direct", "I-direct"]


def test_best_path_searches_where_certain_labels_may_not_follow_each_other() -> None:
    labels = LABELS["content"]
    probabilities = np.full((4, len(labels)), 1e-4, dtype=np.float32)
    for i, expected in enumerate(("I-direct", "B-mixed", "I-direct", "O")):
        probabilities[i, labels.index(expected)] = 0.999
    probabilities[0, labels.index("B-direct")] = probabilities[2, labels.index("I-mixed")] = 0.0005
    path = [labels[i] for i in best_path(probabilities, _allowed())]
    assert path == ["B-direct", "B-mixed", "I-mixed", "O"]


def _allowed() -> Floats:
    labels = LABELS["content"]
    rows = [[-100 if to.startswith("I") and to[2:] != before[2:] else 0 for to in labels] for before in labels]
    return np.array(rows, dtype=np.float32)


def test_tags_are_the_same_for_a_text_alone_and_read_again() -> None:
    analysis = label(read("Мэр заявил, что мост построят. «Это решено», — добавил он."))
    first, second = tag_quotes(analysis), tag_quotes(analysis)
    assert isinstance(first, QuoteTags)
    assert np.array_equal(first.content, second.content)


def joined(text: str, rules: list[Quote]) -> list[tuple[str, str]]:
    """What becomes of the rules' quotes beside the tagger's: type and text of each."""
    analysis = label(read(text))
    quotes = join(Context.of(analysis, Entities()), tag_quotes(analysis), rules)
    return [(quote.type, " … ".join(map(analysis.span_text, quote.fragments))) for quote in quotes]


def test_the_certain_cut_of_the_tagger_holds_against_a_rule() -> None:
    text = "Пётр Заречный сообщил, что ремонт моста завершат осенью."
    short = Quote("indirect", "clause", (TokenSpan(5, 7),))
    assert joined(text, [short]) == [("indirect", "ремонт моста завершат осенью")]


def test_what_rules_alone_call_a_quote_is_dropped_unless_layout_makes_it_one() -> None:
    text = "Завод открыл музей в субботу."
    words = (TokenSpan(0, 5),)
    assert joined(text, [Quote("indirect", "clause", words)]) == []
    assert joined(text, [Quote("direct", "dialogue", words)]) == [("direct", "Завод открыл музей в субботу")]


def test_a_quote_of_the_tagger_alone_is_kept_where_it_is_certain() -> None:
    assert joined("По словам Кольцовой, завод выйдет на полную мощность через год.", []) == [
        ("indirect", "завод выйдет на полную мощность через год")
    ]
