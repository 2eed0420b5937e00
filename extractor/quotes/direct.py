"""Direct quotes: utterances between marks, after a dash, after an interview label, in a block after a colon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extractor.analysis import TokenSpan
from extractor.quotes.attribution import noun_phrase, span_of, speaker_of
from extractor.quotes.context import Context
from extractor.quotes.marks import MARKS, Quoted
from extractor.quotes.quote import Construction, Quote

DASHES = frozenset("—–-―‒")
ENDS = frozenset(".!?…") | {"...", "?!", "!?", "!!!", "?..", "!..", "..", "!!", "??"}
_STRONG_ENDS = ENDS - {"."}
_ENDS_INSIDE = _STRONG_ENDS | {","}
# Marks that join an utterance to what stands before it, after it, and to its attribution.
_JOINS_BEFORE = DASHES | MARKS | {","}
_JOINS_AFTER = DASHES | {",", ":"}
_JOINS = _JOINS_AFTER | _STRONG_ENDS
# A cue stands within so many tokens of the dash or comma that opens its attribution.
_CUE_WINDOW = 9
_LABEL = 5
_LONG_LABEL = 16


class Attribution(NamedTuple):
    """A cue with its speaker; `end` is the token at which the attribution's clause ends (a mark of punctuation)."""

    cue: int
    speaker: TokenSpan | None
    end: int

    @property
    def span(self) -> TokenSpan:
        """The stretch that holds cue and speaker."""
        span = span_of((TokenSpan(self.cue, self.cue + 1), self.speaker))
        assert span is not None
        return span


def find_direct(context: Context) -> list[Quote]:
    """The direct quotes of a text, in order."""
    outer = [stretch for stretch in context.stretches if stretch.depth == 0]
    found = [*_marked(context, outer), *_dialogue(context), *_labelled(context), *_blocks(context)]
    found.sort(key=lambda quote: quote.fragments[0])
    kept: list[Quote] = []
    for quote in found:
        if not kept or kept[-1].fragments[-1].end <= quote.fragments[0].start:
            kept.append(quote)
    return kept


def has_predicate(context: Context, span: TokenSpan) -> bool:
    """Whether a stretch holds a finite verb, an imperative or a predicative."""
    for index in range(*span):
        token = context.token(index)
        if token.pos in {"VERB", "AUX"} and token.feats.get("VerbForm") in {"Fin", "Inf"}:
            return True
        if token.feats.get("Variant") == "Short" or context.is_word_of(index, "predicative"):
            return True
    return False


def trimmed(context: Context, span: TokenSpan) -> TokenSpan | None:
    """A fragment without the comma or dash that only joins it to the attribution; None if nothing is left."""
    start, end = span
    while start < end and context.token(start).text in _JOINS_BEFORE:
        start += 1
    while end > start and context.token(end - 1).text in _JOINS_AFTER:
        end -= 1
    return TokenSpan(start, end) if start < end else None


def _marked(context: Context, stretches: Sequence[Quoted]) -> Iterator[Quote]:
    position = 0
    while position < len(stretches):
        stretch = stretches[position]
        position += 1
        quote, end = _utterance(context, stretch)
        if quote is None:
            continue
        # "A", — сказал X. "B": B goes on where it has no attribution of its own.
        while quote.cue is not None and position < len(stretches):
            following = stretches[position]
            if not _goes_on(context, end, following):
                break
            parts = tuple(filter(None, (trimmed(context, part) for part in following.parts)))
            quote = quote._replace(fragments=quote.fragments + parts)
            end = following.end
            position += 1
        yield quote


def _goes_on(context: Context, end: int, following: Quoted) -> bool:
    """Whether a stretch goes on with an utterance whose attribution ended at `end`."""
    tokens = context.analysis.tokens
    if following.open >= len(tokens) or tokens[following.open].paragraph != tokens[max(0, end - 1)].paragraph:
        return False
    between = [tokens[index].text for index in range(end, following.open)]
    if len(between) > 2 or any(text not in {".", ",", *DASHES} for text in between):
        return False
    return (
        attribution_after(context, following.end) is None
        and not any(_inserted(context, part) for part in following.parts)
        and _stands_alone(context, following.parts)
    )


