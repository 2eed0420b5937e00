"""Speakers of quotes: whole results on own texts about invented people and organizations."""

from __future__ import annotations

import pytest

from extractor.coreference import resolve
from extractor.coreference.sources import Speaker
from extractor.names import find_entities
from extractor.names.entities import Person
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan, read
from extractor.reading.characters import LONG_DASHES


def speakers(text: str) -> list[tuple[str | None, str | None, str | None]]:
    """Mention, name and kind of the speaker of each quote."""
    analysis, found = attributed(text)
    return [
        (
            None if speaker is None or speaker.mention is None else analysis.span_text(speaker.mention),
            None if speaker is None else speaker.name,
            None if speaker is None else speaker.kind,
        )
        for speaker in found
    ]


def attributed(text: str) -> tuple[Analysis, list[Speaker | None]]:
    analysis = label(read(text))
    entities = find_entities(analysis)
    quotes = find_quotes(analysis, entities)
    return analysis, resolve(analysis, entities, quotes)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "«Мост откроем в мае», — сказал мэр Твардовска Пётр Ланской. Градоначальник добавил, что денег хватит.",
            [("Пётр Ланской", "Пётр Ланской", "PER"), ("Градоначальник", "Пётр Ланской", "PER")],
            id="name and description",
        ),
        pytest.param(
            "Как сообщили в пресс-службе Росгеодезии, карта готова.",
            [("пресс-службе Росгеодезии", "пресс-служба Росгеодезии", "ORG")],
            id="press service in the nominative",
        ),
        pytest.param(
            "Компания «Лумер» отзывает насосы. В компании заявили, что деньги вернут.",
            [("компании", "Лумер", "ORG")],
            id="the company is the one spoken of",
        ),
        pytest.param(
            "О пожаре пишет газета «Вестник Лумерии». МЧС начало проверку. По данным издания, склад был пуст.",
            [("издания", "Вестник Лумерии", "ORG")],
            id="the newspaper, not the organization spoken of last",
        ),
        pytest.param(
            "В заявлении, распространённом оргкомитетом регаты, говорится, что яхты целы.",
            [("заявлении", "оргкомитет регаты", "ORG")],
            id="whoever the participle says put the statement out",
        ),
        pytest.param(
            "Завод «Вектор» отзывает насосы. Об этом говорится в письме, опубликованном на сайте завода «Вектор».",
            [("письме", "Вектор", "ORG")],
            id="whose site it was published on",
        ),
        pytest.param(
            "Мэр Пётр Ланской ушёл, сообщает Лумер-Пресс. По его данным, замену уже нашли.",
            [("Лумер-Пресс", "Лумер-Пресс", "ORG"), ("его", "Лумер-Пресс", "ORG")],
            id="data are the newspaper's, not the man's",
        ),
        pytest.param(
            "Яхту ищет полиция Лумерии. В полиции сообщили, что капитан жив.",
            [("полиции", "полиция Лумерии", "ORG")],
            id="a bare noun has the name of the fuller phrase",
        ),
        pytest.param(
            "Депутат Анна Рыкова и режиссёр Олег Тимин заявили, что театр спасут.",
            [("Анна Рыкова и режиссёр Олег Тимин", "Анна Рыкова и Олег Тимин", "PER")],
            id="two who speak together, the second with a title",
        ),
        pytest.param(
            "Цены вырастут, сообщает телеканал «360».",
            [("360", "360", "ORG")],
            id="a number in marks is a name",
        ),
        pytest.param(
            "По словам экспертов, цены вырастут.",
            [("экспертов", None, "OTHER")],
            id="people without a name",
        ),
        pytest.param(
            "Представитель завода сообщил, что пожар потушен.",
            [("Представитель завода", None, "PER")],
            id="one person without a name",
        ),
        pytest.param(
            "Варшава заявила, что граница закрыта.",
            [("Варшава", "Варшава", "ORG")],
            id="a capital speaks for its country",
        ),
        pytest.param(
            "«Мы купили трамваи», — сказал директор депо Эдуард Мельник.\n\n«Первый выйдет на линию завтра».",
            [("Эдуард Мельник", "Эдуард Мельник", "PER"), (None, "Эдуард Мельник", "PER")],
            id="a quote goes on without attribution",
        ),
        pytest.param(
            "О планах мы спросили директора лицея Кирилла Зотова.\n\n— Что изменится?\n\n— Уроков станет больше.",
            [(None, None, "PER"), (None, "Кирилл Зотов", "PER")],
            id="interview in dashes",
        ),
    ],
)
def test_speakers(text: str, expected: list[tuple[str | None, str | None, str | None]]) -> None:
    assert speakers(text) == expected


