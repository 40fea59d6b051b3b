#!/usr/bin/env python3
"""What docs/RELIABILITY.md says of us, done to the real libtorrent 2.0.8, on loopback, by lt.py.

    docs/bench/rival.py kills [--kills 24] [--mean 5] [--save 5|piece|never|shoal ...]
    docs/bench/rival.py liars [--mib 256] [--rate 24MiB] [--runs 2] [all|once ...]
    docs/bench/rival.py crowd [--kinds K,K] [--connections 200] [--runs 2] [seeder|fetcher ...]
    docs/bench/rival.py repair [--mib 4096] [--sparse] [shoal|libtorrent ...]
    docs/bench/rival.py power [--mib 24] [--images 120]                                        (needs strace)
    docs/bench/rival.py faults [--mib 3] [--step 1]                                            (needs cc)

kills: SIGKILL at random moments (--seed) within one fetch, whose pace is the seeder's; who fetches is libtorrent that
saves its resume data each 5 seconds, or behind each piece, or never, or it is ours. What came twice is what the seeder
has sent less the length. liars: it fetches amidst those of LiarsIT. crowd: it is attacked as in hostile.py, with its
usual 200 connections and 8 slots, and has all options of that. repair: one bit of a big file is flipped, and got back by `verify --repair` or by a
recheck and a fetch; a libtorrent seeder counts the bytes. --sparse: the file is a hole in pieces of 16 MiB, and the
seeder has not hashed it. power: of a fetch that saves its resume data behind each piece, what may be left if the power
fails, as it syncs nothing (which strace tells): the resume data, and of the pages of the file none, some, or all but one.
faults: each call below the folder that disk.c sees fails in turn; then it starts again without.
All: --dir, where the data lies; --jars as of mutants.py; --lt-python, which has libtorrent.
"""
import collections
import filecmp
import hashlib
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import hostile
from mutants import HOME, Bench, jars

HERE = pathlib.Path(__file__).resolve().parent
PIECE = 256 << 10
HOLE_PIECE = 16 << 20
LONG = 1800
UNITS = {"KiB": 10, "MiB": 20, "GiB": 30}


def size_of(text):
    match = re.fullmatch(r"(\d+)([KMG]iB)?", text)
    return int(match[1]) << UNITS.get(match[2], 0)


