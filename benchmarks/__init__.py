"""Accuracy, speed and cost, measured.  One thread of linear algebra for each process, so that figures compare.

The variables are read when NumPy is loaded, and this package is imported before it.
"""

import os

for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
