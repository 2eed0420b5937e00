"""Texts with names to learn from: which network has not seen a text, and which texts are the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from extractor.names.tagger import Network
from training import names

WORDS = "Цех завода «Вязовка» откроют весной, заявила директор Инна Чеботарь на встрече с рабочими в среду утром."
OTHER = "Мост через реку закрыли до пятницы, движение пустили по старой дороге, сообщил инженер Олег Тимин."
NEWS = "Библиотеку на улице Садовой отремонтируют к сентябрю, рассказала заведующая Вера Лунина журналистам."
FEED = "Каток в парке зальют до десятого декабря,сказал сторож Пётр Ильин.Лёд будут чистить по утрам и вечерам."
CHANNEL = "В школе номер девять меняют окна, уроки перенесли в соседний корпус, пишет завхоз Семён Круглов."


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """NEREL and real texts with two texts each, one of which is measured on too; articles of two sources."""

    def write(name: str, *records: dict[str, Any]) -> None:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")

    write(names.CORPORA[0], {"id": "n1", "text": WORDS}, {"id": "n2", "text": OTHER})
    write(names.CORPORA[1])
    write(names.CORPORA[2], {"id": "r1", "text": FEED}, {"id": "r2", "text": f"{CHANNEL} Подписаться"})
    write(names.SILVER, {"id": "rucoco-1", "text": NEWS}, {"id": "bsnlp-1", "text": NEWS.upper()})
    for name in names.KEPT_OUT:
        write(name)
    write("quotes/dev.jsonl", {"id": "d1", "text": f"Срочно. {OTHER.replace('Мост', 'мост')}"})
    write("real/dev.jsonl", {"id": "d2", "text": f"🔥 {CHANNEL}"})
    return tmp_path


def test_texts_of_the_development_corpus_are_not_learned_from(corpora: Path) -> None:
    learned = [(corpus, record["id"]) for corpus, record in names.learned_from(corpora)]
    assert learned == [(0, "n1"), (2, "r1"), (3, "rucoco-1")]


def test_a_text_is_tagged_by_a_network_that_has_not_seen_it(corpora: Path) -> None:
    shipped, *folds = (cast(Network, name) for name in ("shipped", "fold 0", "fold 1"))
    network = names.unseen(corpora, shipped, folds)
    assert network(WORDS) == f"fold {names.key(WORDS) % 2}"
    assert network(WORDS.replace(" ", "\u00a0\n").replace("«", '"')) == network(WORDS)
    assert network(OTHER) == "shipped"
    assert network("Текст, которого нигде нет.") == "shipped"
