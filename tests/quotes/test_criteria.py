"""Rules and tagger judged against each other: each criterion by itself, then the lists."""

from __future__ import annotations

import numpy as np
import pytest
from names.texts import leave_out
from quotes.texts import context_of

from extractor.quotes import criteria
from extractor.quotes.criteria import (
    CONTENT,
    NO_QUOTE,
    SPEAKER,
    Contest,
    LoneQuote,
    Speakers,
    lies_within,
    part_outside,
    rules_content_holds,
    rules_speaker_holds,
    rules_suffice,
    tagger_suffices,
)
from extractor.quotes.learned.tagger import QuoteTags, tag_quotes
from extractor.quotes.quote import Construction, Quote, QuoteType
from extractor.quotes.rules.context import Context
from extractor.reading.analysis import TokenSpan, read

CLAUSE = "Пётр Заречный сообщил, что ремонт моста завершат осенью."


def span(context: Context, text: str) -> TokenSpan:
    """The first tokens with a text."""
    words = [token.text for token in read(text).tokens]
    tokens = [token.text for token in context.analysis.tokens]
    return next(TokenSpan(i, i + len(words)) for i in range(len(tokens)) if tokens[i : i + len(words)] == words)


def quote(
    context: Context,
    *fragments: str,
    kind: QuoteType = "indirect",
    construction: Construction = "clause",
    cue: str | None = None,
    speaker: str | None = None,
) -> Quote:
    """A quote of the given parts of a text; its attribution is not told."""
    return Quote(
        kind,
        construction,
        tuple(span(context, fragment) for fragment in fragments),
        span(context, cue) if cue else None,
        span(context, speaker) if speaker else None,
    )


def verdicts(contest: Contest) -> dict[str, bool]:
    """What the criteria for contents say that say something."""
    found = {rule.name: rule.apply(contest) for rule in CONTENT}
    return {name: verdict for name, verdict in found.items() if verdict is not None}


def test_layout_and_an_uncertain_tagger_are_for_the_rules() -> None:
    context = context_of("— Мост откроют весной, — сказал он.")
    tagged = quote(context, "Мост откроют весной", kind="direct", construction="after")
    turn = quote(context, "Мост откроют", kind="direct", construction="dialogue")
    assert verdicts(Contest(context, tagged, 0.99, [(turn, [tagged])])) == {
        "content: layout": True,
        "content: utterance": False,
    }
    # Of an utterance the tagger is never too uncertain.
    in_marks = turn._replace(construction="after")
    assert verdicts(Contest(context, tagged, 0.1, [(in_marks, [tagged])])) == {"content: utterance": False}
    reported = tagged._replace(type="indirect")
    contest = Contest(context, reported, 0.3, [(in_marks, [reported])])
    assert verdicts(contest) == {"content: uncertain tagger": True}
    assert rules_content_holds(contest)
    assert not rules_content_holds(contest._replace(certainty=0.99))


def test_pieces_between_one_pair_of_marks_are_one_utterance_of_the_rules() -> None:
    context = context_of("«Мост откроют. Порт закроют», — сказал он. «Дождь ушёл».")
    first, second, third = (
        quote(context, part, kind="direct", construction="after")
        for part in ("Мост откроют", "Порт закроют", "Дождь ушёл")
    )
    whole = quote(context, "Мост откроют. Порт закроют", kind="direct", construction="after")
    assert verdicts(Contest(context, first, 0.99, [(whole, [first, second])])) == {
        "content: pieces of one pair of marks": True,
        "content: utterance": False,
    }
    assert "content: pieces of one pair of marks" not in verdicts(
        Contest(context, first, 0.99, [(whole, [first, third])])
    )


def test_in_the_reporters_own_words_syntax_bounds_some_contents_better() -> None:
    context = context_of("Порт, считает Кротов, «совсем плох», передаёт Лумер-Пресс, и мост тоже.")
    tagged = quote(context, "Порт", kind="mixed", cue="передаёт")

    def against(rule: Quote, certainty: float = 0.99) -> dict[str, bool]:
        return verdicts(Contest(context, tagged, certainty, [(rule, [tagged])]))

    assert against(quote(context, "Порт", construction="aside")) == {"content: aside": True}
    assert against(quote(context, "Порт", kind="mixed")) == {}
    assert against(quote(context, "Порт", "«совсем плох»", construction="inverted")) == {"content: missed part": True}
    # A content with the tagger's cue in it is too long, if the tagger is very certain.
    swallowing = quote(context, "Порт", "«совсем плох», передаёт", construction="inverted")
    assert against(swallowing) == {"content: swallowed cue": False, "content: missed part": True}
    assert against(swallowing, 0.85) == {"content: missed part": True}


