#!/usr/bin/env python3
"""Announces over UDP per second: our tracker beside opentracker, in turn, each on one core, the load on another.

    docs/bench/announces.py [--runs N] [--seconds S] [--window W] [--ours "COMMAND"]

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
        white.write(subprocess.check_output([args.load, "list", str(args.hashes)]))
    command = [args.opentracker, "-i", "127.0.0.1", "-p", str(port), "-P", str(port), "-d", folder, "-w", "white"]
    return command, dict(os.environ)


def processor_seconds(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(args, load, side):
    tracker_core, load_core = args.cores.split(",")
    folder = tempfile.mkdtemp(prefix="announces-")
    port = free_port()
    command, environment = side(args, folder, port)
    tracker = subprocess.Popen(["taskset", "-c", tracker_core] + command, env=environment, cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        time.sleep(3)
        pid = tracker.pid  # taskset and the launcher both become what they start
        ask = ["taskset", "-c", load_core, load, str(port), str(pid), str(args.hashes), str(args.peers)]
        # a tracker is up for weeks: what its compiler does in the first seconds is not measured
        warm = json.loads(subprocess.check_output(ask + [str(args.warm), str(args.window)]))
        before = processor_seconds(pid)
        told = json.loads(subprocess.check_output(ask + [str(args.seconds), str(args.window)]))
        # of all announces, also those with which it begins: hardly changed by what else the machine does
        announces = args.hashes * args.peers + told["rate"] * args.seconds
        told["cpu_us"] = round((processor_seconds(pid) - before) * 1e6 / announces, 2)
        # by the second time all peers are known: what they took is what the first time left
        told["empty_kib"], told["cold_fill_rate"] = warm["empty_kib"], warm["fill_rate"]
        told["lost"] += told["fill_lost"]
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
    results = {name: [] for name in sides}
    with tempfile.TemporaryDirectory() as folder:
        args.load = load = os.path.join(folder, "udpload")
        subprocess.run(["cc", "-O2", "-o", load, os.path.join(HERE, "udpload.c")], check=True)
        for run in range(args.runs):
            for name, side in sides.items():
                told = measure(args, load, side)
                results[name].append(told)
                print(run + 1, name, json.dumps(told), flush=True)
    peers = args.hashes * args.peers / 1e6

    def median(name, key):
        return statistics.median(told[key] for told in results[name])

    print("\n| side | announces/s | p50 µs | p99 µs | lost | CPU µs | MiB a million peers | resident MiB |\n"
          "|---|---|---|---|---|---|---|---|")
    for name in sides:
        grown = statistics.median(told["full_kib"] - told["empty_kib"] for told in results[name]) / 1024 / peers
        print("| %s | %.0f | %.0f | %.0f | %.0f | %.1f | %.0f | %.0f |" % (
            name, median(name, "rate"), median(name, "p50_us"), median(name, "p99_us"), median(name, "lost"),
            median(name, "cpu_us"), grown, median(name, "end_kib") / 1024))
    print("\nratio %.2f by the clock, %.2f by CPU time" % (median("ours", "rate") / median("opentracker", "rate"),
                                                         median("opentracker", "cpu_us") / median("ours", "cpu_us")))


if __name__ == "__main__":
    sys.exit(main())
