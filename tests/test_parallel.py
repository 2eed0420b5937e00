"""Work in several processes: order, deaths, time limits, and nothing left behind."""

import itertools
import operator
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from extractor import parallel
from extractor.parallel import LostError, WorkerError


def one(item: object) -> int:
    return 1


def lost(item: object, error: LostError) -> str:
    return f"{item}: {error}"


def alive(pid: int) -> bool:
    """Whether a process that is no child of ours still runs."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


# What workers start with: each makes the function.


def double():
    return partial(operator.mul, 2)


def first_of():
    return lambda item: item[0]


def settings_of_a_worker():
    return os.environ.get


def process_ids():
    return lambda item: os.getpid()


def dies_of_three():
    return lambda item: os.kill(os.getpid(), signal.SIGKILL) if item == 3 else item


def leaves_at_three():
    return lambda item: os._exit(7) if item == 3 else item


def dies_once(folder: str):
    """Of each item that is a multiple of ten, when it comes the first time."""

    def work(item: int) -> int:
        seen = Path(folder, str(item))
        if item % 10 == 0 and not seen.exists():
            seen.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    return work


def hangs_at_three():
    return lambda item: time.sleep(600) if item == 3 else item


def killed_at_starts(folder: str, times: int):
    """Is killed by the system while it starts, so many times."""
    starts = len(list(Path(folder).iterdir()))
    Path(folder, str(starts)).touch()
    if starts < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return double()


def hangs_at_first_start(folder: str):
    try:
        Path(folder, "started").touch(exist_ok=False)
    except FileExistsError:
        return double()
    time.sleep(600)


def with_little_memory():
    """Gives the process 50 MB beside what it has, as `ulimit -v` does."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 50_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return len


def slow():
    """Takes as many seconds as the item says."""
    return lambda item: time.sleep(item) or item


def cannot_start():
    raise RuntimeError("no models")


def test_order_is_kept_over_many_batches():
    assert list(parallel.ordered(double, range(3000), 3, lambda item: item % 9000)) == [2 * i for i in range(3000)]


def test_an_exception_in_a_worker_is_told_with_its_traceback():
    with pytest.raises(WorkerError, match=r"Traceback[^§]*IndexError"):
        list(parallel.ordered(first_of, ["a", ""], 1, len))


def test_an_exception_of_the_items_comes_in_its_place():
    def items():
        yield from (1, 2)
        raise LookupError("no more")

    results = parallel.ordered(double, items(), 2, one)
    assert [next(results), next(results)] == [2, 4]
    with pytest.raises(LookupError, match="no more"):
        next(results)


def test_workers_use_one_thread_for_linear_algebra():
    settings = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    assert list(parallel.ordered(settings_of_a_worker, settings, 1, len)) == ["1", "1"]


# Deaths and limits


@pytest.mark.parametrize(
    ("workers", "start", "how"), [(1, dies_of_three, "SIGKILL"), (2, leaves_at_three, "exit status 7")]
)
def test_a_worker_that_dies_costs_the_item_it_dies_of(workers, start, how):
    results = list(parallel.ordered(start, range(30), workers, one, lost=lost))
    assert results == [0, 1, 2, f"3: the worker process died of it twice ({how})", *range(4, 30)]


def test_a_worker_that_dies_by_chance_costs_nothing(tmp_path):
    results = parallel.ordered(partial(dies_once, str(tmp_path)), range(25), 2, one, lost=lost)
    assert list(results) == list(range(25))
    assert len(list(tmp_path.iterdir())) == 3


def test_an_item_that_is_lost_is_told_where_nothing_stands_for_it():
    results = parallel.ordered(dies_of_three, range(100), 2, lambda item: 10_000)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(LostError, match="died of it twice"):
        next(results)


def test_an_item_that_takes_too_long_is_lost_and_the_rest_done():
    results = parallel.ordered(hangs_at_three, range(6), 1, one, 2, lost)
    assert list(results) == [0, 1, 2, "3: it took longer than 2 s", 4, 5]


def test_a_worker_that_cannot_even_begin_is_told(capfd):
    with pytest.raises(WorkerError, match=r"before it could begin \(exit status 1\)"):
        list(parallel.ordered(cannot_start, range(3), 2, one, lost=lost))
    assert "RuntimeError: no models" in capfd.readouterr().err


