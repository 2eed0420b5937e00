"""Made-up people decline as real names do, and are written in every layout."""

from __future__ import annotations

import random

import pytest

from training import made_names
from training.made_names import CASES, KINDS, LAYOUTS, MadePerson, fixed, given, noun_surname, person, surname, written

SURNAMES = [
    ("male", "Крылов Крылова Крылову Крылова Крыловым Крылове"),
    ("female", "Крылова Крыловой Крыловой Крылову Крыловой Крыловой"),
    ("male", "Тарутин Тарутина Тарутину Тарутина Тарутиным Тарутине"),
    ("female", "Тарутина Тарутиной Тарутиной Тарутину Тарутиной Тарутиной"),
    ("male", "Загорский Загорского Загорскому Загорского Загорским Загорском"),
    ("female", "Загорская Загорской Загорской Загорскую Загорской Загорской"),
    ("male", "Осадчий Осадчего Осадчему Осадчего Осадчим Осадчем"),
    ("female", "Осадчая Осадчей Осадчей Осадчую Осадчей Осадчей"),
    ("male", "Полевой Полевого Полевому Полевого Полевым Полевом"),
    ("male", "Ткаченко Ткаченко Ткаченко Ткаченко Ткаченко Ткаченко"),
    ("male", "Ковальчук Ковальчука Ковальчуку Ковальчука Ковальчуком Ковальчуке"),
    ("female", "Ковальчук Ковальчук Ковальчук Ковальчук Ковальчук Ковальчук"),
    ("male", "Мкртчян Мкртчяна Мкртчяну Мкртчяна Мкртчяном Мкртчяне"),
    ("male", "Гогошвили Гогошвили Гогошвили Гогошвили Гогошвили Гогошвили"),
    ("male", "Станкевич Станкевича Станкевичу Станкевича Станкевичем Станкевиче"),
    ("male", "Цой Цоя Цою Цоя Цоем Цое"),
    ("male", "Лапин-Заречный Лапина-Заречного Лапину-Заречному Лапина-Заречного Лапиным-Заречным Лапине-Заречном"),
]
NOUNS = [
    ("male", "Кравец Кравца Кравцу Кравца Кравцом Кравце"),
    ("male", "Мороз Мороза Морозу Мороза Морозом Морозе"),
    ("female", "Мороз Мороз Мороз Мороз Мороз Мороз"),
    ("male", "Ткач Ткача Ткачу Ткача Ткачом Ткаче"),
    ("male", "Сорока Сороки Сороке Сороку Сорокой Сороке"),
    ("female", "Сорока Сороки Сороке Сороку Сорокой Сороке"),
    ("male", "Соловей Соловья Соловью Соловья Соловьём Соловье"),
    ("female", "Соловей Соловей Соловей Соловей Соловей Соловей"),
    ("male", "Сало Сало Сало Сало Сало Сало"),
]
GIVEN = [
    ("male", "Павел Павла Павлу Павла Павлом Павле"),
    ("male", "Илья Ильи Илье Илью Ильёй Илье"),
    ("male", "Дмитриевич Дмитриевича Дмитриевичу Дмитриевича Дмитриевичем Дмитриевиче"),
    ("female", "Мария Марии Марии Марию Марией Марии"),
    ("female", "Любовь Любови Любови Любовь Любовью Любови"),
    ("female", "Ильинична Ильиничны Ильиничне Ильиничну Ильиничной Ильиничне"),
    ("male", "Нурлан Нурлана Нурлану Нурлана Нурланом Нурлане"),
    ("female", "Айгерим Айгерим Айгерим Айгерим Айгерим Айгерим"),
    ("female", "Паолина Паолины Паолине Паолину Паолиной Паолине"),
    ("female", "Жансая Жансаи Жансае Жансаю Жансаей Жансае"),
    ("female", "Эка Эки Эке Эку Экой Эке"),
    ("male", "Жан-Поль Жан-Поля Жан-Полю Жан-Поля Жан-Полем Жан-Поле"),
]
FATHERS = {
    "Сергей": ("Сергеевич", "Сергеевна"),
    "Юрий": ("Юрьевич", "Юрьевна"),
    "Дмитрий": ("Дмитриевич", "Дмитриевна"),
    "Игорь": ("Игоревич", "Игоревна"),
    "Пётр": ("Петрович", "Петровна"),
    "Илья": ("Ильич", "Ильинична"),
    "Михаил": ("Михайлович", "Михайловна"),
    "Марат": ("Маратович", "Маратовна"),
}
INNA = MadePerson(
    "female",
    given("Инна", "female"),
    given("Ильинична", "female"),
    surname("Загорская", "female"),
    initials="И.И.",
)
KOREAN = MadePerson("male", given("Чжи-хун", "male"), None, noun_surname("Пак", "male"), "Ч.", " ", surname_first=True)