@pytest.mark.parametrize(
    ("text", "candidate", "rule"),
    [
        ("Анна думала, что Мост открыт.", {"cue": "думала"}, "no quote: thought"),
        (
            "Мост открыт. Об этом гуляли люди.",
            {"cue": "гуляли", "construction": "anaphoric"},
            "no quote: anaphor of no cue",
        ),
        ("Анна не говорила, что Мост открыт.", {"cue": "говорила"}, "no quote: denied"),
        ("Анна говорила, что Мост открыт.", {"cue": "говорила"}, None),
    ],
)
def test_what_the_rules_know_to_be_no_quote(text: str, candidate: dict[str, str], rule: str | None) -> None:
    context = context_of(text)
    found = quote(context, "Мост открыт", **candidate)  # type: ignore[arg-type]
    predicate = None if found.cue is None else found.cue.start
    alone = LoneQuote(context, found, predicate)
    assert [one.name for one in NO_QUOTE if one.apply(alone)] == ([rule] if rule else [])
    assert tagger_suffices(context, found, 0.99) is (rule is None)


def test_words_between_two_marks_need_less_certainty_than_others() -> None:
    context = context_of("Анна назвала мост «гордостью города», а порт дырой.")
    in_marks, other = quote(context, "гордостью города", kind="mixed"), quote(context, "а порт", kind="mixed")
    assert tagger_suffices(context, in_marks, 0.4)
    assert not tagger_suffices(context, other, 0.4)
    assert tagger_suffices(context, quote(context, "мост", construction="anaphoric"), 0.7)


def test_what_only_rules_find_needs_some_support_but_in_layouts() -> None:
    context = context_of("Завод открыл музей в субботу.")
    tags = tag_quotes(context.analysis)
    assert not rules_suffice(tags, quote(context, "Завод открыл музей"))
    assert rules_suffice(tags, quote(context, "Завод открыл музей", construction="block"))
    context = context_of(CLAUSE)
    assert rules_suffice(tag_quotes(context.analysis), quote(context, "ремонт моста завершат"))


@pytest.mark.parametrize(
    ("text", "by_rule", "by_tagger", "rule"),
    [
        (
            "Анна Рыкова и Олег Тимин заявили протест.",
            "Анна Рыкова и Олег Тимин",
            "Анна Рыкова",
            "speaker: one of several",
        ),
        ("Журнал заявил, приводя слова мэрии.", "мэрии", "слова мэрии", "speaker: owner of words"),
        ("Чиновник заявил протест Олегу Тимину.", "Чиновник", "Олегу Тимину", "speaker: no subject"),
        ("Чиновник заявил протест, Олег Тимин ушёл.", "Чиновник", "Олег Тимин", None),
    ],
)
def test_where_the_rules_speaker_holds(text: str, by_rule: str, by_tagger: str, rule: str | None) -> None:
    context = context_of(text)
    cue = next(word for word in ("заявили", "заявил") if word in [token.text for token in context.analysis.tokens])
    found = quote(context, "протест" if "протест" in text else "слова", cue=cue, speaker=by_rule)
    speakers = Speakers(context, found, span(context, by_tagger), probability=0.95)
    assert [one.name for one in SPEAKER if one.apply(speakers)] == ([rule] if rule else [])
    doubtful = speakers._replace(probability=0.2)
    assert "speaker: doubtful" in [one.name for one in SPEAKER if one.apply(doubtful)]


def certain(context: Context) -> QuoteTags:
    """Output of a tagger that takes every token for a speaker."""
    tags = tag_quotes(context.analysis)
    speaker = np.zeros_like(tags.speaker)
    speaker[:, 1] = 1
    return QuoteTags(**{**vars(tags), "speaker": speaker})


def test_a_rule_without_speaker_or_with_one_inside_the_content_gives_none() -> None:
    context = context_of(CLAUSE)
    tags = certain(context)
    tagged = quote(context, "ремонт моста завершат", cue="сообщил", speaker="Пётр Заречный")
    rule = quote(context, "ремонт моста", cue="сообщил", speaker="Пётр Заречный")
    assert not rules_speaker_holds(context, tags, tagged, rule._replace(speaker=None))
    silent = tagged._replace(speaker=None)
    assert rules_speaker_holds(context, tags, silent, rule._replace(attribution=TokenSpan(0, 3)))
    assert not rules_speaker_holds(context, tags, silent, rule._replace(attribution=span(context, "ремонт моста")))
    assert not rules_speaker_holds(context, tags, tagged, rule)


