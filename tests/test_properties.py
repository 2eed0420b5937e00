"""What holds of every record, whatever the text: spans, ids, JSON, determinism."""

import json
import os
import subprocess
import sys
from functools import partial

import pytest
from arbitrary import extracted
from fuzz import corrupted, failures, sample_articles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import check
from sentences import generated

from extractor import Extractor

SAMPLES = sample_articles()
WORDS = (
    "Иван Петров Министр министра Ларисы Горностаевой ООО «Вектор» МЧС сказал сообщила заявил, что пообещал он она "
    "глава города По словам По данным Об этом его директор - — – . , : ; ! ? … « » \" “ ” „ ' ( ) \n \n\n \r\n 1 520,5 "
    "\u00a0 \u00ad \u0301 \ud800 \x00 😀 \ufeff - – — Петров: Корр.: А. А.П. США New York http://a.example/b?c=1 #тег"
)
PIECES = WORDS.split(" ")
COMPOSED = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)
ANY = st.text(max_size=80)


def mutated() -> st.SearchStrategy[str]:
    """A stretch of a sample with characters thrown in, taken out and put twice."""

    def mutate(text: str, start: int, length: int, edits: list[tuple[int, int, str]]) -> str:
        text = text[start % len(text) :][:length]
        for at, removed, added in edits:
            at %= len(text) + 1
            text = text[:at] + added + text[at + removed :]
        return text

    edit = st.tuples(st.integers(0, 3000), st.integers(0, 5), st.sampled_from(["", *PIECES]))
    return st.builds(
        mutate, st.sampled_from(SAMPLES), st.integers(0, 3000), st.integers(1, 700), st.lists(edit, max_size=12)
    )


@pytest.mark.parametrize("text", SAMPLES, ids=range(len(SAMPLES)))
def test_samples(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


_FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_FEW
@given(ANY)
def test_any_text(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


@_FEW
@given(COMPOSED)
def test_words_and_marks_in_any_order(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


@_FEW
@given(mutated())
def test_broken_articles(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


def test_corrupted_articles(extractor: Extractor) -> None:
    """The beginning of the run of `python tests/fuzz.py`, which goes on as long as one likes."""
    assert list(failures(extractor, partial(corrupted, articles=SAMPLES), range(40))) == []


def test_names_of_all_peoples_and_the_words_of_all_lexicons(extractor: Extractor) -> None:
    """The beginning of the run of `python tests/fuzz.py --sentences`."""
    assert list(failures(extractor, generated, range(400))) == []


@_FEW
@given(st.integers(min_value=0))
def test_any_sentences_of_names(extractor: Extractor, number: int) -> None:
    """Other ones in every run, as the networks label them and with labels by chance."""
    text = generated(number)
    check(extractor(text), text)
    check(extracted(text), text)


def test_whatever_the_networks_say() -> None:
    """The beginning of the runs with `--arbitrary`."""
    assert list(failures(extracted, generated, range(100))) == []
    assert list(failures(extracted, partial(corrupted, articles=SAMPLES), range(20))) == []


@_FEW
@given(COMPOSED, st.lists(COMPOSED, max_size=3))
def test_neighbours_in_a_batch_change_nothing(extractor: Extractor, text: str, others: list[str]) -> None:
    alone = extractor(text)
    assert list(extractor.pipe([*others, text, *others]))[len(others)] == alone


# Prints the record of each text that it reads, in another order than they come in.
_ELSEWHERE = """
import json, sys
from extractor import Extractor
extractor = Extractor()
texts = json.load(sys.stdin)
records = {number: extractor(texts[number]).model_dump_json() for number in reversed(range(len(texts)))}
print(json.dumps([records[number] for number in range(len(texts))]))
"""


def test_the_same_text_gives_the_same_record_in_any_process(extractor: Extractor) -> None:
    texts = [*SAMPLES, *(corrupted(number, SAMPLES) for number in range(15))]
    expected = [extractor(text).model_dump_json() for text in texts]
    assert [extractor(text).model_dump_json() for text in texts] == expected
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", _ELSEWHERE],
            input=json.dumps(texts),
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == expected


@pytest.mark.parametrize("workers", [1, 2])
def test_pipe_equals_one_by_one(extractor: Extractor, workers: int) -> None:
    texts = [*SAMPLES, *(corrupted(number, SAMPLES) for number in range(15, 25))]
    pairs = [(str(i), text) for i, text in enumerate(texts)]
    assert list(extractor.pipe(pairs, workers=workers)) == [extractor(text, id) for id, text in pairs]


@pytest.mark.parametrize(
    "text",
    [
        "Иван Петров сказал что дом стоит у реки " * 500,
        '"' * 10_000,
        "«" * 10_000,
        "\n" * 100_000,
        "ы" * 100_000,
        "а-" * 10_000,
        "А." * 5_000,
        "😀" * 100_000,
        "Иванов: " * 1_500,
        "«Да», — сказал Иванов. " * 1_000,
        "«Да» — " * 1_500,
        "он сказал, что " * 1_000,
        "(" * 10_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_long_monotonous_texts_give_a_record(extractor: Extractor, text: str) -> None:
    check(extractor(text), text)


@pytest.mark.parametrize("text", ["Мост готов, по словам мэра", "Мост готов, по данным МЧС", "По его словам"])
def test_an_aside_may_be_the_end_of_the_text(extractor: Extractor, text: str) -> None:
    """It was looked for what follows it, with an IndexError where that is nothing."""
    check(extractor(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "Актёр Пак Чжи-хун приехал.",
        "АКТЁР ПАК ЧЖИ-ХУН ПРИЕХАЛ.",
        "Актёра Пака Чжи-хуна и Чон Чжи-хён встретил Нгуен Тхи-фук.",
        "По словам Чжи-хуна Ли, Мун Чжэ-ин и Цзинь-пин Си уехали.",
    ],
)
def test_a_word_of_an_asian_name_may_have_no_reading_that_leaves_it_as_it_is(extractor: Extractor, text: str) -> None:
    """The likeliest of these readings was asked for, with a ValueError where there are none."""
    check(extractor(text), text)


def test_a_noun_before_a_name_may_be_in_a_case_that_names_are_not_declined_in(extractor: Extractor) -> None:
    """The vocative was looked up among the cases of names, with a KeyError."""
    text = "Спаси, Боже Пак Чжи-хун!"
    check(extractor(text), text)
