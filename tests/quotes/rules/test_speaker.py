"""The speaker of a cue, wherever it stands beside it."""

from __future__ import annotations

import pytest
from quotes.texts import at, context_of, shown

from extractor.quotes.rules.speaker import speaker_of


@pytest.mark.parametrize(
    ("text", "cue", "speaker"),
    [
        # The subject by syntax, after or before the cue, several together.
        ("Капитан Юрий Бессонов сообщил о шторме.", "сообщил", "Юрий Бессонов"),
        ("Об этом сообщила новая директор музея.", "сообщила", "новая директор музея"),
        ("Анна Рыкова и Олег Тимин заявили протест.", "заявили", "Анна Рыкова и Олег Тимин"),
        # The subject of the first of several predicates, also for a gerund.
        ("Олег Тимин приехал в порт и заявил протест.", "заявил", "Олег Тимин"),
        ("Олег Тимин приехал в порт, заявив протест.", "заявив", "Олег Тимин"),
        ("Олег Тимин, который приехал в порт, заявил протест.", "заявил", "Олег Тимин"),
        # The subject that several clauses part from its verb.
        (
            "Юрий Бессонов, который вёл паром, когда начался шторм, и первым увидел лёд, сообщил о буре.",
            "сообщил",
            "Юрий Бессонов",
        ),
        ("Лось, который, как говорят, уехал, чтобы отдохнуть, сообщил о буре.", "сообщил", "Лось"),
        # The noun that a participle describes, in any case.
        ("Капитан Юрий Бессонов, сообщивший о шторме, ушёл.", "сообщивший", "Юрий Бессонов"),
        ("Мы ждали капитана, сообщившего о шторме.", "сообщившего", "капитана"),
        # An organization or document in an adjunct, no time and no occasion.
        ("В прокуратуре сообщили о проверке.", "сообщили", "прокуратуре"),
        ("В письме мэрии говорится о проверке.", "говорится", "письме мэрии"),
        ("В понедельник говорится о проверке.", "говорится", None),
        # The original source, whoever relays it.
        ("ТАСС сообщает со ссылкой на прокуратуру.", "сообщает", "прокуратуру"),
        ("Агентство сообщает, ссылаясь на слова Анны Ровной.", "сообщает", "Анны Ровной"),
        # Whom a cue quotes.
        ("Кротова цитирует пресс-служба.", "цитирует", "Кротова"),
        ("Журнал приводит слова Анны Ровной.", "приводит", "Анны Ровной"),
        ("Журнал приводит её слова.", "приводит", "её"),
        # Nobody.
        ("Сообщается о проверке.", "Сообщается", None),
    ],
)
def test_the_speaker_of_a_cue(text: str, cue: str, speaker: str | None) -> None:
    context = context_of(text)
    assert shown(context, speaker_of(context, at(context, cue), 0, len(context.analysis.tokens))) == speaker


def test_a_speaker_is_looked_for_within_the_bounds_only() -> None:
    context = context_of("Юрий Бессонов сообщил о шторме.")
    cue = at(context, "сообщил")
    assert speaker_of(context, cue, cue, len(context.analysis.tokens)) is None


def test_after_a_content_a_second_verb_has_no_mention_beside_it() -> None:
    context = context_of("Юрий Бессонов сообщил, что шторм стих, и добавил подробности.")
    assert speaker_of(context, at(context, "добавил"), 0, len(context.analysis.tokens)) is None
