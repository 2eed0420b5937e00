"""Names of organizations in the nominative."""

import pytest
from names.texts import labelled, organizations

from extractor.names import find_entities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Сервис «Яркий дом» заплатит штраф. Основатель «Яркого дома» промолчал.",
            {"Яркий дом": ["Яркий дом", "Яркий дом"]},
        ),
        (
            "Завод «Химволокно» остановлен. Рабочие «Химволокна» бастуют, директор «Химволокна» пропал.",
            {"Химволокно": ["Химволокно", "Химволокно", "Химволокно"]},
        ),
        ("Выговор получил директор «Теплосети-63».", {"Теплосеть-63": ["Теплосеть-63"]}),
        ("В Росстате подтвердили данные. По данным Росстата, цены выросли.", {"Росстат": ["Росстат", "Росстат"]}),
        (
            "Верфь входит в Объединённую судостроительную корпорацию.",
            {"Объединённая судостроительная корпорация": ["Объединённая судостроительная корпорация"]},
        ),
        ("Бывший глава Росводресурсов под арестом.", {"Росводресурсы": ["Росводресурсы"]}),
        (
            "Выступил врач Анапской городской больницы.",
            {"Анапская городская больница": ["Анапская городская больница"]},
        ),
    ],
)
def test_names_of_organizations_in_the_nominative(text: str, expected: dict[str, list[str]]) -> None:
    assert organizations(text) == expected


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("В [ORG МИДе] молчат.", "МИД"),
        ("В [ORG МИДе Казахстана] молчат.", "МИД Казахстана"),
        ("Приехали из [ORG ПАО «Чугун»].", "ПАО «Чугун»"),
        ("Молчат в [ORG Действующей палате] [LOC Перми].", "Действующая палата Перми"),
        ("Приехали из [ORG НАТО].", "НАТО"),
    ],
)
def test_a_name_alone_is_declined_by_its_head(text: str, normal: str) -> None:
    (found,) = find_entities(labelled(text)).organizations
    assert [mention.normal for mention in found.mentions] == [normal]
