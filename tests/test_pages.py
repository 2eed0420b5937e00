"""Pages: a scraped one (the article, headlines with counters, a quote once more), and articles that are interrupted."""

import json
from pathlib import Path

import pytest

from extractor import Document, Extractor


def test_all_six_quotes_and_the_people_of_the_page(extractor: Extractor, shared: Path) -> None:
    gold = json.loads((shared / "pages" / "tokayev.gold.jsonl").read_text(encoding="utf-8"))
    document = extractor(gold["text"])
    found = [
        {
            "type": quote.type,
            "spans": [[span.start, span.end] for span in quote.spans],
            "name": quote.speaker and quote.speaker.name,
            "kind": quote.speaker and quote.speaker.kind,
        }
        for quote in document.quotes
    ]
    assert found == [{key: quote[key] for key in found[0]} for quote in gold["quotes"]]
    assert len(found) == 6
    assert {person.name for person in document.people} == {"Касым-Жомарт Токаев", "Джеки Чан"}


def quoted(document: Document) -> list[tuple[str, str | None]]:
    """The text of each quote with the name of its speaker."""
    return [(quote.text, quote.speaker and quote.speaker.name) for quote in document.quotes]


@pytest.mark.parametrize(
    "between",
    ["Читайте также: В Вязовке выпал снег", "Фото: Пётр Щукарёв / «Заря»", "Подписывайтесь на наш канал в Telegram!"],
)
def test_what_interrupts_an_article_is_neither_quote_nor_speaker(extractor: Extractor, between: str) -> None:
    text = (
        "Снег во дворах Вязовки уберут к утру, об этом журналистам рассказала глава района Инна Чеботарь:\n\n"
        f"{between}\n\n"
        "«Техника вышла на улицы ещё ночью, работают сорок машин».\n\n"
        "По её словам, тротуары чистят вручную."
    )
    document = extractor(text)
    assert quoted(document)[-2:] == [
        ("Техника вышла на улицы ещё ночью, работают сорок машин", "Инна Чеботарь"),
        ("тротуары чистят вручную", "Инна Чеботарь"),
    ]
    assert between not in "".join(span.text for span in document.article)


def test_a_pronoun_is_not_resolved_into_other_headlines(extractor: Extractor) -> None:
    text = (
        "Директор школы Ольга Бережная рассказала о ремонте. Рабочие меняют крышу и окна во всех классах.\n\n"
        "Читайте также: Певица Анна Лисова вернулась на сцену\n\n"
        "По её словам, занятия начнутся вовремя. Ремонт обошёлся в два миллиона рублей."
    )
    assert ("занятия начнутся вовремя", "Ольга Бережная") in quoted(extractor(text))