def _utterance(context: Context, stretch: Quoted) -> tuple[Quote | None, int]:
    """The direct quote that a stretch is, with the token at which its attribution ends; None for a name or fragment."""
    tokens = context.analysis.tokens
    fragments: list[TokenSpan] = []
    inserted: Attribution | None = None
    for part in stretch.parts:
        first, *rest = _split(context, part, stretch.close is None)
        if isinstance(first, Attribution):
            continue
        fragments.append(first)
        for piece in rest:
            if isinstance(piece, Attribution):
                inserted = inserted or piece
            else:
                fragments.append(piece)
    contents = tuple(filter(None, (trimmed(context, fragment) for fragment in fragments)))
    if not contents:
        return None, stretch.end
    if inserted is not None:
        return _quote("inserted", contents, inserted), stretch.end
    before = stretch.open - 1
    opens_sentence = _opens_sentence(context, stretch.open)
    introduced = before >= 0 and (
        tokens[before].text == ":" or (tokens[before].text in DASHES and before and tokens[before - 1].text == ":")
    )
    after = attribution_after(context, stretch.end)
    if after is not None and (opens_sentence or introduced):
        return _quote("after", contents, after), after.end
    if introduced:
        colon = before if tokens[before].text == ":" else before - 1
        quote = _introduced(context, "alone", contents, colon)
        if quote.attribution is not None or has_predicate(context, contents[0]):
            return quote, stretch.end
        return None, stretch.end
    if opens_sentence and _closes_sentence(context, stretch) and _stands_alone(context, contents):
        signature = _signature(context, stretch.end)
        return Quote("direct", "label" if signature else "alone", contents, None, signature, signature), stretch.end
    return None, stretch.end


def _quote(construction: Construction, contents: tuple[TokenSpan, ...], attribution: Attribution) -> Quote:
    return Quote(
        "direct",
        construction,
        contents,
        TokenSpan(attribution.cue, attribution.cue + 1),
        attribution.speaker,
        attribution.span,
    )


def _opens_sentence(context: Context, index: int) -> bool:
    analysis = context.analysis
    if analysis.sentence_of(index).start == index or analysis.paragraph_of(index).start == index:
        return True
    before = analysis.tokens[index - 1]
    return (
        before.text in ENDS
        or before.text in MARKS
        or (
            before.text in DASHES
            and (analysis.paragraph_of(index).start == index - 1 or analysis.tokens[index - 2].text in ENDS)
        )
    )


def _closes_sentence(context: Context, stretch: Quoted) -> bool:
    analysis = context.analysis
    last = stretch.parts[-1].end - 1
    end = stretch.end
    if end >= len(analysis.tokens) or analysis.tokens[end].paragraph != analysis.tokens[last].paragraph:
        return True
    following = analysis.tokens[end]
    return (
        following.text in ENDS
        or analysis.sentence_of(end).start == end
        or (analysis.tokens[last].text in ENDS and (following.text[0].isupper() or following.text in MARKS))
    )


def _stands_alone(context: Context, contents: Sequence[TokenSpan]) -> bool:
    words = [
        context.token(index) for span in contents for index in range(*span) if context.token(index).text[0].isalpha()
    ]
    verbless = any(context.token(index).text in DASHES for span in contents for index in range(*span))
    return len(words) >= 3 and (verbless or any(has_predicate(context, span) for span in contents))


def attribution_after(context: Context, start: int) -> Attribution | None:
    """The attribution that begins at `start`, right after a closing mark: `, — сказал X`."""
    analysis = context.analysis
    if not 0 < start < len(analysis.tokens):
        return None
    limit = analysis.paragraph_of(start - 1).end
    index = start
    joined = analysis.tokens[start - 1].text in MARKS and start >= 2 and analysis.tokens[start - 2].text in _ENDS_INSIDE
    dash = comma = False
    while index < limit and analysis.tokens[index].text in _JOINS:
        joined = True
        dash = dash or analysis.tokens[index].text in DASHES
        comma = comma or analysis.tokens[index].text in {",", ":"}
        index += 1
    if not joined or index >= limit:
        return _own_paragraph(context, start)
    headline = analysis.tokens[start].text == ":" and analysis.tokens[limit - 1].text not in ENDS
    if analysis.tokens[start].text == ":" and not headline:
        return None
    if not dash and (context.is_word_of(index, "relative") or (not comma and analysis.tokens[index].text[0].isupper())):
        return None
    return _attribution(context, index, limit, open_class=dash, window=_CUE_WINDOW if dash or headline else 4)


def _own_paragraph(context: Context, start: int) -> Attribution | None:
    """An attribution in lower case on a line of its own after the utterance: заявил X."""
    tokens = context.analysis.tokens
    if start < len(tokens) and context.analysis.paragraph_of(start).start == start and tokens[start].text[0].islower():
        return _attribution(context, start, context.analysis.paragraph_of(start).end, open_class=False, window=2)
    return None


