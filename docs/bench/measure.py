"""Runs processes and counts what they cost. Every process is ended by its own pid and waited for."""
import json
import os
import select
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

TICK = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


class Failed(Exception):
    """A process that did not do its work; the benchmark stops and says so."""


@dataclass
class Cost:
    """What one run cost: seconds of wall clock and CPU, peak resident MiB, and what the process said itself."""
    wall: float
    cpu: float
    rss: float
    code: int = 0
    out: str = ""
    served: float = 0.0  # CPU seconds of the processes that served it
    foreign: float = 0.0  # cores that others kept busy meanwhile
    said: dict = field(default_factory=dict)


def busy():
    """CPU seconds all processes of the machine took since it started."""
    with open("/proc/stat") as stat:
        times = [int(word) for word in stat.readline().split()[1:]]
    return (sum(times) - times[3] - times[4]) / TICK


def cpu_of(pid):
    with open("/proc/%d/stat" % pid) as stat:
        words = stat.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICK


def peak_of(pid):
    """Peak resident MiB of a living process."""
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def end(process, grace=10):
    """Asks one process of ours to stop, then makes it. Returns its exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def last_json(text):
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            try:
                return json.loads(line)
            except ValueError:
                return {}
    return {}


def run(argv, directory, timeout=300, env=None, services=(), codes=(0,), stop_after=None):
    """
    Runs one process to its end and returns its Cost. With stop_after it is asked to stop (SIGTERM) after so many
    seconds. An exit code that is not among codes is a failure; the last lines of what it said come with it.
    """
    out_path, err_path = os.path.join(directory, "out.txt"), os.path.join(directory, "err.txt")
    served = sum(cpu_of(service.pid) for service in services)
    total = busy()
    with open(out_path, "wb") as out, open(err_path, "wb") as err:
        start = time.monotonic()
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env)
        try:
            status, usage = wait4(process, stop_after or timeout)
            if status is None:
                process.terminate()
                status, usage = wait4(process, 15)
                if stop_after is None or status is None:
                    if status is None:
                        process.kill()
                        os.wait4(process.pid, 0)
                    process.returncode = -9
                    raise Failed("%s: not done after %d s\n%s" % (" ".join(argv), timeout, tail(err_path)))
        except BaseException:
            if process.returncode is None:
                process.kill()
                process.wait()
            raise
        wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    served = sum(cpu_of(service.pid) for service in services) - served
    foreign = max(0.0, busy() - total - cpu - served) / wall
    text = open(out_path, encoding="utf-8", errors="replace").read()
    if process.returncode not in codes:
        raise Failed("%s: exit code %d\n%s" % (" ".join(argv), process.returncode, tail(err_path)))
    return Cost(wall, cpu, usage.ru_maxrss / 1024, process.returncode, text, served, foreign, last_json(text))


def wait4(process, seconds):
    """(status, usage) of a process that ended within some seconds, else (None, None). The pid stays ours till then."""
    pidfd = os.pidfd_open(process.pid)
    try:
        ready, _, _ = select.select([pidfd], [], [], seconds)
    finally:
        os.close(pidfd)
    if not ready:
        return None, None
    _, status, usage = os.wait4(process.pid, 0)
    return status, usage


def tail(path, size=2000):
    with open(path, "rb") as text:
        text.seek(max(0, os.path.getsize(path) - size))
        return text.read().decode("utf-8", "replace")


class Service:
    """A process that serves others: it is up when it printed a line that begins with READY. Use it in a `with`."""

    def __init__(self, argv, directory, name, timeout=300, env=None):
        self.log = os.path.join(directory, name + ".log")
        with open(self.log, "wb") as err:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, env=env, text=True)
        self.pid = self.process.pid
        self.said = []
        try:
            self.ready = self.wait_ready(argv, timeout)
        except BaseException:
            end(self.process)
            raise

    def wait_ready(self, argv, timeout):
        deadline = time.monotonic() + timeout
        stream = self.process.stdout
        os.set_blocking(stream.fileno(), False)
        text = ""
        while True:
            select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
            got = stream.read()
            text += got or ""
            lines = text.split("\n")
            for line in lines[:-1]:
                self.said.append(line)
                if line.startswith("READY"):
                    return line
            text = lines[-1]
            if got == "" or time.monotonic() > deadline:
                raise Failed("%s: no READY line\n%s" % (" ".join(argv), tail(self.log)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)


def calm(patience):
    """Waits, at most so many seconds, for a second in which nobody else uses more than a quarter of a core."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        before = busy()
        time.sleep(1)
        if busy() - before < 0.25:
            return


def rounds(sides, count, note=print, patience=0):
    """Runs each side once a round, in turn, so that a slow minute of the machine hits all. {name: [Cost]}"""
    costs = {name: [] for name in sides}
    for number in range(count):
        for name, side in sides.items():
            calm(patience)
            cost = side(number)
            costs[name].append(cost)
            note("  round %d of %d  %-32s %7.2f s  cpu %6.2f s  rss %5d MiB  others %.1f cores"
                 % (number + 1, count, name, cost.wall, cost.cpu, cost.rss, cost.foreign))
    return costs


def median(costs, what=lambda cost: cost.wall):
    return statistics.median(what(cost) for cost in costs)


def log(text):
    print(text, file=sys.stderr, flush=True)
