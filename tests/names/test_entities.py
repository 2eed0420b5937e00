"""What a text names, as a whole: pages as a scraper sees them, and what holds of every mention."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from names.texts import all_rules, entities

from extractor import Extractor
from extractor.names import find_entities
from extractor.names.entities import Mention, Person, with_mentions
from extractor.names.organizations import layout
from extractor.names.organizations import spans as organization_spans
from extractor.names.people import merging
from extractor.names.people import spans as person_spans
from extractor.names.tagger import label
from extractor.reading.analysis import TokenSpan, read

SPORTS = """\
ТриТайма
Футбол Хоккей Теннис
Хоккей › МХЛ › Обзоры
«Торос» – «Кедр» – 4:1. Хет-трик Пушкарёва
12 февраля, 20:14
«Торос» дома обыграл «Кедр» со счётом 4:1. Хет-трик оформил нападающий Никита Пушкарёв.
Тренер «Кедра» Олег Сажин после матча заявил: «Мы не вышли на лёд».
Составы
Торос: Белов; Пушкарёв, Юдин
Кедр: Жук; Малов, Ян
Турнирная таблица
1. Торос 41
2. Кедр 38
3. Стрела 30
Другие матчи
«Стрела» – «Факел-2» – 0:0
«Локомотив-НН» – «Рубин» – 3:2
© ТриТайма, 2012–2024
"""

PORTAL = """\
ALTYNDALA.KZ
Қаз | Рус | Eng
Новости  Общество  Экономика  Видео
Главная / Новости / Общество
Аким Сарыозека встретился с жителями
Айдана Куанышева, 3 марта, 10:20
Аким Сарыозека Бауыржан Тлеубергенов провёл встречу, передаёт Altyndala.kz
со ссылкой на пресс-службу акимата Жетысуской области.
«Водопровод построит ТОО "Жетысу Курылыс"», — сказал Тлеубергенов.
Жители Сарыозека жалуются на перебои. Экс-аким Кербулака Самат Ордабаев комментировать ситуацию отказался.
Курс: USD 451.2 EUR 489.1 KASE 3 400
Подписывайтесь на наш Telegram-канал
© 2024 Altyndala.kz. Все права защищены.
"""

TABLOID = """\
ГОРОДСКОЙ СПЛЕТНИК
🔥 ТОП
💃 ЗВЁЗДЫ
«Он ушёл ночью»: рэпер Гранит о разрыве с Миланой Соул
👁 12 300
Кристина Лось
вчера, 19:40
Рэпер Гранит, настоящее имя которого Степан Кузин, рассказал о разводе. Певица Милана Соул это не комментирует.
«Мы взрослые люди», — сказал Гранит порталу «ГламурНьюс».
Директор певицы Инга Бах сообщила, что концерт в клубе «Подвал» отменён.
Фото: соцсети
ВАС УДИВИТ
😱 Экс-жена Гранита Юлия Соколик вышла замуж
💔 Актёр Самсонов попал в больницу
Комментарии (3)
masha_99: Милана, держись!
© Городской сплетник. 18+
"""

PAPER = """\
ВЕСТНИК ПРИОКСКА
Районная массовая газета
Главная  О газете  Архив  Подписка  Контакты
Вы здесь: Главная » Новости » Спорт
Лыжный стадион откроют к декабрю
Автор: Тамара Ключникова | 14.11.2023 | Просмотров: 512
В Приокске достраивают лыжный стадион. Об этом «Вестнику Приокска» рассказал директор спортшколы «Вымпел» Андрей Чуприн.
— Деньги выделило министерство спорта Рязанской области, — пояснил Чуприн. —
Подрядчик — ООО «Стройгарант» — обещает сдать объект вовремя.
Жительница Малых Вязём Нина Петровна Гусева говорит, что лыжню ждали давно.
По данным «Вестника Приокска», ещё в августе работы останавливали.
Читайте также:
«Вымпел» обыграл «Зарю»
В Старой Рязани нашли клад
Учредитель: МАУ «Редакция газеты «Вестник Приокска». При перепечатке ссылка обязательна.
"""


@pytest.mark.parametrize(
    ("page", "people", "organizations"),
    [
        pytest.param(
            SPORTS,
            {"Белов", "Жук", "Малов", "Никита Пушкарёв", "Олег Сажин", "Юдин", "Ян"},
            {"Кедр", "Локомотив-НН", "МХЛ", "Рубин", "Стрела", "ТриТайма", "Торос", "Факел-2"},
            id="sports",
        ),
        pytest.param(
            PORTAL,
            {"Айдана Куанышева", "Бауыржан Тлеубергенов", "Самат Ордабаев"},
            {"Altyndala.kz", 'ТОО "Жетысу Курылыс"', "акимат Жетысуской области"},
            id="portal",
        ),
        pytest.param(
            TABLOID,
            {"Инга Бах", "Кристина Лось", "Милана Соул", "Самсонов", "Степан Кузин", "Юлия Соколик"},
            {"ГОРОДСКОЙ СПЛЕТНИК", "ГламурНьюс", "Подвал"},
            id="tabloid",
        ),
        pytest.param(
            PAPER,
            {"Андрей Чуприн", "Нина Петровна Гусева", "Тамара Ключникова"},
            {
                "Вестник Приокска",
                "Вымпел",
                "Заря",
                "МАУ «Редакция газеты «Вестник Приокска»",
                "ООО «Стройгарант»",
                "министерство спорта Рязанской области",
            },
            id="paper",
        ),
    ],
)
def test_a_page_names_these_and_nobody_else(
    extractor: Extractor, page: str, people: set[str], organizations: set[str]
) -> None:
    record = extractor(page)
    assert {person.name for person in record.people} == people
    assert {organization.name for organization in record.organizations} == organizations
    for entity in (*record.people, *record.organizations):
        assert all(page[mention.start : mention.end] == mention.text for mention in entity.mentions)


@pytest.mark.parametrize(
    ("text", "people", "organizations"),
    [
        (
            "Рэпер Шквал, настоящее имя которого Олег Кротов, отменил тур. «Простите», — сказал Шквал.",
            {"Олег Кротов"},
            set(),
        ),
        ("Матч «Заря» – «Химик» завершился вничью. Тренер Павел Ершов доволен.", {"Павел Ершов"}, {"Заря", "Химик"}),
        ("Экс-аким Кербулака Самат Ордабаев отказался говорить.", {"Самат Ордабаев"}, set()),
        ("Учёные уверены: лёд Ладоги тает быстрее, сказала эколог Лия Быстрова.", {"Лия Быстрова"}, set()),
    ],
)
def test_short_texts(extractor: Extractor, text: str, people: set[str], organizations: set[str]) -> None:
    record = extractor(text)
    assert {person.name for person in record.people} == people
    assert {organization.name for organization in record.organizations} == organizations


RULES = [all_rules(module) for module in (person_spans, merging, organization_spans, layout)]


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [name for rules in RULES for name in rules]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("page", [SPORTS, PORTAL, TABLOID, PAPER])
def test_every_mention_carries_the_rule_that_found_it(page: str) -> None:
    found = entities(page)
    people, _, organizations, by_layout = RULES
    assert {mention.rule for person in found.people for mention in person.mentions} <= set(people)
    assert {mention.rule for one in found.organizations for mention in one.mentions} <= {*organizations, *by_layout}


def test_mentions_are_added_in_text_order() -> None:
    first, later = (Mention(TokenSpan(i, i + 1), "name", "Ковшов", rule="a rule") for i in (1, 7))
    pronoun = Mention(TokenSpan(4, 5), "pronoun", certainty=0.5)
    person = with_mentions(Person("Ковшов", (first, later), last="Ковшов"), (pronoun,))
    assert person.mentions == (first, pronoun, later)
    assert (person.name, person.last, pronoun.rule) == ("Ковшов", "Ковшов", "")


NAME_PIECES = st.sampled_from(
    [
        "Иван",
        "Петрова",
        "В.",
        "«",
        "»",
        "(",
        ")",
        "ООО",
        "МВД",
        "России",
        "пресс-служба",
        "и",
        ",",
        "—",
        ".",
        "'",
        "\n",
        " ",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAME_PIECES, max_size=25).map(" ".join))
def test_mentions_lie_in_the_text_and_apart(text: str) -> None:
    analysis = label(read(text))
    found = find_entities(analysis)
    for group in (found.people, found.organizations):
        spans = sorted(mention.span for entity in group for mention in entity.mentions)
        assert all(0 <= span.start < span.end <= len(analysis.tokens) for span in spans)
        assert all(one.end <= other.start for one, other in pairwise(spans))
        assert all(entity.name and entity.mentions for entity in group)
