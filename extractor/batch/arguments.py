"""The options that both commands have: `extractor convert` and `python -m extractor.batch.distributed`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

TextField: TypeAlias = Annotated[str, typer.Option(metavar="FIELD", help="The field with the text.")]
IdField: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="FIELD",
        help="The field with the article's id (id unless said); without one: file name and line number.",
        show_default=False,
    ),
]
Keep: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="FIELD", help="Carry this field over into the record (repeatable).")
]
MaxChars: TypeAlias = Annotated[int, typer.Option(min=1, help="A longer text is no record, but a failed line.")]
