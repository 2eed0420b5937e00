"""Compiles `extractor/inference/kernels.c` when the package is built.

Without a C compiler the package is built without it, and the networks take longer.  `python hatch_build.py` compiles it
in place.
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
# Processors since 2013 have these; `kernels.py` asks the one that it runs on.
FLAGS = {"x86_64": ("-mavx2", "-mfma"), "AMD64": ("-mavx2", "-mfma")}


class KernelsHook(BuildHookInterface[Any]):
    """The build hook of hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles; a wheel with the library is for this platform, by whatever Python."""
        trouble = compile_kernels(Path(self.root))
        if trouble:
            Path(self.root, LIBRARY).unlink(missing_ok=True)
            self.app.display_warning(f"{LIBRARY} is not built, NumPy does its work in more time: {trouble}")
        else:
            build_data["artifacts"].append(LIBRARY)
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{next(platform_tags())}"


def compile_kernels(root: Path) -> str:
    """Makes the library anew in the tree at `root`; why it could not be made, or ""."""
    library, source = root / LIBRARY, root / "extractor" / "inference" / "kernels.c"
    compiler = os.environ.get("CC") or next(filter(shutil.which, ("cc", "gcc", "clang")), None)
    if compiler is None:
        return "no C compiler"
    options = ("-O3", "-std=gnu11", "-shared", "-fPIC", "-ffp-contract=fast", *FLAGS.get(platform.machine(), ()))
    # `kernels.py` does not use a library that was made from another source.
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
