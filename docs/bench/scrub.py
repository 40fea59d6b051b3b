"""scrub: a fetch from a seeder that reads its own files again meanwhile, and from one that does not. Loopback."""
import contextlib
import os

import measure
from report import Report

PIECE = 1 << 20


def scrub(here):
    """Each run has a seeder of its own, which scrubs from its start: a pass takes longer than the fetch."""
    with contextlib.ExitStack() as stack:
        file = here.big_file("2G", copies=2)
        size = os.path.getsize(file)
        manifest = here.path("scrub.torrent")
        port = here.port()
        argv = here.shoal("tracker", "--bind", "127.0.0.1", "--port", port, "--data", here.fresh("tracker"))
        stack.enter_context(measure.Service(argv, here.directory, "tracker", env=here.home()))
        share = ["share", file, "-p", PIECE, "-t", "http://127.0.0.1:%d/announce" % port, "-o", manifest]
        home = here.home()
        # hashed once: what is measured is the second reading
        here.run(here.shoal(*share, "--no-seed"), env=home)

        def side(*more):
            def run(number):
                at, out, homes = here.port(), here.fresh("out"), here.homes
                seed = here.shoal(*share, "--bind", "127.0.0.1", "--port", at, *more)
                with measure.Service(seed, here.directory, "seed", env=home) as seeder:
                    cost = here.run(here.shoal("fetch", manifest, "-o", out, "--bind", "127.0.0.1", "--port",
                                               here.port(), "--from", "127.0.0.1:%d" % at),
                                    env=here.home(), services=[seeder])
                here.run(["cmp", "-s", file, os.path.join(out, os.path.basename(file))])
                here.fresh("out")
                here.forget_homes(homes)
                return cost
            return run

        sides = here.chosen({"idle seeder": side(), "seeder that scrubs": side("--scrub")})
        report = Report("scrub: %d MiB from one seeder" % (size >> 20), here.rounds(sides, 7), size, "idle seeder")
        report.expect("while it scrubs against idle", "seeder that scrubs", "idle seeder", 0.9)
        yield report
