"""fetch, small: 2 GiB and 1 MiB over loopback, every peer a process of its own; from one and from four seeders."""
import contextlib
import os

from measure import Service, log, median, peak_of
from report import Report

PIECE = 1 << 20
SEEDERS = (1, 4)

# What made libtorrent fastest; docs/BENCHMARKS.md says what was tried. TCP only and in plain text is in lt.py.
LT_SEED = {
    "send_buffer_watermark": 3 << 20, "send_buffer_low_watermark": 1 << 20, "send_buffer_watermark_factor": 150,
    "send_not_sent_low_watermark": 512 << 10, "max_queued_disk_bytes": 7 << 20, "aio_threads": 2,
}
LT_FETCH = {"max_out_request_queue": 1500, "max_queued_disk_bytes": 64 << 20}


class Field:
    """The seeders of both kinds, up while all rounds run, and a fetch from some of them by either."""

    def __init__(self, here, stack, size="2G"):
        self.here = here
        self.path = here.big_file(size, copies=2)
        self.size = os.path.getsize(self.path)
        self.manifest = here.path("fetch.torrent")
        here.run(here.lt("make", self.path, self.manifest, "--piece-length", PIECE))
        self.stack = stack
        self.kinds = {}
        self.checked = set()

    def seeders(self, kind):
        if kind not in self.kinds:
            log("  starting %d seeders: %s" % (max(SEEDERS), kind))
            start = self.start_lt if kind == "libtorrent" else self.start_shoal
            self.kinds[kind] = [start(number) for number in range(max(SEEDERS))]
        return self.kinds[kind]

    def start_lt(self, number):
        port = self.here.port()
        argv = self.here.lt("seed", self.manifest, os.path.dirname(self.path), "--port", port, **LT_SEED)
        return port, self.stack.enter_context(Service(argv, self.here.directory, "lt-seed-%d" % number))

    def start_shoal(self, number):
        port = self.here.port()
        argv = self.here.shoal("share", self.path, "-p", PIECE, "-t", self.tracker(), "--bind", "127.0.0.1",
                               "--port", port, "-o", self.here.path("shoal-seed-%d.torrent" % number))
        service = Service(argv, self.here.directory, "shoal-seed-%d" % number, env=self.here.home())
        return port, self.stack.enter_context(service)

    def tracker(self):
        if "tracker" not in self.kinds:
            port = self.here.port()
            argv = self.here.shoal("tracker", "--bind", "127.0.0.1", "--port", port,
                                   "--data", self.here.fresh("tracker"))
            service = Service(argv, self.here.directory, "tracker", env=self.here.home())
            self.kinds["tracker"] = ("http://127.0.0.1:%d/announce" % port, self.stack.enter_context(service))
        return self.kinds["tracker"][0]

    def side(self, fetcher, seeder, count):
        def run(number):
            peers = self.seeders(seeder)[:count]
            services = [service for _, service in peers]
            out = self.here.fresh("out")
            if fetcher == "libtorrent":
                words = [word for port, _ in peers for word in ("--peer", "127.0.0.1:%d" % port)]
                cost = self.here.run(self.here.lt("fetch", self.manifest, out, *words, **LT_FETCH), services=services)
            else:
                words = [word for port, _ in peers for word in ("--from", "127.0.0.1:%d" % port)]
                homes = self.here.homes
                argv = self.here.shoal("fetch", self.manifest, "-o", out, "--bind", "127.0.0.1",
                                       "--port", self.here.port(), *words)
                cost = self.here.run(argv, env=self.here.home(), services=services)
                self.here.forget_homes(homes)
            self.check((fetcher, seeder, count), os.path.join(out, os.path.basename(self.path)))
            self.here.fresh("out")
            return cost
        return run

    def bare(self, count):
        def run(number):
            if "bare" not in self.kinds:
                service = Service(self.here.loop("ReceiveAndHash", "send", self.path), self.here.directory, "bare")
                self.kinds["bare"] = (int(service.ready.rpartition("=")[2]), self.stack.enter_context(service))
            port, service = self.kinds["bare"]
            out = os.path.join(self.here.fresh("out"), "bare.bin")
            cost = self.here.run(self.here.loop("ReceiveAndHash", "receive", port, count, out, self.size),
                                 services=[service])
            self.check(("bare", count), out)
            self.here.fresh("out")
            return cost
        return run

    def check(self, what, out):
        """Compares the bytes with the original, once for each kind of run (it takes longer than a fetch)."""
        if what not in self.checked:
            self.here.run(["cmp", "-s", self.path, out])
            self.checked.add(what)


def fetch(here):
    for count in SEEDERS:
        with contextlib.ExitStack() as stack:
            field = Field(here, stack)
            sides = here.chosen({
                "libtorrent from libtorrent": field.side("libtorrent", "libtorrent", count),
                "shoal from shoal": field.side("shoal", "shoal", count),
                "shoal from libtorrent": field.side("shoal", "libtorrent", count),
                "libtorrent from shoal": field.side("libtorrent", "shoal", count),
                "bare loop": field.bare(count),
            })
            base = "libtorrent from libtorrent"
            report = Report("fetch: %d MiB from %d seeder%s" % (field.size >> 20, count, "s" if count > 1 else ""),
                            here.rounds(sides, 5), field.size, base)
            report.expect("ours from ours against libtorrent from libtorrent", "shoal from shoal", base, 2.0)
            report.expect("ours from ours against the bare loop", "shoal from shoal", "bare loop", 0.6)
            report.expect("ours from libtorrent against libtorrent from libtorrent", "shoal from libtorrent", base, 1.0)
            report.expect("libtorrent from ours against libtorrent from libtorrent", "libtorrent from shoal", base, 1.0)
            if "shoal from shoal" in report.costs and base in report.costs:
                transfer = median(report.costs[base], lambda cost: cost.said["seconds"])
                report.notes.append("ours from ours, whole process, against libtorrent's transfer alone without its "
                                    "start: %.2f" % (transfer / median(report.costs["shoal from shoal"])))
            for kind in ("shoal", "libtorrent"):
                if kind in field.kinds:
                    peaks = [peak_of(service.pid) for _, service in field.kinds[kind][:count]]
                    report.notes.append("peak MiB of a seeder (%s): %.0f" % (kind, max(peaks)))
            yield report


def small(here):
    """From the command to all bytes on disk, where the start of the process is most of it."""
    with contextlib.ExitStack() as stack:
        field = Field(here, stack, "1M")
        base = "libtorrent from libtorrent"
        sides = here.chosen({base: field.side("libtorrent", "libtorrent", 1),
                             "shoal from shoal": field.side("shoal", "shoal", 1)})
        report = Report("small: 1 MiB from one seeder", here.rounds(sides, 10), field.size, base)
        report.expect("ours from ours against libtorrent from libtorrent", "shoal from shoal", base, 1.0)
        yield report