def test_a_worker_killed_while_it_starts_is_replaced(tmp_path):
    results = parallel.ordered(partial(killed_at_starts, str(tmp_path), 2), range(5), 1, one)
    assert list(results) == [0, 2, 4, 6, 8]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_worker_killed_at_every_start_ends_the_work(tmp_path):
    with pytest.raises(WorkerError, match=r"before it could begin \(SIGKILL\)"):
        list(parallel.ordered(partial(killed_at_starts, str(tmp_path), 99), range(5), 1, one, lost=lost))
    assert len(list(tmp_path.iterdir())) == 3


def test_a_worker_that_hangs_while_it_starts_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(parallel, "_START_SECONDS", 3)
    assert list(parallel.ordered(partial(hangs_at_first_start, str(tmp_path)), range(3), 1, one)) == [0, 2, 4]


def test_a_worker_out_of_memory_for_an_item_costs_that_item_and_does_not_hang():
    items = [b"a", b"bb", b"c" * 60_000_000, b"dddd", b"eeeee"]
    results = list(parallel.ordered(with_little_memory, items, 1, one, lost=lambda item, error: str(error)))
    assert results == [1, 2, "the worker process died of it twice (exit status 1)", 4, 5]


def test_a_worker_ends_even_where_its_listener_cannot_say_why():
    """`traceback.print_exc` raised MemoryError, the thread died of it, and the process was waited for for ever."""
    program = (
        "import traceback, sys\n"
        "from extractor import parallel\n"
        "def no_memory(*_): raise MemoryError\n"
        "traceback.print_exc = no_memory\n"
        "parallel._ending_with(no_memory)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=60, stderr=subprocess.DEVNULL, check=False)
    assert done.returncode == 1


def test_the_time_that_the_caller_stood_still_does_not_count():
    with script(
        "import time",
        "results = parallel.ordered(test_parallel.slow, [0, 1.5], 1, test_parallel.one, 3, test_parallel.lost)",
        "print(next(results), flush=True)",
        "print(next(results), flush=True)",
    ) as process:
        assert process.stdout.readline() == "0\n"
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)
        assert process.communicate(timeout=60) == ("1.5\n", "")


def test_a_time_limit_may_be_longer_than_the_system_can_wait():
    assert list(parallel.ordered(double, range(3), 1, one, 1e300)) == [0, 2, 4]


# Bounds


def test_items_wait_until_results_are_taken():
    read = 0

    def items():
        nonlocal read
        for read in itertools.count():  # noqa: B007 (seen outside)
            yield "x"

    results = parallel.ordered(double, items(), 1, lambda item: parallel.AHEAD // 10)
    assert next(results) == "xx"
    time.sleep(0.5)
    assert read <= 11
    results.close()


def test_a_result_does_not_wait_for_the_next_item():
    more = threading.Event()

    def items():
        yield 1
        assert more.wait(60)
        yield 2

    results = parallel.ordered(double, items(), 2, one)
    assert next(results) == 2
    more.set()
    assert list(results) == [4]


def test_no_worker_is_left_when_the_results_are_no_longer_wanted():
    results = parallel.ordered(process_ids, itertools.count(), 2, one)
    pid = next(results)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def script(*lines: str) -> subprocess.Popen:
    """A process that knows this module and `parallel`."""
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(("import itertools, test_parallel; from extractor import parallel", *lines))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )


def test_a_caller_ends_with_results_that_nobody_took():
    with script(
        "results = parallel.ordered(test_parallel.double, itertools.count(1), 2, test_parallel.one)",
        "print(next(results))",
    ) as process:
        assert process.communicate(timeout=120) == ("2\n", "")
        assert process.returncode == 0


def test_no_worker_outlives_a_caller_that_is_killed():
    with script(
        "results = parallel.ordered(test_parallel.pid_then_hang, range(2), 1, test_parallel.one)",
        "print(next(results), flush=True); next(results)",
    ) as process:
        worker = int(process.stdout.readline())
        assert alive(worker)
        process.kill()
    deadline = time.monotonic() + 10
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(worker)


def pid_then_hang():
    return lambda item: time.sleep(600) if item else os.getpid()