def contest_of(rule: str) -> Contest:
    """A contest that one criterion decides and that turns without it."""
    context = context_of("Порт, считает Кротов, «совсем плох», передаёт Лумер-Пресс, и мост тоже.")

    def made(*fragments: str, construction: Construction = "clause") -> Quote:
        return quote(context, *fragments, kind="mixed", construction=construction, cue="передаёт")

    tagged = made("Порт")._replace(type="direct" if rule == "content: utterance" else "mixed")
    swallowing = made("Порт", "«совсем плох», передаёт", construction="inverted")
    certainty, rivals = {
        "content: layout": (0.99, [made("Порт", construction="block")]),
        "content: uncertain tagger": (0.1, [made("Порт")]),
        "content: utterance": (0.99, [made("Порт", construction="aside")]),
        "content: swallowed cue": (0.99, [swallowing]),
        "content: aside": (0.99, [made("Порт", construction="aside")]),
        "content: missed part": (0.85, [swallowing]),
    }[rule]
    return Contest(context, tagged, certainty, [(rival, [tagged]) for rival in rivals])


@pytest.mark.parametrize(
    ("rule", "for_the_rules"),
    [
        ("content: layout", True),
        ("content: uncertain tagger", True),
        ("content: utterance", False),
        ("content: swallowed cue", False),
        ("content: aside", True),
        ("content: missed part", True),
    ],
)
def test_without_a_criterion_its_contest_turns(monkeypatch: pytest.MonkeyPatch, rule: str, for_the_rules: bool) -> None:
    contest = contest_of(rule)
    assert rules_content_holds(contest) is for_the_rules
    leave_out(monkeypatch, criteria, rule)
    assert rules_content_holds(contest) is not for_the_rules


def test_without_the_criterion_for_one_pair_of_marks_its_pieces_are_the_taggers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = context_of("«Мост откроют. Порт закроют», — сказал он.")
    pieces = [quote(context, part, kind="direct", construction="after") for part in ("Мост откроют", "Порт закроют")]
    whole = quote(context, "Мост откроют. Порт закроют", kind="direct", construction="after")
    contest = Contest(context, pieces[0], 0.99, [(whole, pieces)])
    assert rules_content_holds(contest)
    leave_out(monkeypatch, criteria, "content: pieces of one pair of marks")
    assert not rules_content_holds(contest)


@pytest.mark.parametrize(
    ("rule", "text", "by_rule", "by_tagger"),
    [
        ("speaker: doubtful", "Чиновник заявил протест, Олег Тимин ушёл.", "Чиновник", "Олег Тимин"),
        ("speaker: one of several", "Рыкова и Тимин заявили протест.", "Рыкова и Тимин", "Рыкова"),
        ("speaker: owner of words", "Журнал заявил протест, приводя слова мэрии.", "мэрии", "слова мэрии"),
        ("speaker: no subject", "Чиновник заявил протест Олегу Тимину.", "Чиновник", "Олегу Тимину"),
    ],
)
def test_without_a_criterion_the_taggers_speaker_stands(
    monkeypatch: pytest.MonkeyPatch, rule: str, text: str, by_rule: str, by_tagger: str
) -> None:
    context = context_of(text)
    tags = certain(context)
    if rule == "speaker: doubtful":
        tags.speaker[:] = 1 / tags.speaker.shape[1]
    cue = "заявили" if "заявили" in text else "заявил"
    found = quote(context, "протест", cue=cue, speaker=by_rule)
    tagged = quote(context, "протест", cue=cue, speaker=by_tagger)
    assert rules_speaker_holds(context, tags, tagged, found)
    leave_out(monkeypatch, criteria, rule)
    assert not rules_speaker_holds(context, tags, tagged, found)


def test_spans_inside_and_outside_others() -> None:
    assert lies_within(TokenSpan(2, 4), TokenSpan(2, 5)) and not lies_within(TokenSpan(1, 4), TokenSpan(2, 5))
    others = [TokenSpan(0, 2), TokenSpan(5, 7)]
    assert part_outside(TokenSpan(1, 9), others) == TokenSpan(2, 5)
    assert part_outside(TokenSpan(5, 7), others) is None
    assert part_outside(TokenSpan(8, 9), others) == TokenSpan(8, 9)
