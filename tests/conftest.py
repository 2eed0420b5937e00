"""What the tests share: one extractor for the session, and the folders beside the package."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from extractor import Extractor
from extractor.inference import kernels

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


@pytest.fixture(scope="session", params=["compiled", "NumPy"])
def products(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[None]]:
    """Within it networks are made, and functions work, by the compiled inner loops, then by NumPy."""
    compiled = request.param == "compiled"
    if compiled and not kernels.available:
        pytest.skip("the inner loops are not compiled here")

    @contextmanager
    def within() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kernels, "available", compiled)
            yield

    return within
