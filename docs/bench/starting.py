"""start: how long a short command takes from nothing to its end, against a cache for the JVM made by hand."""
import os

from measure import log
from report import Report

COMMANDS = {"--help": ["--help"], "show": ["show"]}


def start(here):
    run = os.path.join(os.path.dirname(os.path.abspath(here.args.shoal)), "target", "run")
    jar = os.path.join(run, "shoal.jar")
    env = here.home()
    here.run(here.shoal("--version"), env=env, timeout=900)  # builds, where that was not done
    manifest = here.path("start.torrent")
    path, _ = here.tree("start", 100, 1000, 400000)
    here.run(here.lt("make", path, manifest, "--piece-length", 1 << 18))
    for name, words in COMMANDS.items():
        words = words + [manifest] if name == "show" else words
        cache = here.path("hand.aot")
        here.run([here.java("java"), "-XX:AOTCacheOutput=" + cache, "-jar", jar, *words], env=env)
        hand = [here.java("java"), "-XX:AOTCache=" + cache, "-jar", jar, *words]
        plain = [here.java("java"), "-jar", jar, *words]

        def side(argv):
            return lambda number: here.run(argv, env=env)

        sides = here.chosen({"./shoal": side(here.shoal(*words)), "cache made by hand": side(hand),
                             "no cache": side(plain)})
        report = Report("start: shoal %s" % name, here.rounds(sides, 20, lambda line: None), 0,
                        "cache made by hand")
        log("  %s done" % name)
        # not slower than 1.5 times as long is at least 1 / 1.5 as fast
        report.expect("speed of ./shoal against the cache made by hand", "./shoal", "cache made by hand", 1 / 1.5)
        yield report
