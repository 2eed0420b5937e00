"""Documents to learn from: none that is measured on too."""

from __future__ import annotations

import json
from pathlib import Path

from training.corpora import KEPT_OUT, QUOTES, learnable, with_quotes

LONG = "Каток в парке зальют до десятого декабря, сказал сторож Пётр Ильин, лёд будут чистить по утрам и вечерам"


def test_what_nearly_stands_in_a_measured_corpus_is_not_learned_from(tmp_path: Path) -> None:
    def write(name: str, *texts: str) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        lines = (json.dumps({"id": f"{name} {i}", "text": text}) + "\n" for i, text in enumerate(texts))
        (tmp_path / name).write_text("".join(lines), encoding="utf-8")

    for name in KEPT_OUT:
        write(name)
    write("real/dev.jsonl", f"Новости\n{LONG.upper()}\nПоделиться")
    write(QUOTES[0], LONG.replace("ё", "е"), "Пётр Ильин, сторож.")
    write(QUOTES[1], "Каток в парке", f"{LONG}. Дети ждут.")
    assert [document["id"] for document in learnable(tmp_path, QUOTES[0])] == [f"{QUOTES[0]} 1"]
    assert [document["id"] for document in with_quotes(tmp_path)] == [f"{QUOTES[0]} 1", f"{QUOTES[1]} 0"]
    assert len(learnable(tmp_path, QUOTES[0], kept_out=())) == 2
