"""Whole archives: files of articles in, records out, resumable, in any number of processes or on many machines.

>>> from extractor.batch import Format, Options, convert
>>> convert(["articles.jsonl.zst"], "records.jsonl", Options(keep=("url",)), workers=4)
>>> convert(["articles.jsonl.zst"], "quotes.parquet", Options(), format=Format.QUOTES)

The command `extractor convert` is `convert`; `extractor.batch.distributed`, which needs Ray, does the same on a cluster
and is imported by itself.  `import extractor` does not import this package.
"""

from extractor.batch.conversion import ProgressCallback, StoppedError, convert
from extractor.batch.lines import Options, Summary
from extractor.batch.outputs import Format, errors_file
from extractor.batch.usage import UsageError

__all__ = [
    "Format",
    "Options",
    "ProgressCallback",
    "StoppedError",
    "Summary",
    "UsageError",
    "convert",
    "errors_file",
]
