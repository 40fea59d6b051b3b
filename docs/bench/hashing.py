"""make, tree and verify: reading and hashing, whole processes, the data in the page cache."""
import os

from measure import CORES, Failed
from report import Report

PIECE = 1 << 20

# What made libtorrent's recheck fastest: as many hashing threads as cores, and read() instead of mapped files.
# (set_piece_hashes cannot be tuned from Python: the binding has no way to hand it settings.)
CHECK_TUNED = {"hashing_threads": CORES, "checking_mem_usage": 1024, "mmap_file_size_cutoff": 2000000000}


def makers(here, path, piece):
    """The three ways to hash a path. Each removes what it made, so that no run finds the work of another done."""

    def share(number):
        env = here.home()
        cost = here.run(here.shoal("share", path, "--no-seed", "-p", piece, "-o", here.path("shoal.torrent"),
                                   "-t", "http://127.0.0.1:%d/announce" % here.port()), env=env)
        here.forget_homes()
        return cost

    def libtorrent(number):
        return here.run(here.lt("make", path, here.path("lt.torrent"), "--piece-length", piece))

    def bare(number):
        return here.run(here.loop("ReadAndHash", CORES, path))

    return here.chosen({"shoal share": share, "libtorrent": libtorrent, "bare loop": bare})


def compare(here, report):
    """Whether both wrote a manifest of the same content: the same info hash."""
    paths = [here.path("shoal.torrent"), here.path("lt.torrent")]
    if not all(map(os.path.exists, paths)):
        return
    hashes = [here.run(here.lt("hash", path)).out.strip() for path in paths]
    same = hashes[0] == hashes[1]
    report.notes.append("info hashes %s" % ("are the same" if same else "DIFFER: %s and %s" % tuple(hashes)))
    if not same:
        raise Failed("the two manifests differ: %s %s" % tuple(hashes))


def make(here):
    path = here.big_file("4G")
    sides = makers(here, path, PIECE)
    report = Report("make: manifest of one file of %d MiB, pieces of 1 MiB" % (os.path.getsize(path) >> 20),
                    here.rounds(sides, 5), os.path.getsize(path), "libtorrent")
    report.expect("shoal share against libtorrent", "shoal share", "libtorrent", 1.4)
    report.expect("shoal share against the bare loop", "shoal share", "bare loop", 0.9)
    compare(here, report)
    yield report


def tree(here):
    path, size = here.tree("tree", here.args.files, 2 << 10, 64 << 10)
    sides = makers(here, path, 1 << 18)
    report = Report("tree: manifest of %d files of 2 to 64 KiB, %d MiB, pieces of 256 KiB"
                    % (here.args.files, size >> 20), here.rounds(sides, 5), size, "libtorrent")
    report.expect("shoal share against libtorrent", "shoal share", "libtorrent", 1.0)
    compare(here, report)
    yield report


def verify(here):
    path = here.big_file("4G")
    manifest = here.path("verify.torrent")
    here.run(here.lt("make", path, manifest, "--piece-length", PIECE))

    def ours(number):
        cost = here.run(here.shoal("verify", manifest, path), env=here.home())
        here.forget_homes()
        return cost

    def checker(settings):
        return lambda number: here.run(here.lt("check", manifest, os.path.dirname(path), **settings))

    def bare(number):
        return here.run(here.loop("ReadAndHash", CORES, path))

    sides = here.chosen({"shoal verify": ours, "libtorrent recheck": checker({}),
                         "libtorrent recheck, tuned": checker(CHECK_TUNED), "bare loop": bare})
    report = Report("verify: one file of %d MiB against its manifest" % (os.path.getsize(path) >> 20),
                    here.rounds(sides, 5), os.path.getsize(path), "libtorrent recheck")
    report.notes.append("inner MB/s of libtorrent is the recheck alone, from add_torrent to torrent_checked")
    report.expect("shoal verify against libtorrent's recheck", "shoal verify", "libtorrent recheck", 2.0)
    value = report.ratio("shoal verify", "libtorrent recheck, tuned")
    if value:
        report.notes.append("shoal verify against the tuned recheck: %.2f times as fast" % value)
    yield report
