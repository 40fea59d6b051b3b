"""memory: what a fetch takes at its peak, and giant manifests in a heap of 256 MiB."""
import contextlib
import os
import shutil
import subprocess

from fetching import Field
from measure import Failed, Service, log, peak_of
from report import Report, Target

SMALL_HEAP = "-Xmx256m"
ENDED = (0, 7, 130, 143)  # done, or asked to stop on the way
TIB = 1 << 40


def memory(here):
    with contextlib.ExitStack() as stack:
        field = Field(here, stack)
        sides = {"shoal fetch from %d" % count: field.side("shoal", "shoal", count) for count in (1, 4)}
        report = Report("memory: fetch of %d MiB" % (field.size >> 20), here.rounds(sides, 3), field.size)
        for name, costs in report.costs.items():
            report.targets.append(Target("peak MiB of " + name, max(cost.rss for cost in costs), most=300))
        report.notes.append("peak MiB of a seeder: %.0f" % max(peak_of(s.pid) for _, s in field.kinds["shoal"]))
        yield report
    here.fresh("data")
    sparse = here.path("data", "sparse.bin")
    with open(sparse, "wb") as out:
        out.truncate(TIB)
    with roomy(here) as room:
        yield small_heap(here, "a sparse file of 1 TiB", sparse, 16 << 20, room, stop_after=8)
    here.fresh("data")
    many, _ = here.tree("many", 100000, 100, 4000)
    yield small_heap(here, "100,000 files", many, 1 << 18, here.fresh("out"))


@contextlib.contextmanager
def roomy(here):
    """A folder with room for 1 TiB, or what is taken for it: a fetch that finds too little does not begin."""
    folder = here.fresh("roomy")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2T", "shoal-bench", folder]).returncode:
        raise Failed("no file system with room for 1 TiB could be mounted; try as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder])


def small_heap(here, what, path, piece, room, stop_after=None):
    """
    Shares and fetches a path with a heap of 256 MiB, each once. The fetch by hash asks no tracker, so the manifest and
    its layers come from the peer.
    """
    log("  %s" % what)
    options = {"SHOAL_JAVA_OPTS": SMALL_HEAP}
    env = dict(here.home(), **options)
    manifest = here.path("memory.torrent")
    port = here.port()
    costs = {}
    tracker_port = here.port()
    tracker = "http://127.0.0.1:%d/announce" % tracker_port
    with contextlib.ExitStack() as stack:
        argv = here.shoal("tracker", "--bind", "127.0.0.1", "--port", tracker_port, "--data", here.fresh("tracker"))
        stack.enter_context(Service(argv, here.directory, "tracker", env=dict(here.home(), **options)))
        share = here.shoal("share", path, "-p", piece, "-o", manifest, "-t", tracker)
        costs["share"] = [here.run([*share, "--no-seed"], env=env, timeout=900)]
        seed = [*share, "--bind", "127.0.0.1", "--port", str(port)]
        seeder = stack.enter_context(Service(seed, here.directory, "memory-seed", env=env))
        info = here.run(here.lt("hash", manifest)).out.strip()
        for name, known in (("fetch by manifest", manifest), ("fetch by hash", info)):
            out = os.path.join(room, name)
            argv = here.shoal("fetch", known, "-o", out, "--bind", "127.0.0.1", "--port", here.port(),
                              "--from", "127.0.0.1:%d" % port)
            costs[name] = [here.run(argv, env=dict(here.home(), **options), timeout=600, stop_after=stop_after,
                                    codes=ENDED)]
            got = sum(entry.stat().st_blocks * 512 for entry in files(out))
            if stop_after is None:
                here.run(["diff", "-r", path, os.path.join(out, os.path.basename(path))])
            elif got == 0:
                raise Failed("%s of %s: nothing arrived in %d s" % (name, what, stop_after))
            costs[name][0].out = "%d MiB" % (got >> 20)
            shutil.rmtree(out)
        peak = peak_of(seeder.pid)
    report = Report("memory: %s with %s" % (what, SMALL_HEAP), costs)
    if stop_after:
        report.notes.append("the fetches were asked to stop after %d s" % stop_after)
    report.notes += ["%s: %s arrived" % (name, costs[name][0].out) for name in costs if name != "share"]
    report.notes.append("peak MiB of the seeder: %.0f" % peak)
    return report


def files(root):
    for folder, _, _ in os.walk(root):
        with os.scandir(folder) as entries:
            yield from (entry for entry in entries if entry.is_file(follow_symlinks=False))
