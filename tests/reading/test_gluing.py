"""Which words are cut apart, in lines a person can read: a bar stands at each cut."""

import pytest

from extractor.reading.gluing import cuts


def parts(word: str, seen: str = "") -> str:
    found = cuts(word, frozenset(seen.split()))
    return "|".join(word[start:end] for start, end in zip((0, *found), (*found, len(word)), strict=True))


@pytest.mark.parametrize(
    "glued",
    [
        "РФ|Ольга|Бережная|в",
        "передает|РИА",
        "корреспондент|Newsline",
        "на|The",
        "США|или",
        "в|США|на",
        "апреля|По",
        "руководстве|Кристины",
        "Представитель|Еврокомиссии|Кристиан",
        "Горюнова|сообщила",
        "также|заявил",
        "ссылкой|на",
        "случаев|в",
        "kz|со",
        "Ольга|Черешнева",
        "Акорды|Сегодня",
        "Директор|поговорил|с",
        "мнение|высказал|руководитель",
        "Зубарят|призвал|страны",
        "посмотреть|здесь",
    ],
)
def test_glued_words_are_cut_apart(glued: str) -> None:
    assert parts(glued.replace("|", "")) == glued


@pytest.mark.parametrize(
    "word",
    [
        "КамАЗа", "БелАЗ", "КазНИТУ", "УрФУ", "РусГидро", "ДомКлик", "ВкусВилл", "КиноПоиск", "ФосАгро", "ВООПиК",
        "iPhone", "YouTube", "МИДа", "ГИБДДшник", "спецборт", "медиаменеджер", "микроавтобус", "коронавирусной",
        "Кларинваль", "Берлускони", "Нурмагомедова", "Сейткалиевна", "блокчейн", "акимата", "соцсетях", "энергосырья",
        "судерассказали", "перевыпустить",
    ],
)  # fmt: skip
def test_one_word_stays_whole(word: str) -> None:
    assert parts(word) == word


def test_the_document_tells_a_name_from_its_case() -> None:
    assert parts("Зубарятна") == "Зубарятна"
    assert parts("Зубарятна", seen="Зубарят пришёл") == "Зубарят|на"
    assert parts("Зубарята", seen="Зубарят") == "Зубарята"


def test_a_very_long_word_is_not_looked_at() -> None:
    assert cuts("ОльгаВ" * 40, frozenset()) == ()
