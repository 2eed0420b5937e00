"""Compiles `extractor/inference/kernels.c` when the package is built.

Without a C compiler the package is built without the library, and the networks run in NumPy, more slowly.  `python
hatch_build.py` compiles it in place, which is needed after a change of `kernels.c`.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

LIBRARY = "extractor/inference/_kernels.so"
# Instructions that x86 processors have since 2013 (Haswell); `kernels.py` asks the processor that it runs on.
FLAGS = {"x86_64": ("-mavx2", "-mfma"), "AMD64": ("-mavx2", "-mfma")}


class KernelsHook(BuildHookInterface[Any]):
    """The build hook that hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles, and marks a wheel that has the library as one for this platform and any Python 3."""
        trouble = compile_kernels(Path(self.root))
        if trouble:
            Path(self.root, LIBRARY).unlink(missing_ok=True)
            self.app.display_warning(f"{LIBRARY} is not built, NumPy does its work in more time: {trouble}")
        else:
            build_data["artifacts"].append(LIBRARY)
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{next(platform_tags())}"


def compile_kernels(root: Path) -> str:
    """Compiles the library in the source tree at `root`.  Returns why that failed, "" if it did not."""
    library, source = root / LIBRARY, root / "extractor" / "inference" / "kernels.c"
    compiler = os.environ.get("CC") or next(filter(shutil.which, ("cc", "gcc", "clang")), None)
    if compiler is None:
        return "no C compiler"
    options = ("-O3", "-std=gnu11", "-shared", "-fPIC", "-ffp-contract=fast", *FLAGS.get(platform.machine(), ()))
    # `kernels.py` uses no library that was compiled from another source.
    stamp = f"-DSOURCE={zlib.crc32(source.read_bytes())}u"
    made = library.with_suffix(f".{os.getpid()}")
    command = [*compiler.split(), *options, stamp, "-o", str(made), str(source), "-lm"]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    if ended.returncode:
        made.unlink(missing_ok=True)
        return ended.stderr.strip() or f"{compiler} ended with {ended.returncode}"
    made.replace(library)
    return ""


if __name__ == "__main__":
    sys.exit(compile_kernels(Path(__file__).parent) or None)
