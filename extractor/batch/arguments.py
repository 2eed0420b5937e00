"""The options that `extractor convert` and `python -m extractor.batch.distributed` share; one is of `show` too."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

TextField: TypeAlias = Annotated[str, typer.Option(metavar="FIELD", help="The field with the article's text.")]
IdField: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="FIELD",
        help="The field with the article's id; by default 'id'. An article without one gets file name and line number.",
        show_default=False,
    ),
]
Keep: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD", help="Copy this field of the article into its record; may be repeated."),
]
MaxChars: TypeAlias = Annotated[
    int, typer.Option(min=1, help="The most characters a text may have; a longer one is a failed line.")
]
ArticleOnly: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--article-only", help="Leave out what stands around the article: in menus, captions, other headlines, tails."
    ),
]
