"""links: four slow links, each with a seeder at its other end, in network namespaces of their own. Needs root."""
import contextlib
import os
import shutil
import subprocess
import time

import measure
import place
from fetching import LT_FETCH
from report import Report

LINKS = 4
MBIT, ROUND_TRIP_MS = 200, 20
NGINX = """daemon off; master_process off; pid {0}/nginx.pid; error_log {0}/nginx.log;
events {{}}
http {{ access_log off; sendfile on; client_body_temp_path {0}/t; proxy_temp_path {0}/t; fastcgi_temp_path {0}/t;
uwsgi_temp_path {0}/t; scgi_temp_path {0}/t;
server {{ listen {1}:80; root {2}; }} }}
"""


class Net:
    """Namespaces and links between one fetcher and LINKS seeders; all of it is gone at the end."""

    def __init__(self, here, stack):
        self.names = ["shoal-%d-%d" % (os.getpid(), number) for number in range(LINKS + 1)]
        for name in self.names:
            subprocess.run(["ip", "netns", "add", name], check=True)
            stack.callback(subprocess.run, ["ip", "netns", "del", name])
            subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        program = here.path("link")
        subprocess.run(["cc", "-O2", "-o", program, os.path.join(place.HERE, "link.c")], check=True)
        words = [word for number in range(1, LINKS + 1)
                 for word in (self.names[0], "tun%d" % number, self.names[number], "tun0")]
        # a link delays each way
        argv = [program, str(MBIT), str(ROUND_TRIP_MS / 2), *words]
        self.service = stack.enter_context(measure.Service(argv, here.directory, "link"))
        for number in range(1, LINKS + 1):
            self.device(0, "tun%d" % number, "10.77.%d.1/30" % number)
            self.device(number, "tun0", "10.77.%d.2/30" % number)

    def device(self, number, name, address):
        space = ["ip", "-n", self.names[number]]
        subprocess.run([*space, "addr", "add", address, "dev", name], check=True)
        subprocess.run([*space, "link", "set", name, "mtu", "9000", "up"], check=True)

    def within(self, number, argv):
        return ["ip", "netns", "exec", self.names[number], *argv]


def seeders(here, net, stack, kind, file, manifest):
    """What listens at 10.77.N.2 of each link."""
    services = []
    for number in range(1, LINKS + 1):
        address = "10.77.%d.2" % number
        if kind == "nginx":
            folder = here.fresh("nginx-%d" % number)
            with open(folder + "/conf", "w", encoding="utf-8") as conf:
                conf.write("user root; " + NGINX.format(folder, address, os.path.dirname(file)))
            process = subprocess.Popen(net.within(number, ["nginx", "-c", folder + "/conf"]), stderr=subprocess.DEVNULL)
            stack.callback(measure.end, process)
            continue
        if kind == "libtorrent":
            argv, env = here.lt("seed", manifest, os.path.dirname(file), "--bind", address, "--port", 6881,
                                "--unchecked"), None
        else:
            argv, env = here.shoal("share", file, "-p", 1 << 20, "--bind", address, "--port", 6882, "--no-lan",
                                   "-t", "http://127.0.0.1:1/announce", "-o",
                                   here.path("seed-%d.torrent" % number)), here.home()
        services.append(stack.enter_context(
            measure.Service(net.within(number, argv), here.directory, "%s-%d" % (kind, number), env=env)))
    if kind == "nginx":
        time.sleep(1)  # it says nothing when it is up
    return services


def links(here):
    for tool in ("nginx", "aria2c", "ip", "cc"):
        if not shutil.which(tool):
            raise measure.Failed("links needs %s" % tool)
    with contextlib.ExitStack() as stack:
        net = Net(here, stack)
        file = here.big_file("2G", copies=2)
        manifest = here.path("links.torrent")
        here.run(here.lt("make", file, manifest, "--piece-length", 1 << 20))
        hosts = ["10.77.%d.2" % number for number in range(1, LINKS + 1)]

        def side(kind, words, env=None):
            started = []

            def run(number):
                if not started:
                    started.append(seeders(here, net, stack, kind, file, manifest))
                out = here.fresh("out")
                cost = here.run(net.within(0, words(out)), env=env and env())
                here.run(["cmp", "-s", file, os.path.join(out, os.path.basename(file))])
                return cost
            return run

        def peers(option, port):
            return [word for host in hosts for word in (option, "%s:%d" % (host, port))]

        urls = ["http://%s/%s" % (host, os.path.basename(file)) for host in hosts]
        sides = here.chosen({
            "aria2 from nginx": side("nginx", lambda out: [
                "aria2c", "-q", "-x4", "-s16", "-k1M", "--no-conf", "--file-allocation=none", "-d", out, *urls]),
            "libtorrent": side("libtorrent", lambda out: here.lt(
                "fetch", manifest, out, "--bind", "0.0.0.0", "--port", 6881, *peers("--peer", 6881), **LT_FETCH)),
            "shoal": side("shoal", lambda out: here.shoal(
                "fetch", manifest, "-o", out, "--no-lan", *peers("--from", 6882)), here.home),
        })
        size = os.path.getsize(file)
        report = Report("%d links of %g Mbit/s and %g ms: %d MiB" % (LINKS, MBIT, ROUND_TRIP_MS, size >> 20),
                        here.rounds(sides, 5), size, "aria2 from nginx")
        report.expect("ours against aria2", "shoal", "aria2 from nginx", 0.98)
        report.notes.append("the links' own limit: %.0f MB/s" % (LINKS * MBIT / 8))
        yield report
