#!/usr/bin/env python3
"""Benchmarks of whole processes, beside the real libtorrent 2.0.8 and beside bare loops in Java. Loopback only.

    docs/bench/bench.py make|tree|verify|fetch|small|useless|scrub|links|start|memory|all [--runs N] [--dir DIR] [--json FILE]

docs/BENCHMARKS.md says what is measured and how. Needs: Python 3.11, /usr/bin/python3 with python3-libtorrent, a JDK
25, a memory file system with room (make and verify 5 GiB, fetch 5 GiB), and two quiet cores.
"""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile

import fetching
import hashing
import limits
import links
import measure
import place
import scrub
import starting
import useless

BENCHMARKS = {
    "make": (hashing.make, "manifest of one big file"),
    "tree": (hashing.tree, "manifest of 20,000 small files"),
    "verify": (hashing.verify, "check of one big file against its manifest"),
    "fetch": (fetching.fetch, "2 GiB over loopback from one and from four seeders"),
    "small": (fetching.small, "1 MiB over loopback, from the command to its end"),
    "useless": (useless.useless, "10 seeders alone, and among 40 that give nothing"),
    "scrub": (scrub.scrub, "2 GiB from a seeder that scrubs, and from one that does not"),
    "links": (links.links, "four links of 200 Mbit/s and 20 ms, beside aria2 from nginx; not among all"),
    "start": (starting.start, "start-up of short commands"),
    "memory": (limits.memory, "peak memory, and work with a heap of 256 MiB"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--runs", type=int, help="rounds; the median is told (default 5, start: 20)")
    parser.add_argument("--patience", type=float, default=0, metavar="S",
                        help="wait up to so many seconds before each run until others leave the cores alone")
    parser.add_argument("--dir", default="/dev/shm", help="where the data lies (default /dev/shm)")
    parser.add_argument("--size", help="bytes of the big file, as 512M or 4G (default 4G, fetch: 2G)")
    parser.add_argument("--files", type=int, default=20000, help="files of the tree (default 20000)")
    parser.add_argument("--without", help="leave out the sides whose names contain one of these words, as shoal,bare")
    parser.add_argument("--shoal", default=os.path.join(place.ROOT, "shoal"), help="the launcher")
    parser.add_argument("--java-home", help="a JDK 25 or newer for the bare loops")
    parser.add_argument("--lt-python", default="/usr/bin/python3", help="a Python that has libtorrent")
    parser.add_argument("--json", help="append each result to this file, one JSON object a line")
    return parser.parse_args()


def main():
    args = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    directory = tempfile.mkdtemp(prefix="shoal-bench-", dir=args.dir)
    ok = True
    try:
        here = place.Place(args, directory)
        print(here.machine(), flush=True)
        for name in [n for n in BENCHMARKS if n != "links"] if args.what == "all" else [args.what]:
            run, title = BENCHMARKS[name]
            measure.log("# %s: %s" % (name, title))
            for report in run(here):
                print("\n" + report.text(), flush=True)
                ok = ok and report.ok()
                if args.json:
                    with open(args.json, "a", encoding="utf-8") as out:
                        out.write(json.dumps(report.plain()) + "\n")
    except measure.Failed as failed:
        sys.exit("bench: %s" % failed)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
