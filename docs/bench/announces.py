#!/usr/bin/env python3
"""Announces per second: our tracker beside opentracker, in turn, each on one core, the load on another.

    docs/bench/announces.py [udp] [kept] [new] [--runs N] [--seconds S] [--window W] [--ours "COMMAND"]

Over UDP, over HTTP with kept connections, over HTTP with a new connection each; all three if none is named.

docs/BENCHMARKS.md says what is measured. Needs: cc, taskset, two cores, opentracker (Debian's), and ./shoal.
"""
import argparse
import json
import os
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", default=["udp", "kept", "new"], metavar="udp|kept|new")
    parser.add_argument("--runs", type=int, default=3, help="rounds; medians are told (default 3)")
    parser.add_argument("--seconds", type=float, default=10, help="how long each is asked (default 10)")
    parser.add_argument("--warm", type=float, default=10, help="how long each is asked before (default 10)")
    parser.add_argument("--window", type=int, default=64, help="announces under way at any time (default 64)")
    parser.add_argument("--hashes", type=int, default=100_000)
    parser.add_argument("--peers", type=int, default=10)
    parser.add_argument("--cores", default="0,1", help="the tracker's and the load's (default 0,1)")
    parser.add_argument("--ours", default=shlex.quote(os.path.join(HERE, "../../shoal")) + " tracker",
                        help="our tracker's command; --port, --bind and --data are added")
    parser.add_argument("--opentracker", default="/usr/bin/opentracker")
    return parser.parse_args()


def free_port():
    with socket.socket() as tcp:
        tcp.bind(("127.0.0.1", 0))
        return tcp.getsockname()[1]


def ours(args, folder, port):
    environment = dict(os.environ, SHOAL_HOME=folder)
    environment.setdefault("SHOAL_JAVA_OPTS", "-Xmx1g")
    command = shlex.split(args.ours) + ["--bind", "127.0.0.1", "--port", str(port), "--data", folder + "/data"]
    return command, environment


def opentracker(args, folder, port):
    os.chmod(folder, 0o755)
    with open(os.path.join(folder, "white"), "wb") as white:  # Debian's serves only what is in such a list
        white.write(subprocess.check_output([args.udpload, "list", str(args.hashes)]))
    command = [args.opentracker, "-i", "127.0.0.1", "-p", str(port), "-P", str(port), "-d", folder, "-w", "white"]
    return command, dict(os.environ)


def processor_seconds(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(args, side, kind):
    tracker_core, load_core = args.cores.split(",")
    folder = tempfile.mkdtemp(prefix="announces-")
    port = free_port()
    command, environment = side(args, folder, port)
    tracker = subprocess.Popen(["taskset", "-c", tracker_core] + command, env=environment, cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        time.sleep(3)
        pid = tracker.pid  # taskset and the launcher both become what they start
        size, window = [str(args.hashes), str(args.peers)], str(args.window)

        def udp(seconds):
            return json.loads(subprocess.check_output(
                ["taskset", "-c", load_core, args.udpload, str(port), str(pid)] + size + [str(seconds), window]))

        def http(seconds):
            return json.loads(subprocess.check_output(
                ["taskset", "-c", load_core, args.httpload, str(port)] + size + [str(seconds), window, kind]))

        # a tracker is up for weeks: what its compiler does in the first seconds is not measured; all peers are known
        # after it, so what they took is what it left
        warm = udp(args.warm if kind == "udp" else 0.1)
        if kind != "udp":
            http(args.warm)
        before = processor_seconds(pid)
        told = udp(args.seconds) if kind == "udp" else http(args.seconds)
        # of all announces, also those with which udp begins: hardly changed by what else the machine does
        announces = told["rate"] * args.seconds + (args.hashes * args.peers if kind == "udp" else 0)
        told["cpu_us"] = round((processor_seconds(pid) - before) * 1e6 / announces, 2)
        told["lost"] = told.get("lost", 0) + told.get("fill_lost", 0)
        told["grown_kib"], told["cold_fill_rate"] = warm["full_kib"] - warm["empty_kib"], warm["fill_rate"]
        return told
    finally:
        tracker.terminate()
        try:
            tracker.wait(10)
        except subprocess.TimeoutExpired:
            tracker.kill()
            tracker.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    args = arguments()
    sides = {"opentracker": opentracker, "ours": ours}
    results = {(kind, name): [] for kind in args.kinds for name in sides}
    with tempfile.TemporaryDirectory() as folder:
        for load in "udpload", "httpload":
            setattr(args, load, os.path.join(folder, load))
            subprocess.run(["cc", "-O2", "-o", getattr(args, load), os.path.join(HERE, load + ".c")], check=True)
        for run in range(args.runs):
            for kind, name in results:
                told = measure(args, sides[name], kind)
                results[kind, name].append(told)
                print(run + 1, kind, name, json.dumps(told), flush=True)

    def median(kind, name, key):
        return statistics.median(told[key] for told in results[kind, name])

    print("\n| kind | side | announces/s | p50 µs | p99 µs | lost | CPU µs | MiB a million peers |\n"
          "|---|---|---|---|---|---|---|---|")
    for kind, name in results:
        print("| %s | %s | %.0f | %.0f | %.0f | %.0f | %.1f | %.0f |" % (
            kind, name, *(median(kind, name, key) for key in ("rate", "p50_us", "p99_us", "lost", "cpu_us")),
            median(kind, name, "grown_kib") / 1024 / (args.hashes * args.peers / 1e6)))
    for kind in args.kinds:
        print("%s: ratio %.2f by the clock, %.2f by CPU time" % (
            kind, median(kind, "ours", "rate") / median(kind, "opentracker", "rate"),
            median(kind, "opentracker", "cpu_us") / median(kind, "ours", "cpu_us")))


if __name__ == "__main__":
    sys.exit(main())
