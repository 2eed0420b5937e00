"""Attacks on `extractor convert`, as long as one likes:  python -m tests.chaos --seconds 600 --seed 7

Each round converts the same short input into one of `OUTPUTS`.  It is attacked once to three times by what `ATTACKS`
lists, each time resumed, and at last left in peace; what is then there is compared with what an undisturbed run leaves.
Prints each round whose outcome is not as promised (docs/faults.md), and exits with status 1 if there is one; the seed
and the number of the round give the same choices again, while the time at which a signal comes is real.

What is attacked is the command in processes of its own, with its workers; only the extractor is a toy (`toy.slow`), so
that a round takes seconds, and journals and frames are small, so that there are many places to be hit at.  Faults at
system calls are injected by strace, and only into those that touch the files of the run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OUTPUTS = {
    "out.jsonl": "jsonl",
    "out.gz": "jsonl",
    "out.zst": "jsonl",
    "quotes.parquet": "parquet-quotes",
    "documents.parquet": "parquet-documents",
}
LINES = 60
# The status of a conversion that was done, as some of the lines are bad.
DONE = 1
# No run takes longer on a busy machine; one that does hangs.
PATIENCE = 90
# The disk that is filled, and the most that is left on it for a run, which needs some 10 to 60 kB.
DISK_BYTES = 64 << 20
LEFT_ON_DISK = (10_000, 60_000)
# The most that the memory of a process may still grow when it is limited: a worker needs some 300 MB to begin.
GROWTHS = (1 << 20, 20 << 20, 600 << 20)
# System calls that faults are injected into, as strace names them.
CALLS = ("write", "fsync", "/^rename", "openat", "close", "/^unlink", "ftruncate")
ERRORS = ("ENOSPC", "EIO")
# In the environment of all processes of a round, by which they are found.
MARK = "CHAOS_ROUND"


# The command under attack


def command() -> None:
    """What an attacked process runs: the command, which says on standard output when it begins to convert."""
    import toy

    from extractor import batch, cli
    from extractor.batch import checkpoint, outputs

    outputs.FRAME_BYTES = 2_000
    checkpoint.JOURNAL_SECONDS = 0.0
    convert = batch.convert

    def announced(*arguments: Any, **options: Any) -> Any:
        print("ready", flush=True)
        return convert(*arguments, **options, extractor=toy.slow)

    batch.convert = announced
    cli.main()


def write_input(path: Path) -> None:
    """Writes lines good and bad, some of them blank."""
    kinds = ['{"id": %d, "text": "Мост %d открыт.", "n": [%d]}', '{"text": "и %d снова"}', '{"text": %d}', "bad %d", ""]
    lines = (kinds[random.Random(i).choices(range(5), (6, 3, 1, 1, 1))[0]].replace("%d", str(i)) for i in range(LINES))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run_files(output: Path) -> list[Path]:
    """The files that a run writes, the final ones first."""
    names = ("", ".errors.jsonl", ".part", ".errors.jsonl.part", ".part.json", ".part.json.new", ".part.made")
    return [output.with_name(output.name + name) for name in names]


def start(source: Path, output: Path, *options: str, prefix: list[str] | None = None) -> subprocess.Popen[str]:
    """Starts the command, under `prefix` if given; returns when it begins to convert or has ended."""
    arguments = ["convert", str(source), "-o", str(output), "--format", OUTPUTS[output.name], "--keep", "n", *options]
    process = subprocess.Popen(
        [*(prefix or []), sys.executable, "-c", "import chaos; chaos.command()", *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]), MARK: str(output.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=output.parent,
    )
    assert process.stdout
    process.stdout.readline()
    return process


def processes(folder: Path) -> list[int]:
    """The processes of the round in that folder."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and f"{MARK}={folder}\0".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


# Attacks


