"""An exception at any point, as of Ctrl-C or an alarm, leaves nothing behind that changes a later record."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest
from interrupts import interrupted

from extractor import Extractor

TEXT = "«Мост готов», — сказала директор ООО «Вектор» Инна Чеботарь. По её словам, осталось покрасить перила."


def test_no_record_changes_after_interrupts_at_random_points(root: Path) -> None:
    """Words were registered before their rows were written, and the records after an interrupt there were wrong; after
    others the garbage collector stayed off.  `python tests/interrupts.py` goes on as long as one likes.
    """
    command = [sys.executable, str(root / "tests" / "interrupts.py"), "--times", "300"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("300 interrupts from seed 0: 0 differences\n", 0), done.stderr[-2000:]


def test_an_interrupt_comes_where_it_was_asked_for() -> None:
    made: list[int] = []

    def work() -> None:
        for number in range(5):
            made.append(number)

    assert interrupted(work, 3) and made == [0, 1]
    assert not interrupted(work, 50)
    assert not interrupted(work, 3, folder="no such folder")


def test_an_alarm_in_the_middle_of_a_text_changes_no_later_record(extractor: Extractor) -> None:
    expected, longer = extractor(TEXT), TEXT * 100
    raised = 0

    def alarm(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, alarm)
    try:
        for milliseconds in range(1, 20):
            signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
            try:
                extractor(longer)
            except KeyboardInterrupt:
                raised += 1
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            assert extractor(TEXT) == expected
    finally:
        signal.signal(signal.SIGALRM, before)
    assert raised


pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers that send signals")