def _attribution(context: Context, start: int, limit: int, open_class: bool, window: int) -> Attribution | None:
    """The attribution whose clause begins at `start`: its first cue, or (after a dash) any verb with a subject."""
    analysis = context.analysis
    end = clause_end(context, start, limit)
    fallback = None
    for index in range(start, min(start + window, end)):
        token = context.token(index)
        if token.text in MARKS or token.text == ":":
            break
        if token.pos != "NOUN" and not context.frames[index].isdisjoint({"direct", "inverted", "object"}):
            return Attribution(index, speaker_of(context, index, start, end), end)
        if (
            open_class
            and fallback is None
            and token.pos == "VERB"
            and token.feats.get("VerbForm") == "Fin"
            and token.feats.get("Person") not in {"1", "2"}
        ):
            fallback = index
    if fallback is not None:
        speaker = speaker_of(context, fallback, start, end)
        # A plural without a subject is said by those in an organization: решили в совете.
        plural = context.token(fallback).number == "Plur"
        if speaker is not None and (plural or analysis.tokens[speaker.start].case in {None, "Nom"}):
            return Attribution(fallback, speaker, end)
    return None


def clause_end(context: Context, start: int, limit: int) -> int:
    """Where the clause of an attribution ends: at a full stop, a colon, a dash, or a comma that no aside follows."""
    analysis = context.analysis
    sentence_end = min(limit, analysis.sentence_of(start).end)
    depth = context.depth[start]
    for index in range(start, sentence_end):
        text = analysis.tokens[index].text
        if context.depth[index] > depth:
            continue
        if (text in ENDS and index + 1 >= sentence_end) or text in {":", ";"}:
            return index
        if text in DASHES and index > start and analysis.tokens[index - 1].text in {",", ".", "!", "?", ":"}:
            return index - 1
    return sentence_end


def _attribution_before(context: Context, colon: int) -> Attribution | None:
    """The attribution that a colon closes: X сообщил журналистам: "…"."""
    analysis = context.analysis
    start = analysis.sentence_of(colon).start
    for index in range(colon - 1, start - 1, -1):
        if context.depth[index] or context.token(index).pos in {"NOUN", "PROPN"}:
            continue
        if not context.frames[index].isdisjoint({"direct", "fragment", "object"}):
            return Attribution(index, speaker_of(context, index, start, colon), colon)
    return None


def _label_before(context: Context, colon: int) -> TokenSpan | None:
    """The name in a verbless label before a colon: Мэр города Инга Савина на месте аварии: «…»."""
    start = context.analysis.sentence_of(colon).start
    if colon - start > _LONG_LABEL or _verb_in(context, start, colon):
        return None
    return next(
        (
            name
            for index in range(start, colon)
            if (name := context.names.person_at(index)) and _nominative(context, name)
        ),
        None,
    )


def _signature(context: Context, start: int) -> TokenSpan | None:
    """The speaker named without a verb after an utterance: «…». Иванов о реформе; «…» and below: Иван Иванов, мэр."""
    analysis = context.analysis
    tokens = analysis.tokens
    while start < len(tokens) and tokens[start].text in ENDS:
        start += 1
    if start >= len(tokens):
        return None
    sentence = analysis.sentence_of(start)
    if sentence.start != start or sentence.end - start > _LONG_LABEL or _verb_in(context, start, sentence.end):
        return None
    name = context.names.person_at(start)
    if name is not None and name.start == start and _nominative(context, name):
        return name
    about = next((index for index in range(start + 1, sentence.end) if context.is_word_of(index, "about")), None)
    if about is not None and tokens[start].case == "Nom" and tokens[start].pos in {"NOUN", "PROPN"}:
        return noun_phrase(context, start, start, about)
    return None


def _verb_in(context: Context, start: int, end: int) -> bool:
    return any(
        context.token(index).pos in {"VERB", "AUX"} and context.token(index).feats.get("VerbForm") == "Fin"
        for index in range(start, end)
        if not context.depth[index]
    )


def _nominative(context: Context, name: TokenSpan) -> bool:
    return {context.token(index).case for index in range(*name)} & {"Nom", None} != set()


def _split(context: Context, part: TokenSpan, unclosed: bool) -> list[TokenSpan | Attribution]:
    """A part of an utterance and the attribution inserted into it: A, — сказал X, — B."""
    found = _inserted(context, part)
    if found is None:
        return [part]
    dash, attribution = found
    end = attribution.end
    pieces: list[TokenSpan | Attribution] = [TokenSpan(part.start, dash), attribution]
    tokens = context.analysis.tokens
    step = end
    while step < part.end and tokens[step].text in {",", ".", ":"}:
        step += 1
    if step < part.end and (tokens[step].text in DASHES or not unclosed):
        rest = TokenSpan(step, part.end)
        if any(tokens[index].text[0].isalnum() for index in range(*rest)):
            pieces.append(rest)
    return pieces


