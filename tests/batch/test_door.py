"""What users import from `extractor.batch`, and what `import extractor` leaves unloaded."""

import subprocess
import sys

from extractor import batch


def test_everything_that_the_door_promises_is_there():
    assert sorted(batch.__all__) == list(batch.__all__)
    assert all(hasattr(batch, name) for name in batch.__all__)


def test_the_package_itself_does_not_load_the_conversion():
    script = "import sys, extractor; print([name for name in sys.modules if name.startswith('extractor.batch')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stderr
