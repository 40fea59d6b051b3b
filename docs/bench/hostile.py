#!/usr/bin/env python3
"""One honest transfer in the middle of hostile connections, and the same without them.

    docs/bench/hostile.py [--jars DIR] [--crowd 500] [--mib 512] [--rate 25MiB] [--runs 3] [--kinds K,K] [SIDE ...]

SIDE: seeder (who gives is attacked), fetcher (who takes is). The attacked process has a heap of 128 MiB; the honest one
at the other side has the limit of --rate, so that no core is full without the crowd (0: none, and they share the cores). The crowd
(shoal.testing.HostileCrowd) stands before the fetch begins, or comes a second later if that is attacked. It would be at
other machines, so it gets of these cores what nobody else wants (nice 19). Ends with 1 if the rate is below 80 %, if
what came is wrong, or if threads, descriptors or memory are not back within a minute. --jars: as of mutants.py.
--kinds: of the crowd, as HostileCrowd.Kind has them (all). rival.py does the same to libtorrent.
"""
import argparse
import filecmp
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from mutants import Bench, jars

HEAP = "-Xmx128m"
NOBODY = "http://127.0.0.1:1/announce"
BACK = 60
LEAST = 80
# what a process has that takes from one peer, and what one peer more or less makes of it
USUAL = {"heap": 24 << 20, "virtual threads": 24, "descriptors": 40, "resident": 128 << 20}
SOME = {"heap": 8 << 20, "threads": 8, "virtual threads": 6, "descriptors": 6, "resident": 64 << 20}


class Program:
    """A process and the lines that it says."""

    def __init__(self, command, folder, **more):
        self.lines = []
        self.said = threading.Condition()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.STDOUT, cwd=folder, **more)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.said:
                self.lines.append(line.rstrip())
                self.said.notify_all()
        with self.said:
            self.said.notify_all()

    def await_line(self, pattern, seconds=120):
        end = time.time() + seconds
        with self.said:
            while True:
                ended = not self.reader.is_alive()
                for line in self.lines:
                    match = re.search(pattern, line)
                    if match:
                        return match
                if ended or time.time() > end:
                    sys.exit("never said %s:\n%s" % (pattern, "\n".join(self.lines[-20:])))
                self.said.wait(0.2)

    def end(self):
        self.process.kill()
        self.process.wait()

    def told(self, key):
        """The last of its lines that is a JSON object with that key."""
        for line in reversed(self.lines):
            if line.startswith("{") and '"%s"' % key in line:
                return json.loads(line)
        sys.exit("never told %s:\n%s" % (key, "\n".join(self.lines[-20:])))

    def status(self, key):
        with open("/proc/%d/status" % self.process.pid) as status:
            return int(re.search(key + r":\s*(\d+)", status.read())[1])

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