@pytest.mark.parametrize(("gender", "forms"), SURNAMES)
def test_surnames(gender: made_names.Gender, forms: str) -> None:
    assert surname(forms.split()[0], gender) == tuple(forms.split())


@pytest.mark.parametrize(("gender", "forms"), NOUNS)
def test_surnames_that_are_nouns(gender: made_names.Gender, forms: str) -> None:
    assert noun_surname(forms.split()[0], gender) == tuple(forms.split())


@pytest.mark.parametrize(("gender", "forms"), GIVEN)
def test_given_names_and_patronymics(gender: made_names.Gender, forms: str) -> None:
    assert given(forms.split()[0], gender) == tuple(forms.split())


def test_a_foreign_surname_declines_as_no_russian_one() -> None:
    assert made_names.by_ending("Хартлин", "male", foreign=True)[4] == "Хартлином"
    assert made_names.by_ending("Хартлин", "male")[4] == "Хартлиным"


@pytest.mark.parametrize("father", FATHERS)
def test_patronymics(father: str) -> None:
    assert tuple(made_names.patronymic(father, gender) for gender in ("male", "female")) == FATHERS[father]


def test_layouts() -> None:
    assert [written(INNA, layout, "datv") for layout in LAYOUTS] == [
        "Инне Загорской",
        "Загорской Инне Ильиничне",
        "Инне Ильиничне Загорской",
        "Загорской",
        "Инне",
        "Инне Ильиничне",
        "Загорской Инне",
        "И.И. Загорской",
        "Загорской И.И.",
    ]
    assert written(INNA, "full", "accs", caps=True) == "ИННУ ЗАГОРСКУЮ"


def test_a_layout_with_a_part_that_the_person_lacks() -> None:
    assert written(INNA._replace(middle=None), "fio", "nomn") is None
    assert written(INNA._replace(last=None), "init_last", "nomn") is None


def test_an_asian_surname_stands_first_and_declines_only_alone() -> None:
    assert [written(KOREAN, layout, "gent") for layout in ("full", "fi", "last_init", "last", "init_last")] == [
        "Пак Чжи-хуна",
        "Пак Чжи-хуна",
        "Пак Ч.",
        "Пака",
        None,
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_people_of_each_kind(kind: str) -> None:
    rng = random.Random(kind)
    for _ in range(300):
        made = person(rng, kind=kind)
        for forms in (made.first, made.middle, made.last):
            assert forms is None or (len(forms) == len(CASES) and all(forms) and forms[0][:1] == forms[1][:1])
        assert written(made, "full", "gent")
        assert made.initials and made.initials.endswith(".")


def test_people_are_the_same_for_a_seed_and_of_many_surnames() -> None:
    made = [person(random.Random(seed)) for seed in range(2000)]
    assert made == [person(random.Random(seed)) for seed in range(2000)]
    assert len({one.last for one in made}) > 1500


def test_the_gender_is_the_one_asked_for() -> None:
    rng = random.Random(1)
    assert {person(rng, "female").gender for _ in range(50)} == {"female"}


def test_a_surname_that_never_declines() -> None:
    assert fixed("Черных") == ("Черных",) * 6