@dataclass(frozen=True)
class Target:
    """What an attack strikes: a running command, its output, and how long an undisturbed one converts."""

    process: subprocess.Popen[str]
    source: Path
    output: Path
    seconds: float

    def wait(self, chance: random.Random) -> None:
        """Lets it work for a random time, seldom longer than it needs: some of `seconds` goes into its exit."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(chance.uniform(0, 0.8 * self.seconds))


@dataclass(frozen=True)
class Attack:
    """One way to disturb a conversion.

    Fields:
        statuses: the exit statuses that are promised, as a shell tells them, beside that of a conversion that got done
            nevertheless.
        strike: called while the command converts.
        prefix: makes the command line that the command runs under, from the output and the calls of an undisturbed run.
        costs_lines: whether lines may fail of it.
    """

    statuses: tuple[int, ...]
    strike: Callable[[Target, random.Random], None] = lambda target, chance: None
    prefix: Callable[[Path, Counter[str], random.Random], list[str]] = lambda output, calls, chance: []
    costs_lines: bool = False


def signalled(number: signal.Signals) -> Callable[[Target, random.Random], None]:
    def strike(target: Target, chance: random.Random) -> None:
        target.wait(chance)
        target.process.send_signal(number)

    return strike


def kill_worker(target: Target, chance: random.Random) -> None:
    target.wait(chance)
    workers = [number for number in processes(target.output.parent) if number != target.process.pid]
    if workers:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)


def limit_file_size(target: Target, chance: random.Random) -> None:
    with suppress(ProcessLookupError):
        resource.prlimit(target.process.pid, resource.RLIMIT_FSIZE, (chance.randrange(1, 20_000),) * 2)


def limit_memory(target: Target, chance: random.Random) -> None:
    """Lets the command and its workers grow by a little more only, from some time on."""
    target.wait(chance)
    growth = chance.randrange(chance.choice(GROWTHS))
    for number in processes(target.output.parent):
        with suppress(OSError):
            pages = int(Path(f"/proc/{number}/statm").read_text().split()[0])
            resource.prlimit(number, resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + growth,) * 2)


def fill_disk(target: Target, chance: random.Random) -> None:
    """Leaves little room on the disk of the output, which is one of this session's own."""
    free = shutil.disk_usage(target.output.parent).free
    with ballast(target.output).open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free - chance.randrange(chance.choice(LEFT_ON_DISK))))


def ballast(output: Path) -> Path:
    return output.parent.with_name("ballast")


def begin_another(target: Target, chance: random.Random) -> None:
    """A second run for the same output, which is refused, or comes when the first is through."""
    target.wait(chance)
    process = start(target.source, target.output, *chance.choice(([], ["--resume"])))
    _, errors = process.communicate(timeout=PATIENCE)
    if process.returncode not in (2, DONE) or "Traceback" in errors:
        raise BrokenPromiseError(f"the second run ended with {process.returncode}:\n{errors}")


def at_call(*faults: str) -> Callable[[Path, Counter[str], random.Random], list[str]]:
    """Injects one of the faults into one call, counted from the first or from the last one of its kind."""

    def prefix(output: Path, calls: Counter[str], chance: random.Random) -> list[str]:
        call = chance.choice(CALLS)
        last = max(1, sum(calls[name] for name in calls if re.search(pattern(call), name)))
        number = chance.choice((chance.randint(1, last), max(1, last - chance.randrange(10))))
        fault = chance.choice(faults)
        # Filtered by the kernel, tracing costs next to nothing, but signals cannot be injected then: they are dropped.
        filtered = [] if fault.startswith("signal") else ["--seccomp-bpf"]
        return strace(output, os.devnull, *filtered, "-e", f"inject={call}:{fault}:when={number}")

    return prefix


def strace(output: Path, log: str, *options: str) -> list[str]:
    """The command line that traces calls on the files of a run."""
    paths = (argument for path in run_files(output) for argument in ("-P", str(path)))
    return ["strace", "-f", "-qq", "-o", log, *paths, "-e", f"trace={','.join(CALLS)}", *options]


def pattern(call: str) -> str:
    """The regular expression of a call's names."""
    return call.removeprefix("/") if call.startswith("/") else f"^{call}$"


ATTACKS = {
    "terminated": Attack((143,), signalled(signal.SIGTERM)),
    "interrupted": Attack((130,), signalled(signal.SIGINT)),
    "killed": Attack((137,), signalled(signal.SIGKILL)),
    "killed at a call": Attack((137,), prefix=at_call("signal=KILL")),
    "terminated at a call": Attack((143,), prefix=at_call("signal=TERM")),
    "a call that fails": Attack((2,), prefix=at_call(*(f"error={error}" for error in ERRORS))),
    "calls that fail from there on": Attack(
        (2,), prefix=lambda *arguments: [f"{part}+" if "when=" in part else part for part in failing(*arguments)]
    ),
    "full disk": Attack((2,), fill_disk),
    "file size limit": Attack((2,), limit_file_size),
    "little memory": Attack((2,), limit_memory, costs_lines=True),
    "a worker killed": Attack((), kill_worker),
    "another run": Attack((), begin_another),
}
failing = at_call(*(f"error={error}" for error in ERRORS))