def _inserted(context: Context, part: TokenSpan) -> tuple[int, Attribution] | None:
    """The dash at which an inserted attribution begins, and the attribution."""
    tokens = context.analysis.tokens
    for index in range(part.start + 1, part.end - 1):
        if tokens[index].text not in DASHES or tokens[index - 1].text not in {",", *ENDS}:
            continue
        attribution = _attribution(context, index + 1, part.end, open_class=False, window=6)
        if attribution is not None and _third_person(context, attribution):
            return index, attribution
    return None


def _third_person(context: Context, attribution: Attribution) -> bool:
    token = context.token(attribution.cue)
    return (token.feats.get("Person") not in {"1", "2"} and token.feats.get("VerbForm") == "Fin") or (
        token.feats.get("Variant") == "Short"
    )


def _dialogue(context: Context) -> Iterator[Quote]:
    """Utterances that a dash opens at the beginning of a paragraph: — Текст, — сказал он."""
    analysis = context.analysis
    candidates = []
    for paragraph in analysis.paragraphs:
        if paragraph.end - paragraph.start < 3 or context.token(paragraph.start).text not in DASHES:
            continue
        body = TokenSpan(paragraph.start + 1, paragraph.end)
        first = context.token(body.start)
        if not (
            first.text[0].isupper() or first.text in MARKS or first.text[0].isdigit() or first.text in {"…", "..."}
        ):
            continue
        if not any(context.token(index).text[0].isalpha() for index in range(*body)):
            continue
        candidates.append((body, _inserted(context, body), context.token(body.end - 1).text in ENDS))
    spoken = sum(ended for _, _, ended in candidates)
    for body, inserted, ended in candidates:
        answers = body.start >= 2 and context.token(body.start - 2).text == "?"
        if inserted is None and not ((ended or answers) and (spoken >= 2 or any(found for _, found, _ in candidates))):
            continue
        pieces = _split(context, body, unclosed=True)
        fragments = tuple(filter(None, (trimmed(context, piece) for piece in pieces if isinstance(piece, TokenSpan))))
        if not fragments:
            continue
        if inserted is not None:
            yield _quote("dialogue", fragments, inserted[1])
        else:
            yield _introduced(context, "dialogue", fragments, body.start - 2)


def _introduced(context: Context, bare: Construction, fragments: tuple[TokenSpan, ...], before: int) -> Quote:
    """An utterance with what introduces it where the token before is a colon: a cue or a label; else a `bare` one."""
    if before < 0 or context.token(before).text != ":":
        return Quote("direct", bare, fragments)
    label = _label_before(context, before)
    if label is not None:
        return Quote("direct", "label", fragments, None, label, label)
    attribution = _attribution_before(context, before)
    return _quote("before", fragments, attribution) if attribution is not None else Quote("direct", bare, fragments)


def _labelled(context: Context) -> Iterator[Quote]:
    """The turns of an interview, each after a label: Корреспондент: Когда откроется театр?"""
    turns = []
    for paragraph in context.analysis.paragraphs:
        places = range(paragraph.start + 1, min(paragraph.start + 2 * _LABEL, paragraph.end - 1))
        if ":" not in context.words[places.start : places.stop]:
            continue
        for index in places:
            token = context.token(index)
            if token.text == ":":
                if context.token(index + 1).text not in MARKS and context.token(paragraph.start).text[0].isupper():
                    turns.append((TokenSpan(paragraph.start, index), TokenSpan(index + 1, paragraph.end)))
                break
            if not (token.text[0].isalpha() or token.text in {".", "-", "’", "'"}):
                break
    labels = [context.analysis.span_text(label) for label, _ in turns]
    for (label, body), text in zip(turns, labels, strict=True):
        sentence_like = context.token(body.end - 1).text in ENDS and context.token(body.start).text[0].isupper()
        if labels.count(text) >= 2 and sentence_like and len(set(labels)) >= 2:
            yield Quote("direct", "label", (body,), None, label, label)


def _blocks(context: Context) -> Iterator[Quote]:
    """A paragraph without marks after one that ends in a cue and a colon: X написал:"""
    analysis = context.analysis
    for paragraph, following in zip(analysis.paragraphs, analysis.paragraphs[1:], strict=False):
        colon = paragraph.end - 1
        if context.token(colon).text != ":" or paragraph.end - paragraph.start < 3:
            continue
        first = context.token(following.start)
        if first.text in MARKS or first.text in DASHES or following.end - following.start < 4:
            continue
        attribution = _attribution_before(context, colon)
        if attribution is None or "direct" not in context.frames[attribution.cue]:
            continue
        yield _quote("block", (following,), attribution)
