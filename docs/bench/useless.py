"""useless: a fetch from 10 seeders, alone and among 40 that give nothing. Loopback.

The 10 are ours, each with an upload limit, so that the network is what is scarce. Of the 40, a fourth each: accept and
say nothing, say that they have all and never unchoke, unchoke and answer no request, are not there.
"""
import asyncio
import contextlib
import os
import struct
import threading

import measure
from report import Report

USEFUL, USELESS = 10, 40
LIMIT = "2M"
HAVE_ALL, UNCHOKE = struct.pack(">IB", 1, 14), struct.pack(">IB", 1, 1)


async def give_nothing(kind, reader, writer):
    try:
        if kind == "silent":
            await reader.read()
            return
        hello = await reader.readexactly(68)
        # the fast extension and no other; the same swarm, whatever it is
        writer.write(b"\x13BitTorrent protocol" + bytes(7) + b"\x04" + hello[28:48] + b"-XX0001-" + os.urandom(12))
        writer.write(HAVE_ALL + (UNCHOKE if kind == "mute" else b""))
        await writer.drain()
        while await reader.read(1 << 16):
            pass
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def crowd(count):
    """Ports of useless seeders, which a thread of ours plays."""
    loop = asyncio.new_event_loop()
    ports = []

    async def listen():
        for number in range(count):
            kind = ("silent", "choking", "mute", "absent")[number % 4]
            server = await asyncio.start_server(
                lambda r, w, kind=kind: give_nothing(kind, r, w), "127.0.0.1", 0,
                start_serving=kind != "absent")  # bound all the same, so that nobody else can get the port
            ports.append(server.sockets[0].getsockname()[1])
            servers.append(server)

    servers = []
    loop.run_until_complete(listen())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return ports


def useless(here):
    with contextlib.ExitStack() as stack:
        file = here.big_file("128M", copies=2)
        manifest = here.path("useless.torrent")
        useful = []
        for number in range(USEFUL):
            port = here.port()
            argv = here.shoal("share", file, "-p", 1 << 20, "--bind", "127.0.0.1", "--port", port, "-o", manifest,
                              "--upload-limit", LIMIT, "--limit-lan", "-t", "http://127.0.0.1:1/announce")
            stack.enter_context(measure.Service(argv, here.directory, "seed-%d" % number, env=here.home()))
            useful.append(port)

        def side(ports):
            def run(number):
                out = here.fresh("out")
                words = [word for port in ports for word in ("--from", "127.0.0.1:%d" % port)]
                homes = here.homes
                cost = here.run(here.shoal("fetch", manifest, "-o", out, "--bind", "127.0.0.1",
                                           "--port", here.port(), *words), env=here.home())
                here.run(["cmp", "-s", file, os.path.join(out, os.path.basename(file))])
                here.forget_homes(homes)
                return cost
            return run

        # the useless ones first: whoever asks in order meets them first
        sides = here.chosen({"10 seeders": side(useful), "10 seeders among 50": side(crowd(USELESS) + useful)})
        size = os.path.getsize(file)
        report = Report("useless: %d MiB from %d seeders of %s each" % (size >> 20, USEFUL, LIMIT),
                        here.rounds(sides, 5), size, "10 seeders")
        report.expect("among 50 against alone", "10 seeders among 50", "10 seeders", 0.8)
        yield report
