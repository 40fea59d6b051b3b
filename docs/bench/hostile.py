#!/usr/bin/env python3
"""One honest transfer in the middle of hostile connections, and the same without them.

    docs/bench/hostile.py [--jars DIR] [--crowd 500] [--mib 512] [--rate 25MiB] [--runs 3] [SIDE ...]

SIDE: seeder (who gives is attacked), fetcher (who takes is). The attacked process has a heap of 128 MiB; the honest one
at the other side has the limit of --rate, so that no core is full without the crowd (0: none, and they share the cores). The crowd
(shoal.testing.HostileCrowd) stands before the fetch begins, or comes a second later if that is attacked. It would be at
other machines, so it gets of these cores what nobody else wants (nice 19). Ends with 1 if the rate is below 80 %, if
what came is wrong, or if threads, descriptors or memory are not back within a minute. --jars: as of mutants.py.
"""
import argparse
import filecmp
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


class Program:
    """A process and the lines that it says."""

    def __init__(self, command, folder, **more):
        self.lines = []
        self.said = threading.Condition()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.STDOUT, cwd=folder, **more)
        threading.Thread(target=self.read, daemon=True).start()

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
                for line in self.lines:
                    match = re.search(pattern, line)
                    if match:
                        return match
                if self.process.poll() is not None or time.time() > end:
                    sys.exit("never said %s:\n%s" % (pattern, "\n".join(self.lines[-20:])))
                self.said.wait(0.2)

    def end(self):
        self.process.kill()
        self.process.wait()

    def status(self, key):
        with open("/proc/%d/status" % self.process.pid) as status:
            return int(re.search(key + r":\s*(\d+)", status.read())[1])

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


class Field:
    def __init__(self, given, classes, java, folder):
        self.given, self.classes, self.java, self.folder = given, classes, java, folder
        self.file = folder / "data.bin"
        source = random.Random(1)
        with open(self.file, "wb") as out:
            for _ in range(given.mib):
                out.write(source.randbytes(1 << 20))
        self.ports = 21000 + os.getpid() % 9000
        self.homes = 0

    def port(self):
        self.ports += 1
        return str(self.ports)

    def run(self, heap, main, *words, nice=0):
        self.homes += 1
        env = {key: value for key, value in os.environ.items() if not key.startswith("SHOAL_")}
        env["SHOAL_HOME"] = str(self.folder / ("home%d" % self.homes))
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

    def transfer(self, side, crowd):
        """Seconds from the start of the fetch, and what is wrong."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        attacked = side == "seeder"
        port, other = self.port(), self.port()
        seeder = self.shoal(HEAP if attacked else "-Xmx256m", "share", self.file, "-t", NOBODY, "--port", port,
                            *([] if attacked else self.limit("--upload-limit")))
        wrong, hostile, fetch = [], None, None
        try:
            manifest = seeder.await_line(r"^manifest +(.*)$")[1]
            seeder.await_line("^READY")
            words = ["fetch", manifest, "--peer", "127.0.0.1:" + port, "-o", self.folder / "out", "--port", other,
                     "-t", NOBODY, *(self.limit("--download-limit") if attacked else ["--keep-seeding"])]
            if attacked:
                before = self.state(seeder)
            begin = time.time()
            if crowd and not attacked:
                fetch = self.shoal(HEAP, *words)
                time.sleep(1)
            if crowd:
                hostile = self.run("-Xmx512m", "shoal.testing.HostileCrowd", port if attacked else other, manifest,
                                   self.given.crowd, nice=19)
                hostile.await_line("STANDING")
                if attacked:
                    time.sleep(5)
            if fetch is None:
                begin = time.time()
                fetch = self.shoal("-Xmx256m" if attacked else HEAP, *words)
            while not self.is_whole(fetch) and time.time() - begin < self.given.most:
                time.sleep(0.05)
            seconds = time.time() - begin
            victim = seeder if attacked else fetch
            if not attacked:
                before = None
            if not self.is_whole(fetch):
                wrong.append("it does not end: " + fetch.lines[-1])
            elif not filecmp.cmp(self.file, self.folder / "out" / "data.bin", shallow=False):
                wrong.append("what came is wrong")
            peak = victim.status("VmHWM") >> 10
            took = 0
            if crowd:
                print("    crowd: " + hostile.lines[-1], flush=True)
                hostile.end()
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

    def is_whole(self, fetch):
        if fetch.process.poll() is not None:
            return True
        return (self.folder / "out" / "data.bin").exists()

    def back(self, victim, before):
        """How long until all is as it was, within what one peer more or less takes."""
        begin = time.time()
        while True:
            state = self.state(victim)
            known = before or {"heap": 24 << 20, "threads": state["threads"], "virtual threads": 24, "descriptors": 40}
            ok = (state["heap"] <= known["heap"] + (8 << 20) and state["threads"] <= known["threads"] + 8
                  and state["virtual threads"] <= known["virtual threads"] + 6
                  and state["descriptors"] <= known["descriptors"] + 6)
            if ok or time.time() - begin > BACK:
                return time.time() - begin, state, ok
            time.sleep(1)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--jars")
    options.add_argument("--crowd", type=int, default=500)
    options.add_argument("--mib", type=int, default=512)
    options.add_argument("--rate", default="25MiB")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--most", type=int, default=300, help="seconds that a transfer may take")
    options.add_argument("sides", nargs="*", default=["seeder", "fetcher"])
    given = options.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="hostile") as folder:
        bench = Bench(folder, jars(given.jars))
        field = Field(given, "%s:%s" % (bench.classes, bench.libraries), str(bench.bin / "java"), pathlib.Path(folder))
        for side in given.sides:
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
            percent = 100 * statistics.median(seconds[False]) / statistics.median(seconds[True])
            failed |= percent < LEAST
            print("%s: %.0f %% of the quiet rate (medians of %d)" % (side, percent, given.runs), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