def test_the_entity_of_a_speaker_is_the_person_with_all_mentions() -> None:
    analysis, (speaker,) = attributed("Ректор Софья Линник выступила утром. «Занятия начнутся в среду», — сказала она.")
    assert speaker is not None
    assert isinstance(speaker.entity, Person)
    assert [analysis.span_text(m.span) for m in speaker.entity.mentions] == ["Софья Линник", "она"]


def test_a_speaker_the_text_never_names_has_no_name() -> None:
    text = "Глава района Ирина Клюева приехала на место. Источник в полиции сообщил, что водитель скрылся."
    assert speakers(text) == [("Источник в полиции", None, "PER")]


def test_certainty_falls_where_two_people_may_be_meant() -> None:
    one = "Ректор Олег Тимин выступил утром. «Занятия начнутся в среду», — сказал он."
    two = "Ректор Олег Тимин встретил декана Павла Рыкова. «Занятия начнутся в среду», — сказал он."
    named = "«Занятия начнутся в среду», — сказал Олег Тимин."
    ((_, (alone,)), (_, (among,)), (_, (sure,))) = map(attributed, (one, two, named))
    assert alone is not None and among is not None and sure is not None
    assert 0 < among.certainty < alone.certainty < sure.certainty == 1


def name_of(text: str, mention: str, content: str) -> str | None:
    """The name of the speaker of a quote given by hand."""
    analysis = label(read(text))

    def span(piece: str) -> TokenSpan:
        at = text.index(piece)
        inside = [t.index for t in analysis.tokens if at <= t.start and t.end <= at + len(piece)]
        return TokenSpan(inside[0], inside[-1] + 1)

    quotes = [Quote(type="direct", construction="label", fragments=(span(content),), speaker=span(mention))]
    _, (speaker,) = resolve(analysis, find_entities(analysis), quotes)
    return None if speaker is None else speaker.name


def test_two_speakers_together() -> None:
    text = "Анна Рыкова и Олег Тимин заявили, что проект закрыт."
    assert name_of(text, "Анна Рыкова и Олег Тимин", "проект закрыт") == "Анна Рыкова и Олег Тимин"


@pytest.mark.parametrize(("initials", "name"), [("А.П.", "Антон Перелётов"), ("В. Х.", "Вера Хлебникова")])
def test_label_of_initials(initials: str, name: str) -> None:
    text = f"Журналист Антон Перелётов поговорил с режиссёром Верой Хлебниковой.\n\n{initials}: Мы ждём парома."
    assert name_of(text, initials, "Мы ждём парома") == name


def test_the_other_label_of_an_interview_is_somebody_else() -> None:
    text = (
        "Корреспондент: Когда откроется новый рынок?\nИлья Громов: Мы планируем открытие на декабрь. Здание готово.\n"
        "Корреспондент: А цены?\nИлья Громов: Цены уже известны."
    )
    assert [name for _, name, _ in speakers(text)] == [None, "Илья Громов", None, "Илья Громов"]


def test_a_name_after_brackets_is_who_speaks() -> None:
    text = "Такой шаг погубит реку, считает директор международного Общества защиты рек (GfbR) Ульрих Зелиус."
    assert speakers(text) == [("Ульрих Зелиус", "Ульрих Зелиус", "PER")]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("«Это праздник», — заявил музыкант на встрече с директором фестиваля «Весна» Анной Рыковой.", "музыкант"),
        ("«Мост нужен городу», — заявил министр на встрече с директором «Литейщика» Анной Рыковой.", "министр"),
        ("«Рынок откроют», — сказал чиновник после разговора с владельцем сети «Заря» Олегом Тиминым.", "чиновник"),
    ],
)
def test_a_name_after_another_person_in_the_phrase_is_not_who_speaks(text: str, speaker: str) -> None:
    assert speakers(text) == [(speaker, None, "PER")]


@pytest.mark.parametrize("dash", sorted(LONG_DASHES))
def test_an_interview_in_dashes_of_any_length_has_the_same_speakers(dash: str) -> None:
    """A copy of the set of dashes lacked ‒ (U+2012): the questions then went to the interviewee."""
    turns = ("Когда откроется новый цех?", "Мы откроем его в мае.", "А сколько это стоит?", "Это стоит миллион рублей.")
    text = "С директором завода Антоном Лагутиным поговорил наш корреспондент.\n"
    found = speakers(text + "".join(f"{dash} {turn}\n" for turn in turns))
    assert [name for _, name, _ in found] == [None, "Антон Лагутин", None, "Антон Лагутин"]