class Rival(hostile.Field):
    """A field where libtorrent is who is looked at."""

    def fill(self):
        if self.given.test == "liars":
            return  # they have their own
        if not self.given.sparse:
            super().fill()
            return
        with open(self.file, "wb") as out:
            out.truncate(self.given.mib << 20)

    def lt(self, *words, before=(), **more):
        # under attack it takes all memory of the machine if it is let
        most = self.given.memory * 3 // 2 << 20
        return hostile.Program([*before, self.given.lt_python, str(HERE / "lt.py"), *map(str, words)], self.folder,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (most, most)), **more)

    def live(self, manifest, folder, port, *words, **more):
        """Gives and takes, once it knows what it has."""
        program = self.lt("live", manifest, folder, "--port", port, "--every", 0.5, *words, **more)
        program.await_line('^{"begun"', LONG)
        return program

    def make(self, piece=PIECE):
        manifest = self.folder / "data.torrent"
        made = self.lt("make", self.file, manifest, "--piece-length", piece)
        made.await_line("seconds", LONG)
        return manifest

    def make_hole(self, piece):
        """The manifest of a file of zeros, without reading it."""
        length = self.given.mib << 20
        zeros, pad = hashlib.sha256(bytes(16384)).digest(), bytes(32)
        for _ in range((piece >> 14).bit_length() - 1):
            zeros, pad = (hashlib.sha256(each + each).digest() for each in (zeros, pad))
        layer = [zeros] * (length // piece)
        above = layer
        while len(above) > 1:
            above = above + [pad] * (len(above) % 2)
            above = [hashlib.sha256(above[i] + above[i + 1]).digest() for i in range(0, len(above), 2)]
            pad = hashlib.sha256(pad + pad).digest()
        manifest = self.folder / "data.torrent"
        manifest.write_bytes(
            b"d4:infod9:file treed8:data.bind0:d6:lengthi%de11:pieces root32:%beee12:meta versioni2e4:name8:data.bin"
            b"12:piece lengthi%dee12:piece layersd32:%b%d:%bee" % (
                length, above[0], piece, above[0], 32 * len(layer), b"".join(layer)))
        return manifest

    def flipped(self, copy):
        """Flips a bit, and says where."""
        at = os.path.getsize(copy) // 7 * 4  # not at the begin of a piece
        with open(copy, "r+b") as out:
            byte = os.pread(out.fileno(), 1, at)[0]
            os.pwrite(out.fileno(), bytes([byte ^ 1]), at)
        return at

    # --- crowd: what is attacked, in place of ours

    def giver(self, attacked, port):
        if not attacked:
            return super().giver(attacked, port)
        manifest = self.make()
        return self.live(manifest, self.folder, port, *self.limits()), str(manifest)

    def taker(self, attacked, manifest, port, giver):
        if not attacked:
            return super().taker(attacked, manifest, port, giver)
        return self.live(manifest, self.folder / "out", port, *self.limits(), "--peer", "127.0.0.1:" + giver)

    def limits(self):
        return "--set", "unchoke_slots_limit=8", "--set", "connections_limit=%d" % self.given.connections

    def is_ours(self, program):
        return program.process.args[0] != self.given.lt_python

    def is_whole(self, fetch):
        if self.is_ours(fetch):
            return super().is_whole(fetch)
        return any(line.startswith('{"done"') for line in fetch.lines)

    def gather(self, crowd, attacked):
        time.sleep(3 if attacked else 0)  # they never stand all

    def state(self, program):
        # threads for the disk come when they are needed and stay
        return {"resident": program.status("RssAnon") << 10, "descriptors": program.descriptors()}

    def peak(self, program):
        if self.is_ours(program):
            return super().peak(program)
        program.most = max(getattr(program, "most", 0), program.status("RssAnon") >> 10)
        return program.most


class Kills:
    """One fetch that is killed over and over."""

    def __init__(self, field, save):
        self.field, self.save = field, save
        self.random = random.Random(field.given.seed)
        self.manifest = field.make()
        self.out = field.folder / "out"
        self.resume = field.folder / "resume"
        self.known = set()  # pieces, or of ours so many bytes, that were said to be proven
        self.lost, self.hashed = [], []

    def start(self, port):
        peer = "127.0.0.1:" + port
        if self.save == "shoal":
            program = self.field.run("-Xmx256m", "shoal.cli.Main", "fetch", self.manifest, "--peer", peer, "-o",
                                     self.out, "--bind", "127.0.0.1", "--no-lan", "-t", hostile.NOBODY, "--json",
                                     home="home")
            program.await_line('"resumed"')
            return program
        words = [] if self.save == "never" else ["--resume", self.resume, "--save", self.save]
        return self.field.live(self.manifest, self.out, self.field.port(), *words, "--peer", peer)

    def compare(self, program):
        """What is lost of what was said before, and how much was hashed to know it."""
        if self.save == "shoal":
            self.lost.append(max(0, max(self.known, default=0) - program.told("resumed")["resumed"]))
            return
        begun = program.told("begun")
        self.lost.append(len(self.known - set(begun["begun"])) * PIECE)
        self.hashed.append(begun["hashed"])
        self.known = set(begun["begun"])

    def remember(self, program):
        for line in program.lines:
            for number in re.findall(r'"done":(\d+)' if self.save == "shoal" else r'^{"piece": (\d+)', line):
                self.known.add(int(number))

    def run(self):
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.rmtree(self.field.folder / "home", ignore_errors=True)
        self.resume.unlink(missing_ok=True)
        given, port = self.field.given, self.field.port()
        pace = self.field.file.stat().st_size / given.kills / given.mean
        seeder = self.field.live(self.manifest, self.field.folder, port, "--up", int(pace))
        leecher = None
        try:
            for _ in range(given.kills):
                leecher = self.start(port)
                self.compare(leecher)
                time.sleep(self.random.uniform(0, 2 * given.mean))
                leecher.end()
                self.remember(leecher)
            leecher = self.start(port)
            self.compare(leecher)
            leecher.await_line('^{"done"|"event":"done"', LONG)
            time.sleep(1)
            sent = seeder.told("sent")["sent"]
        finally:
            for each in (leecher, seeder):
                if each:
                    each.end()
        right = filecmp.cmp(self.field.file, self.out / self.field.file.name, shallow=False)
        twice = sent - self.field.file.stat().st_size
        print("kills, %s: %d within %d MiB at %.2f MiB/s; of what was said to be proven %.1f MiB lost, at %d kills, at "
              "most %.2f MiB; came twice %.2f MiB, %.0f KiB for a kill; hashed at starts %s; %s" % (
                  self.save, given.kills, self.field.given.mib, pace / 2 ** 20, sum(self.lost) / 2 ** 20,
                  sum(each > 0 for each in self.lost), max(self.lost) / 2 ** 20, twice / 2 ** 20,
                  twice / 2 ** 10 / given.kills,
                  "%.1f MiB, at most %.1f" % (sum(self.hashed) / 2 ** 20, max(self.hashed) / 2 ** 20)
                  if self.hashed else "unknown", "the bytes are right" if right else "THE BYTES ARE WRONG"), flush=True)


def kills(field):
    for save in field.given.what or ["5", "piece", "never", "shoal"]:
        Kills(field, save).run()


def liars(field):
    for which in field.given.what or ["all", "once"]:
        for number in range(field.given.runs):
            lie(field, which)


def lie(field, which):
    given, out, folder = field.given, field.folder / "out", field.folder / "liars"
    for each in (out, folder):
        shutil.rmtree(each, ignore_errors=True)
    folder.mkdir()
    crowd = field.run("-Xmx1500m", "shoal.testing.LiarCrowd", folder, given.mib, which)
    fetch = None
    try:
        crowd.await_line("^READY")
        names = dict(re.fullmatch(r"peer (\d+) (.*)", line).groups() for line in crowd.lines if line[:5] == "peer ")
        # the honest one last, as the test has it
        peers = [word for port in [*names][1:] + [*names][:1] for word in ("--peer", "127.0.0.1:" + port)]
        fetch = field.live(folder / "crowd.torrent", out, field.port(), "--down", size_of(given.rate), *peers)
        begin = time.time()
        while not field.is_whole(fetch) and time.time() - begin < given.most:
            time.sleep(0.1)
        took = time.time() - begin
        time.sleep(1.5)
        whole = field.is_whole(fetch)
        end = fetch.told("done" if whole else "got")
        banned = collections.Counter(re.findall(r'^{"banned": (\d+)', "\n".join(fetch.lines), re.M))
        bad = sum(line.startswith('{"bad"') for line in fetch.lines)
        length = given.mib << 20
        print("liars, %s: %s after %.0f s; %d pieces were bad; failed %.1f MiB and came twice %.1f MiB, %.2f %% of %d MiB "
              "in vain" % (which, "whole" if whole else "NOT WHOLE, %.1f %%" % (100 * end["have"] / length), took, bad,
                           end["failed"] / 2 ** 20, end["twice"] / 2 ** 20,
                           100 * (end["failed"] + end["twice"]) / length, given.mib))
        if whole:
            print("  the bytes are " + ("right" if filecmp.cmp(
                folder / "right/file.bin", out / "file.bin", shallow=False) else "WRONG"))
        did = dict(line[4:].split(" ", 1) for line in crowd.lines if line[:4] == "did ")
        for port, name in names.items():
            gone = collections.Counter(re.findall(r'^{"gone": %s, "why": "(.*?)"' % port, "\n".join(fetch.lines), re.M))
            print("  %-22s %s; banned %d times; %s" % (
                name, did.get(port), banned[port], ", ".join("%s (%d)" % each for each in gone.items()) or "stays"))
        sys.stdout.flush()
    finally:
        for each in (fetch, crowd):
            if each:
                each.end()


def repair(field):
    """What went over the wire for one bit."""
    given = field.given
    manifest = field.make_hole(HOLE_PIECE) if given.sparse else field.make(0)
    copy = field.folder / "out" / field.file.name
    copy.parent.mkdir()
    subprocess.run(["cp", "--sparse=always" if given.sparse else "--sparse=auto", field.file, copy], check=True)
    port = field.port()
    seeder = field.live(manifest, field.folder, port, *(["--unchecked"] if given.sparse else []))
    shown = field.run("-Xmx256m", "shoal.cli.Main", "show", manifest, "--json")
    shown.process.wait()
    print("repair: %d MiB in pieces of %d KiB" % (given.mib, shown.told("pieceLength")["pieceLength"] >> 10), flush=True)
    try:
        for who in given.what or ["shoal", "libtorrent"]:
            at = field.flipped(copy)
            before = seeder.told("sent")
            begin = time.time()
            if who == "shoal":
                mender = field.shoal("-Xmx256m", "verify", manifest, copy, "--repair", "--peer", "127.0.0.1:" + port, "-t",
                                     hostile.NOBODY, "--json")
                mender.process.wait(LONG)
                print("  " + "\n  ".join(mender.lines))
            else:
                mender = field.live(manifest, copy.parent, field.port(), "--peer", "127.0.0.1:" + port)
                mender.await_line('^{"done"', LONG)
                print("  hashed %d MiB" % (mender.told("begun")["hashed"] >> 20))
            took = time.time() - begin
            time.sleep(1.5)
            after = seeder.told("sent")
            mender.end()
            with open(copy, "rb") as mended, open(field.file, "rb") as right:
                ok = os.pread(mended.fileno(), 1, at) == os.pread(right.fileno(), 1, at)
            print("  %s: %d bytes of blocks, %d bytes with all else, the other way %d; %.1f s; the bit is %s" % (
                who, after["sent"] - before["sent"], after["sent_all"] - before["sent_all"],
                after["got_all"] - before["got_all"], took, "right" if ok else "WRONG"), flush=True)
        if not given.sparse:
            subprocess.run(["cmp", field.file, copy], check=True)
    finally:
        seeder.end()


def false_claims(field, begun, out):
    """Which of the pieces that are said to be there are not."""
    false = 0
    with open(field.file, "rb") as right, open(out, "rb") as left:
        for piece in begun:
            false += os.pread(right.fileno(), PIECE, piece * PIECE) != os.pread(left.fileno(), PIECE, piece * PIECE)
    return false


def snapshots(field, manifest, count):
    """What the resume data was and, after that, what the file was, at so many moments of a fetch."""
    given, port = field.given, field.port()
    out, resume, trace = field.folder / "out", field.folder / "resume", field.folder / "syncs"
    seeder = field.live(manifest, field.folder, port, "--up", 2 << 20)
    before = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=fsync,fdatasync,msync,sync_file_range,sync,syncfs"]
    leecher = field.live(manifest, out, field.port(), "--resume", resume, "--save", "piece", "--peer",
                         "127.0.0.1:" + port, before=before)
    try:
        for number in range(count):
            time.sleep(given.mib / 2 / count)
            if not resume.exists():
                continue
            folder = field.folder / ("snapshot%d" % number)
            folder.mkdir()
            shutil.copy(resume, folder / "resume")
            shutil.copy(out / field.file.name, folder / "file")
            yield folder
        leecher.await_line('^{"done"', LONG)
    finally:
        leecher.end()
        seeder.end()
    syncs = len(trace.read_text().splitlines())
    print("power: %d calls of fsync and the like in a whole fetch" % syncs, flush=True)
    if syncs:
        sys.exit("so not everything may be lost, and these images are wrong")


def power(field):
    source, out = random.Random(field.given.seed), field.folder / "image"
    manifest = field.make()
    claimed = false = wrong = images = 0
    for folder in list(snapshots(field, manifest, -(-field.given.images // 3))):
        for kept in (0, 0.5, 1):
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            image = out / field.file.name
            shutil.copy(folder / "file", image)
            with open(image, "r+b") as pages:
                count = image.stat().st_size >> 12
                for page in [source.randrange(count)] if kept == 1 else range(count):
                    if kept == 1 or source.random() >= kept:
                        os.pwrite(pages.fileno(), bytes(4096), page << 12)
            shutil.copy(folder / "resume", field.folder / "resume")
            fetch = field.live(manifest, out, field.port(), "--resume", field.folder / "resume")
            begun = fetch.told("begun")["begun"]
            fetch.end()
            lies = false_claims(field, begun, image)
            images, claimed, false, wrong = images + 1, claimed + len(begun), false + lies, wrong + (lies > 0)
    print("power: %d images; %d pieces claimed, %d falsely, in %d images" % (images, claimed, false, wrong), flush=True)


def faults(field):
    library, out, resume = field.folder / "disk.so", field.folder / "out", field.folder / "resume"
    subprocess.run(["cc", "-std=c11", "-O2", "-shared", "-fPIC", "-o", library, HOME / "src/test/native/disk.c"],
                   check=True)
    manifest, port = field.make(), field.port()
    seeder = field.live(manifest, field.folder, port)
    words = ["--resume", resume, "--save", "1", "--peer", "127.0.0.1:" + port]

    def attempt(fault, seconds):
        shim = {"LD_PRELOAD": str(library), "SHOAL_DISK_ROOT": str(out), "SHOAL_DISK_FAULT": fault} if fault else {}
        fetch = field.lt("live", manifest, out, "--port", field.port(), "--every", 0.5, *words, env={**os.environ, **shim})
        end = time.time() + seconds
        while time.time() < end and fetch.process.poll() is None and not field.is_whole(fetch):
            if any(line.startswith('{"fault"') for line in fetch.lines):
                time.sleep(0.5)
                break
            time.sleep(0.05)
        fetch.process.terminate()
        fetch.process.wait()
        time.sleep(0.1)
        return fetch

    def afresh():
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        resume.unlink(missing_ok=True)

    afresh()
    calls = int(attempt("1000000 5 1", 20).told("calls")["calls"].split()[0])
    for name, errno, mode in (("ENOSPC once", 28, 1), ("EIO once", 5, 1), ("EIO from there on", 5, 2)):
        seen = collections.Counter()
        for call in range(1, calls + 1, field.given.step):
            afresh()
            first = attempt("%d %d %d" % (call, errno, mode), 6)
            seen["ended" if field.is_whole(first) else "stopped with a fault"
                 if any(line.startswith('{"fault"') for line in first.lines) else "neither ended nor said a fault"] += 1
            seen["crashed"] += first.process.returncode != 0
            left = field.folder / "left"
            left.write_bytes(b"")
            if (out / field.file.name).exists():
                shutil.copy(out / field.file.name, left)
            second = attempt("", 20)
            begun = second.told("begun")["begun"]
            seen["pieces claimed falsely"] += false_claims(field, begun, left)
            right = filecmp.cmp(field.file, out / field.file.name, shallow=False)
            seen["then not whole after 20 s" if not field.is_whole(second) else
                 "then ended right" if right else "THEN ENDED WRONG"] += 1
            seen["pieces claimed"] += len(begun)
        print("faults: %d calls, %s: %s" % (calls, name, dict(seen)), flush=True)
    seeder.end()


def crowd(field):
    hostile.compare(field, field.given, field.given.what or ["seeder", "fetcher"])


def main():
    parser = hostile.options(__doc__)
    parser.add_argument("--dir", help="where the data lies")
    parser.add_argument("--lt-python", default="/usr/bin/python3")
    parser.add_argument("--connections", type=int, default=200, help="that libtorrent has at most amidst a crowd")
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--mean", type=float, default=5, help="seconds of transfer before a kill")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sparse", action="store_true")
    parser.add_argument("--images", type=int, default=120)
    parser.add_argument("--step", type=int, default=1, help="each so-manieth call fails")
    parser.add_argument("test", choices=TESTS)
    parser.add_argument("what", nargs="*")
    parser.set_defaults(mib=None, rate="24MiB", runs=2)
    given = parser.parse_intermixed_args()
    run, usual = TESTS[given.test]
    given.mib = given.mib or usual
    with tempfile.TemporaryDirectory(prefix="rival", dir=given.dir) as folder:
        run(Rival(given, Bench(folder, jars(given.jars)), folder))


TESTS = {"kills": (kills, 150), "liars": (liars, 256), "crowd": (crowd, 192), "repair": (repair, 4096),
         "power": (power, 24), "faults": (faults, 3)}

if __name__ == "__main__":
    main()
