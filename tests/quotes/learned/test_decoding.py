"""From labels of tokens to quotes."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.names.tagger import label
from extractor.quotes.learned.decoding import certainty, decode, mean, speaker_certainty
from extractor.quotes.learned.tagger import LABELS, QuoteTags, tag_quotes
from extractor.quotes.quote import Quote
from extractor.reading.analysis import TokenSpan, read


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
    assert quotes_in("По словам Кольцовой, пекарня заработает в три смены через год.") == [
        ("indirect", ["пекарня заработает в три смены через год"], "По словам", "Кольцовой")
    ]


def test_sentence_before_is_the_content_of_an_anaphoric_quote() -> None:
    analysis = label(read("В Лужинске закрыли старый мост. Об этом сообщила пресс-служба мэрии."))
    (quote,) = decode(analysis, tag_quotes(analysis))
    assert quote.anaphoric
    assert analysis.span_text(quote.fragments[0]) == "В Лужинске закрыли старый мост"


def test_names_in_marks_are_no_quotes() -> None:
    assert quotes_in("Завод «Лужинский литейщик» открыл музей «Старый мост» в субботу.") == []


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


def labelled(
    content: str, cue: str = "", speaker: str = "", attribution: str = "", reported: str = "", said_by: str = ""
) -> QuoteTags:
    """Output of a tagger that is certain: labels by token, parted by spaces, "-" for the first label of a group."""
    groups = dict(zip(LABELS, (content, cue, speaker, attribution, reported, said_by), strict=True))
    length = len(content.split())
    found = {}
    for name, told in groups.items():
        wanted = told.split() or ["-"] * length
        numbers = [0 if one == "-" else LABELS[name].index(one) for one in wanted]
        found[name] = np.eye(len(LABELS[name]), dtype=np.float32)[numbers]
    return QuoteTags(**found, path=found["content"].argmax(1))


def decoded(text: str, tags: QuoteTags) -> list[tuple[str, list[str], str | None, str | None]]:
    """The quotes of labels given by hand: construction, fragments, cue and speaker."""
    analysis = label(read(text))
    assert len(analysis.tokens) == len(tags.path)
    return [
        (
            quote.construction,
            [analysis.span_text(fragment) for fragment in quote.fragments],
            quote.cue and analysis.span_text(quote.cue),
            quote.speaker and analysis.span_text(quote.speaker),
        )
        for quote in decode(analysis, tags)
    ]


def test_two_fragments_with_one_cue_between_them_are_one_quote() -> None:
    tags = labelled(
        "B-indirect - - - - B-indirect -",
        cue="- - B - - - -",
        speaker="- - - B - - -",
        attribution="after - - - - before -",
        reported="- - both - - - -",
        said_by="- - after - - - -",
    )
    assert decoded("Порт, считает Кротов, закроют.", tags) == [
        ("aside", ["Порт", "закроют"], "считает", "Кротов"),
    ]


def test_each_content_gets_the_cue_on_its_side() -> None:
    # Мэр сообщил , что порт закроют , и добавил , что мост цел .
    tags = labelled(
        "- - - - B-indirect I-indirect - - - - - B-indirect I-indirect -",
        cue="- B - - - - - - B - - - - -",
        speaker="B - - - - - - - - - - - - -",
        attribution="- - - - before before - - - - - before before -",
        reported="- after - - - - - - after - - - - -",
        said_by="- before - - - - - - none - - - - -",
    )
    assert decoded("Мэр сообщил, что порт закроют, и добавил, что мост цел.", tags) == [
        ("clause", ["порт закроют"], "сообщил", "Мэр"),
        ("clause", ["мост цел"], "добавил", None),
    ]


def test_a_cue_that_says_so_reports_the_sentence_before() -> None:
    tags = labelled(
        "- - - - - - - -",
        cue="- - - - - B-ana - -",
        speaker="- - - - - - B -",
        said_by="- - - - - after - -",
    )
    assert decoded("Порт закроют. Об этом сообщил мэр.", tags) == [("anaphoric", ["Порт закроют"], "сообщил", "мэр")]


def test_a_speaker_without_a_cue_stands_near_its_quote() -> None:
    tags = labelled("- - - B-direct I-direct -", speaker="B-lone - - - - -")
    assert decoded("Кротов: «Порт закроют»", tags) == [("before", ["Порт закроют"], None, "Кротов")]


def test_punctuation_and_marks_are_set_right() -> None:
    tags = labelled("- - B-indirect I-indirect I-indirect -", cue="- B - - - -", speaker="B - - - - -")
    assert decoded("Мэр сообщил, порт закроют.", tags)[0][1] == ["порт закроют"]
    tags = labelled("B-indirect I-indirect - - - - - -", cue="- - - B - - - -", speaker="- - - - - - B I")
    assert decoded("Порт закроют, пишет газета «Волна»", tags)[0][3] == "«Волна»"


def test_certainty_is_the_probability_of_content_and_speaker() -> None:
    tags = labelled(
        "- - - - B-indirect I-indirect I-indirect I-indirect -", speaker="B" + " -" * 8, said_by="- none" + " -" * 7
    )
    right = Quote("indirect", "clause", (TokenSpan(4, 8),), TokenSpan(1, 2), TokenSpan(0, 1))
    assert certainty(tags, right) == 1
    assert certainty(tags, right._replace(fragments=(TokenSpan(4, 6),))) == 0
    assert certainty(tags, right._replace(fragments=(TokenSpan(2, 8),))) == 0
    assert speaker_certainty(tags, right) == 1
    assert speaker_certainty(tags, right._replace(speaker=TokenSpan(2, 3))) == 0
    assert speaker_certainty(tags, right._replace(speaker=None)) == 1
    assert speaker_certainty(tags, right._replace(speaker=None, cue=None)) == 0


def test_fragments_that_only_a_paragraph_parts_are_as_certain_as_one() -> None:
    tags = labelled("B-direct I-direct I-direct I-direct -")
    parted = Quote("direct", "alone", (TokenSpan(0, 2), TokenSpan(2, 4)))
    assert certainty(tags, parted) == 1


def test_the_mean_of_a_label_over_a_span() -> None:
    probabilities = np.array([[1, 0], [0.5, 0.5], [0, 1]], dtype=np.float32)
    assert mean(probabilities, TokenSpan(0, 2)) == 0.75
    assert mean(probabilities, TokenSpan(1, 3), 1) == 0.75