def possible_attacks(own_disk: bool) -> list[str]:
    """The attacks for which this machine has what they need."""
    missing = set() if own_disk else {"full disk"}
    if not can_trace():
        missing |= {name for name in ATTACKS if "call" in name}
    return [name for name in ATTACKS if name not in missing]


def can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(
            ["strace", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "true"], capture_output=True
        ).returncode
        == 0
    )


# What is promised


class BrokenPromiseError(Exception):
    """Something is not as promised; the message says what."""


@dataclass(frozen=True)
class Whole:
    """What an undisturbed run leaves: records and failures as rows, both as bytes, its last message, its calls."""

    records: bytes
    rows: list[Any]
    errors: bytes
    summary: str
    calls: Counter[str]
    seconds: float


def rows(path: Path) -> list[Any]:
    """The records of an output, one by one."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        return list(parquet.read_table(path).to_pylist())
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        import zstandard

        data = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    return data.splitlines()


def undisturbed(source: Path, folder: Path, name: str, traced: bool) -> Whole:
    """Runs the command in peace, and counts its calls if they can be traced."""
    output, log = empty(folder) / name, folder / "log"
    process = start(source, output, prefix=strace(output, str(log), "--seccomp-bpf") if traced else [])
    begun = time.monotonic()
    _, messages = process.communicate(timeout=PATIENCE)
    seconds = time.monotonic() - begun
    assert process.returncode == DONE, messages
    names = re.findall(r"^\d+ +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE) if traced else []
    errors = run_files(output)[1].read_bytes()
    return Whole(output.read_bytes(), rows(output), errors, messages.splitlines()[-1], Counter(names), seconds)


def check_run(
    output: Path, whole: Whole, attack: Attack, status: int, messages: str, *, lines_lost: bool = False
) -> None:
    """Checks what a run leaves and says that was attacked; raises BrokenPromiseError.

    With `lines_lost` this attack or one before it may have cost lines.
    """
    if status not in (DONE, *attack.statuses):
        raise BrokenPromiseError(f"exit status {status}")
    if "Traceback" in messages and not attack.costs_lines:
        raise BrokenPromiseError("a traceback")
    for promised, word in ((2, "extractor: "), (130, "interrupted")):
        # A signal that comes when all is done, and said, ends the interpreter on its way out.
        if status == promised and word not in messages and whole.summary not in messages:
            raise BrokenPromiseError(f"exit status {status}, and no word why")
    if status == DONE:
        check_end(output, whole, lines_lost)
        if not lines_lost and messages.splitlines()[-1:] != [whole.summary]:
            raise BrokenPromiseError("another summary")
        return
    if others := {path.name for path in output.parent.iterdir()} - {path.name for path in run_files(output)}:
        raise BrokenPromiseError(f"left behind: {sorted(others)}")
    if output.suffix != ".parquet" and output.read_bytes() not in (b"before", whole.records):
        raise BrokenPromiseError("the output is neither what it was nor whole")


def check_end(output: Path, whole: Whole, lines_lost: bool) -> None:
    """Checks what is there when all is done; raises BrokenPromiseError.

    With `lines_lost` some lines may have failed, but each is there, as a record or a failure, in its order.
    """
    errors = run_files(output)[1]
    if present := sorted({path.name for path in output.parent.iterdir()} ^ {output.name, errors.name}):
        raise BrokenPromiseError(f"left behind or missing: {present}")
    found, failed = rows(output), errors.read_bytes()
    if lines_lost and failed != whole.errors:
        remaining = iter(whole.rows)
        if not all(row in remaining for row in found):
            raise BrokenPromiseError("records changed, doubled or reordered")
        expected = len(whole.rows) + whole.errors.count(b"\n")
        if (all_lines := len(found) + failed.count(b"\n")) != expected:
            raise BrokenPromiseError(f"{all_lines} records and failures, not {expected}")
        others = Counter(failed.splitlines()) - Counter(whole.errors.splitlines())
        for failure in map(json.loads, others):
            if not re.search("memory|died", failure["reason"], re.IGNORECASE):
                raise BrokenPromiseError(f"a failure without a cause: {failure}")
        return
    if found != whole.rows:
        raise BrokenPromiseError(f"{len(found)} records, not the {len(whole.rows)} of an undisturbed run")
    if output.suffix != ".parquet" and output.read_bytes() != whole.records:
        raise BrokenPromiseError("the same records in other bytes")
    if failed != whole.errors:
        raise BrokenPromiseError("other failures")


def check_processes(folder: Path) -> None:
    """Raises BrokenPromiseError if processes of the round live on; kills them."""
    end = time.monotonic() + 10
    while (left := processes(folder)) and time.monotonic() < end:
        time.sleep(0.02)
    for number in left:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    if left:
        raise BrokenPromiseError(f"{len(left)} processes left behind")


# Rounds


def strike(
    source: Path, output: Path, whole: Whole, name: str, options: list[str], lost: bool, chance: random.Random
) -> int:
    """Runs the command under an attack and checks it; returns its exit status.  Raises BrokenPromiseError."""
    attack = ATTACKS[name]
    process = start(source, output, *options, prefix=attack.prefix(output, whole.calls, chance))
    try:
        attack.strike(Target(process, source, output, whole.seconds), chance)
        _, messages = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise BrokenPromiseError(f"still running after {PATIENCE} s") from None
    finally:
        ballast(output).unlink(missing_ok=True)
        check_processes(output.parent)
    try:
        check_run(output, whole, attack, shell_status(process.returncode), messages, lines_lost=lost)
    except BrokenPromiseError as difference:
        raise BrokenPromiseError(f"{difference}\n{' '.join(process.args)}\n{messages}") from None
    return shell_status(process.returncode)


def shell_status(status: int) -> int:
    """What a shell reports for the status of a process, which is negative where a signal ended it."""
    return 128 - status if status < 0 else status


def round(source: Path, folder: Path, wholes: dict[str, Whole], names: list[str], chance: random.Random) -> str:
    """Attacks one conversion until it is done; returns what was done.  Raises BrokenPromiseError, with the same."""
    output = empty(folder) / chance.choice(list(wholes))
    output.write_bytes(b"before")
    attacks = chance.choices(names, k=chance.randint(1, 3))
    whole, story, lost = wholes[output.name], [output.name], False
    try:
        for number, name in enumerate(attacks):
            workers = str(chance.randint(1, 2))
            story.append(f"{name} ({workers})")
            lost |= ATTACKS[name].costs_lines
            options = ["--workers", workers, *(["--resume"] * (number > 0))]
            status = strike(source, output, whole, name, options, lost, chance)
            story[-1] += f" → {status}"
            if status == DONE:
                return ", ".join(story)
        story.append("in peace")
        process = start(source, output, "--resume")
        try:
            _, messages = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise BrokenPromiseError(f"still running after {PATIENCE} s") from None
        if process.returncode != DONE:
            raise BrokenPromiseError(f"exit status {process.returncode}:\n{messages}")
        check_end(output, whole, lost)
    except BrokenPromiseError as difference:
        raise BrokenPromiseError(f"{', '.join(story)}: {difference}") from None
    return ", ".join(story)


def empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def own_disk(folder: Path) -> Iterator[bool]:
    """Mounts a small disk there; yields whether that is permitted."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(folder)]
    mounted = shutil.which("mount") is not None and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def rounds(folder: Path, seconds: float, number: int, seed: int, first: int = 0, say: Any = print) -> list[str]:
    """Attacks for so many seconds, or so many rounds if that is sooner; returns the differences."""
    source, differences = folder / "in.jsonl", []
    write_input(source)
    (folder / "disk").mkdir()
    with own_disk(folder / "disk") as mounted:
        names, place = possible_attacks(mounted), folder / "disk" / "round"
        say(f"attacks: {', '.join(names)}")
        wholes = {name: undisturbed(source, place, name, can_trace()) for name in OUTPUTS}
        say("".join(f"\n{name}: {whole.seconds:.1f} s, {dict(whole.calls)}" for name, whole in wholes.items()))
        done, end = 0, time.monotonic() + seconds
        while done < number and time.monotonic() < end:
            try:
                story = round(source, place, wholes, names, random.Random(f"{seed} {first + done}"))
                say(f"round {first + done}: {story}")
            except Exception as difference:
                differences.append(f"seed {seed}, round {first + done}: {difference}")
                say(f"DIFFERENCE, {differences[-1]}")
            done += 1
    say(f"{done} rounds, {len(differences)} differences")
    return differences


def main() -> int:
    """Runs the program; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long to attack")
    parser.add_argument("--rounds", type=int, default=10**9, help="the most rounds")
    parser.add_argument("--first", type=int, default=0, help="the number of the first round: to repeat one")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    # Ended from outside, it unmounts its disk.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    with tempfile.TemporaryDirectory() as folder:
        return bool(rounds(Path(folder), options.seconds, options.rounds, options.seed, options.first))


if __name__ == "__main__":
    sys.exit(main())