class Field:
    def __init__(self, given, bench, folder):
        self.given, self.folder = given, pathlib.Path(folder)
        self.classes, self.java = "%s:%s" % (bench.classes, bench.libraries), str(bench.bin / "java")
        self.file = self.folder / "data.bin"
        self.ports = 21000 + os.getpid() % 9000
        self.homes = 0
        self.fill()

    def fill(self):
        source = random.Random(1)
        with open(self.file, "wb") as out:
            for _ in range(self.given.mib):
                out.write(source.randbytes(1 << 20))

    def port(self):
        self.ports += 1
        return str(self.ports)

    def run(self, heap, main, *words, nice=0, home=None):
        """A Java process, of a user who never ran one unless that home is named."""
        self.homes += 1
        env = {key: value for key, value in os.environ.items() if not key.startswith("SHOAL_")}
        env["SHOAL_HOME"] = str(self.folder / (home or "home%d" % self.homes))
        command = ["nice", "-n", str(nice), self.java, heap, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                   "-cp", self.classes, main, *map(str, words)]
        return Program(command, self.folder, env=env)

    def shoal(self, heap, *words):
        return self.run(heap, "shoal.cli.Main", *words, "--bind", "127.0.0.1", "--no-lan")

    def limit(self, option):
        return [option, self.given.rate, "--limit-lan"] if self.given.rate != "0" else []

    def heap(self, program):
        """Bytes in use once what is not needed has gone."""
        jcmd = str(pathlib.Path(self.java).parent / "jcmd")
        pid = str(program.process.pid)
        subprocess.run([jcmd, pid, "GC.run"], check=True, capture_output=True)
        said = subprocess.run([jcmd, pid, "GC.heap_info"], check=True, capture_output=True, text=True).stdout
        return sum(int(used) for used in re.findall(r"(?:generation|gen) .*?used (\d+)K", said)) << 10

    def virtual(self, program):
        jcmd = str(pathlib.Path(self.java).parent / "jcmd")
        into = self.folder / "threads.txt"
        subprocess.run([jcmd, str(program.process.pid), "Thread.dump_to_file", "-overwrite", str(into)],
                       check=True, capture_output=True)
        return sum(bool(re.match(r"#\d+ .* virtual", line)) for line in into.read_text().splitlines())

    def state(self, program):
        return {"heap": self.heap(program), "threads": program.status("Threads"),
                "virtual threads": self.virtual(program), "descriptors": program.descriptors()}

    def giver(self, attacked, port):
        """Who gives, ready, and the manifest."""
        seeder = self.shoal(HEAP if attacked else "-Xmx256m", "share", self.file, "-t", NOBODY, "--port", port,
                            *([] if attacked else self.limit("--upload-limit")))
        manifest = seeder.await_line(r"^manifest +(.*)$")[1]
        seeder.await_line("^READY")
        return seeder, manifest

    def taker(self, attacked, manifest, port, giver):
        """Who takes from that port; it goes on seeding if it is the one that is attacked."""
        return self.shoal(HEAP if attacked else "-Xmx256m", "fetch", manifest, "--peer", "127.0.0.1:" + giver, "-o",
                          self.folder / "out", "--port", port, "-t", NOBODY,
                          *(["--keep-seeding"] if attacked else self.limit("--download-limit")))

    def transfer(self, side, crowd):
        """Seconds from the start of the fetch, and what is wrong."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        attacked = side == "seeder"
        port, other = self.port(), self.port()
        seeder, manifest = self.giver(attacked, port)
        wrong, hostile, fetch, before = [], None, None, None
        try:
            if attacked:
                before = self.state(seeder)
            begin = time.time()
            if crowd and not attacked:
                fetch = self.taker(True, manifest, other, port)
                time.sleep(1)
            if crowd:
                hostile = self.run("-Xmx512m", "shoal.testing.HostileCrowd", port if attacked else other, manifest,
                                   self.given.crowd, *filter(None, self.given.kinds.split(",")), nice=19)
                self.gather(hostile, attacked)
            if fetch is None:
                begin = time.time()
                fetch = self.taker(not attacked, manifest, other, port)
            victim = seeder if attacked else fetch
            why = self.watch(victim, fetch, begin)
            seconds = time.time() - begin
            if why:
                wrong.append(why)
            elif not filecmp.cmp(self.file, self.folder / "out" / "data.bin", shallow=False):
                wrong.append("what came is wrong")
            peak = self.peak(victim) if victim.process.poll() is None else 0
            took = 0
            if crowd:
                print("    crowd: " + hostile.lines[-1], flush=True)
                hostile.end()
            if why:
                victim.end()  # it may be eating all memory
            elif crowd:
                took, after, ok = self.back(victim, before)
                if not ok:
                    wrong.append("not back after a minute: %s, before %s" % (after, before))
            for line in victim.lines:
                if "bug" in line or "Exception" in line or "Error" in line:
                    wrong.append(line)
                    break
            return seconds, peak, took, wrong
        finally:
            for each in (hostile, fetch, seeder):
                if each:
                    each.end()

    def gather(self, hostile, attacked):
        hostile.await_line("STANDING")
        if attacked:
            time.sleep(5)

    def watch(self, victim, fetch, begin):
        """Until the fetch is whole; or else why it never will be."""
        while True:
            if victim.process.poll() is not None:
                return "it died, code %d: %s" % (victim.process.returncode, victim.lines[-1])
            if self.is_whole(fetch):
                return None
            time.sleep(0.05)
            if time.time() - begin > self.given.most:
                return "it does not end: " + fetch.lines[-1]
            if self.peak(victim) > self.given.memory:
                return "it has %d MiB after %.0f s: %s" % (self.peak(victim), time.time() - begin, fetch.lines[-1])

    def peak(self, program):
        """MiB that it had resident at most, without what it maps of files."""
        return program.status("VmHWM") >> 10

    def is_whole(self, fetch):
        if fetch.process.poll() is not None:
            return True
        return (self.folder / "out" / "data.bin").exists()

    def back(self, victim, before):
        """How long until all is as it was, within what one peer more or less takes."""
        begin = time.time()
        while True:
            state = self.state(victim)
            known = before or dict(USUAL, threads=state.get("threads"))
            ok = all(value <= known[key] + SOME[key] for key, value in state.items())
            if ok or time.time() - begin > BACK or self.peak(victim) > self.given.memory:
                return time.time() - begin, state, ok
            time.sleep(1)


def options(about):
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jars")
    parser.add_argument("--crowd", type=int, default=500)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--rate", default="25MiB")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=int, default=300, help="seconds that a transfer may take")
    parser.add_argument("--memory", type=int, default=4096, help="MiB with which the attacked one is ended")
    return parser


def compare(field, given, sides):
    """Whether nothing was wrong with any side, and each had its part of the quiet rate."""
    failed = False
    for side in sides:
        seconds = {False: [], True: []}
        for _ in range(given.runs):
            for crowd in (False, True):
                took, peak, back, wrong = field.transfer(side, crowd)
                seconds[crowd].append(took)
                failed |= bool(wrong)
                print("  %s, %s: %.1f s, peak %d MiB%s%s" % (
                    side, "%d hostile" % given.crowd if crowd else "quiet", took, peak,
                    ", back after %.0f s" % back if crowd else "",
                    "".join("; WRONG: " + each for each in wrong)), flush=True)
            if wrong:
                return False
        percent = 100 * statistics.median(seconds[False]) / statistics.median(seconds[True])
        failed |= percent < LEAST
        print("%s: %.0f %% of the quiet rate (medians of %d)" % (side, percent, given.runs), flush=True)
    return not failed


def main():
    parser = options(__doc__)
    parser.add_argument("sides", nargs="*", default=["seeder", "fetcher"])
    given = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory(prefix="hostile") as folder:
        bench = Bench(folder, jars(given.jars))
        field = Field(given, bench, folder)
        ok = compare(field, given, given.sides)
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
