"""What the tests share: one extractor for the session, and the folders beside the package."""

from pathlib import Path

import pytest

from extractor import Extractor

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The corpora beside the checkout; tests that need them skip where they are not at hand."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs the annotated corpora in {folder}")
    return folder
