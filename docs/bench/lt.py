#!/usr/bin/python3
"""The libtorrent side of the benchmarks: one process that does one thing, loopback only, and says it in JSON lines.

    lt.py make PATH OUT.torrent --piece-length N [--hybrid]
    lt.py hash TORRENT                          prints the info hash (v2), then that of v1 if there is one
    lt.py check TORRENT DIR                     recheck of data that is all there
    lt.py seed TORRENT DIR --port P             seeds until SIGTERM; prints a line that begins with READY
                                                (--unchecked: without hashing the files first)
    lt.py fetch TORRENT|MAGNET DIR --port P --peer HOST:PORT...
    lt.py live TORRENT DIR --port P [--peer HOST:PORT...]
                                                gives and takes until SIGTERM, and tells what happens, see below

--tracker URL announces there, and --bind ADDRESS is where it listens. --find pex and --find lsd let it look for peers in
these ways, and --idle keeps it from asking for anything.

--set key=value changes a libtorrent setting; --dht HOST:PORT makes it a node of the DHT that comes in there.

live goes on after a bad piece and a fault of the disk. Its lines: begun (which pieces are there, bytes hashed for it),
piece, bad (piece), banned, gone (peer, why), fault, done, and with --every S each S seconds how it stands. --resume FILE
reads that file, if it is there, and saves it with --save S each S seconds, with --save piece behind each piece. --up and
--down limit the torrent, which libtorrent minds on loopback, too.
"""
import argparse
import json
import os
import select
import signal
import socket
import sys
import time

import libtorrent as lt

LOOPBACK = {
    "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
    "enable_ip_notifier": False, "max_retry_port_bind": 0, "listen_system_port_fallback": False,
    "allow_multiple_connections_per_ip": True,
    "enable_incoming_utp": False, "enable_outgoing_utp": False,
    "in_enc_policy": 2, "out_enc_policy": 2,  # plain text only
    "smooth_connects": False, "min_reconnect_time": 1, "max_failcount": 100,
    "active_downloads": -1, "active_seeds": -1, "active_limit": -1, "unchoke_slots_limit": -1,
    "seeding_outgoing_connections": False,
    "alert_queue_size": 100000, "user_agent": "shoal-bench",
}


DHT = {
    "enable_dht": True, "dht_bootstrap_nodes": "",
    # on loopback all nodes have one address
    "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False,
    "dht_prefer_verified_node_ids": False, "dht_enforce_node_id": False, "dht_block_ratelimit": 100000,
}

# rung by libtorrent when the first alert has come
RUNG, BELL = socket.socketpair()
BELL.setblocking(False)


def number_or_word(text):
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if text.lstrip("-").isdigit() else text


def say(**what):
    print(json.dumps(what), flush=True)


def session(args):
    settings = dict(LOOPBACK, **(DHT if args.dht else {}))
    for kv in args.set:
        key, value = kv.split("=", 1)
        settings[key] = number_or_word(value)
    kinds = lt.alert.category_t
    settings["alert_mask"] = int(kinds.error_notification | kinds.status_notification | kinds.storage_notification)
    settings["listen_interfaces"] = "%s:%d" % (args.bind, args.port)
    settings["enable_lsd"] = "lsd" in args.find
    ses = lt.session(settings)
    ses.set_alert_fd(BELL.fileno())
    for node in args.dht:
        host, port = node.rsplit(":", 1)
        ses.add_dht_node((host.strip("[]"), int(port)))
    return ses


def add(ses, args):
    if args.torrent.startswith("magnet:"):
        params = lt.parse_magnet_uri(args.torrent)
    elif args.resume and os.path.exists(args.resume):
        with open(args.resume, "rb") as resume:
            params = lt.read_resume_data(resume.read())
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(args.torrent)
    params.save_path = args.dir
    if args.tracker:
        params.trackers = args.tracker
    flags = lt.torrent_flags
    # resume data may say that it only gives, since the disk was full once
    params.flags &= ~(flags.auto_managed | flags.paused | flags.apply_ip_filter | flags.upload_mode)
    if args.idle:
        params.flags |= flags.upload_mode
    if args.unchecked:
        params.flags |= flags.seed_mode
    if not args.dht:
        params.flags |= flags.disable_dht
    if "lsd" not in args.find:
        params.flags |= flags.disable_lsd
    if "pex" not in args.find:
        params.flags |= flags.disable_pex
    return ses.add_torrent(params)


def announce(handle, args, last):
    """To the DHT again after two seconds: the first announce may come before any node is known."""
    if not args.dht or time.monotonic() - last < 2:
        return last
    handle.force_dht_announce()
    return time.monotonic()


def alerts(ses, seconds):
    """What has come, if need be within so many seconds."""
    # wait_for_alert() gives an alert that may have moved meanwhile, and Python dies of it
    if select.select([RUNG], [], [], seconds)[0]:
        RUNG.recv(4096)
    return ses.pop_alerts()


def wait(ses, handle, done, deadline, args):
    """Waits for done(alert or None, status); a torrent in error or a passed deadline ends the process."""
    announced = 0
    while True:
        announced = announce(handle, args, announced)
        for alert in alerts(ses, 0.05):
            if isinstance(alert, (lt.torrent_error_alert, lt.file_error_alert, lt.listen_failed_alert,
                                  lt.hash_failed_alert)):
                sys.exit("lt: " + alert.message())
            if done(alert):
                return
        if time.monotonic() > deadline:
            sys.exit("lt: not done in time, progress %.3f" % handle.status().progress)


def make(args):
    path = os.path.abspath(args.path)
    start = time.monotonic()
    files = lt.file_storage()
    kind = 0 if args.hybrid else lt.create_torrent.v2_only
    lt.add_files(files, path, flags=kind)
    torrent = lt.create_torrent(files, args.piece_length, kind)
    lt.set_piece_hashes(torrent, os.path.dirname(path))
    with open(args.out, "wb") as out:
        out.write(lt.bencode(torrent.generate()))
    say(seconds=time.monotonic() - start, bytes=files.total_size(), files=files.num_files())


def info_hash(args):
    hashes = lt.torrent_info(args.torrent).info_hashes()
    print(hashes.v2, flush=True)
    if hashes.has_v1():
        print(hashes.v1, flush=True)


def check(args):
    ses = session(args)
    start = time.monotonic()
    handle = add(ses, args)
    wait(ses, handle, lambda alert: isinstance(alert, lt.torrent_checked_alert), start + args.timeout, args)
    took = time.monotonic() - start
    status = handle.status()
    if not status.is_seeding:
        sys.exit("lt: data is not complete: %.4f" % status.progress)
    say(seconds=took, bytes=status.total_wanted_done)


def seed(args):
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    signal.signal(signal.SIGINT, lambda *_: stop.append(1))
    ses = session(args)
    handle = add(ses, args)
    if not args.unchecked:
        checked = lambda alert: isinstance(alert, lt.torrent_checked_alert)
        wait(ses, handle, checked, time.monotonic() + args.timeout, args)
    while args.unchecked and not handle.status().is_seeding:
        alerts(ses, 0.05)
    if not handle.status().is_seeding:
        sys.exit("lt: data is not complete")
    print("READY port=%d" % ses.listen_port(), flush=True)
    connect(handle, args)
    announced = 0
    while not stop and os.getppid() != 1:  # never outlives its driver
        announced = announce(handle, args, announced)
        alerts(ses, 0.2)


def connect(handle, args):
    for peer in args.peer:
        host, port = peer.rsplit(":", 1)
        handle.connect_peer((host, int(port)), 0, 0)


def fetch(args):
    ses = session(args)
    start = time.monotonic()
    handle = add(ses, args)
    if not args.torrent.startswith("magnet:"):
        wait(ses, handle, lambda alert: isinstance(alert, lt.torrent_checked_alert), start + args.timeout, args)
    asked = time.monotonic()
    connect(handle, args)
    if not args.peer and not args.tracker:
        print("READY port=%d" % ses.listen_port(), flush=True)
    wait(ses, handle, lambda alert: isinstance(alert, lt.torrent_finished_alert), start + args.timeout, args)
    took = time.monotonic() - asked
    status = handle.status()
    say(seconds=took, bytes=status.total_wanted_done, wasted=status.total_redundant_bytes + status.total_failed_bytes)


class Live:
    """A torrent whose alerts become lines."""

    def __init__(self, args):
        self.args = args
        self.ses = session(args)
        kinds = lt.alert.category_t
        self.ses.apply_settings({"alert_mask": int(
            kinds.error_notification | kinds.status_notification | kinds.storage_notification
            | kinds.peer_notification | kinds.connect_notification | kinds.progress_notification | kinds.stats_notification)})
        self.counters = {}
        self.handle = add(self.ses, args)
        self.handle.set_upload_limit(args.up)
        self.handle.set_download_limit(args.down)
        self.begun = self.saving = self.done = False
        self.unsaved = False
        self.saved = self.told = time.monotonic()

    def hear(self, alert):
        if isinstance(alert, lt.torrent_checked_alert):
            self.ses.post_session_stats()
        elif isinstance(alert, lt.session_stats_alert):
            self.counters = alert.values
            if not self.begun and self.handle.status().state != lt.torrent_status.checking_files:
                self.begin()
        elif isinstance(alert, lt.piece_finished_alert):
            say(piece=alert.piece_index)
            self.unsaved = True
        elif isinstance(alert, lt.hash_failed_alert):
            say(bad=alert.piece_index)
        elif isinstance(alert, lt.peer_ban_alert):
            say(banned=alert.ip[1])
        elif isinstance(alert, (lt.peer_disconnected_alert, lt.peer_error_alert)):
            say(gone=alert.ip[1], why=alert.error.message() if hasattr(alert, "error") else alert.message())
        elif isinstance(alert, lt.save_resume_data_alert):
            self.save(lt.write_resume_data_buf(alert.params))
        elif isinstance(alert, lt.save_resume_data_failed_alert):
            self.saving = False
        elif isinstance(alert, (lt.torrent_error_alert, lt.file_error_alert, lt.listen_failed_alert)):
            say(fault=alert.message())
        elif isinstance(alert, lt.torrent_finished_alert) and self.begun and not self.done:
            self.done = True
            self.tell(done=True)

    def begin(self):
        self.begun = True
        status = self.handle.status()
        say(begun=[piece for piece, have in enumerate(status.pieces) if have], port=self.ses.listen_port(),
            hashed=self.counters["disk.num_blocks_read"] << 14)
        if status.is_seeding:
            self.done = True
            self.tell(done=True)
        connect(self.handle, self.args)

    def save(self, data):
        new = self.args.resume + ".new"
        with open(new, "wb") as out:
            out.write(data)
        os.replace(new, self.args.resume)
        self.saving = False

    def save_if_due(self, now):
        due = self.unsaved if self.args.save == "piece" else now - self.saved >= float(self.args.save)
        if not self.args.resume or self.saving or not due or not self.begun:
            return
        flags = lt.save_resume_flags_t
        self.handle.save_resume_data(flags.flush_disk_cache | flags.only_if_modified | flags.save_info_dict)
        self.saving, self.unsaved, self.saved = True, False, now

    def tell(self, **what):
        status = self.handle.status()
        say(**what, got=status.total_payload_download, sent=status.total_payload_upload, got_all=status.total_download,
            sent_all=status.total_upload, failed=status.total_failed_bytes, twice=status.total_redundant_bytes,
            peers=status.num_peers, have=status.total_wanted_done, state=str(status.state))

    def run(self):
        stop = []
        signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
        if self.args.unchecked:
            self.ses.post_session_stats()
        while not stop and os.getppid() != 1:
            time.sleep(0.02)  # there are many, which are cheaper taken together
            for alert in self.ses.pop_alerts():
                self.hear(alert)
            now = time.monotonic()
            self.save_if_due(now)
            if self.args.every and now - self.told >= self.args.every:
                self.told = now
                self.tell()
        self.tell(ended=True)

    def heal(self):
        """How many calls the library disk.c has seen below the folder, and which it let fail."""
        with open(self.args.dir + "/@fault 0 0 0") as said:
            say(calls=said.read())


def live(args):
    one = Live(args)
    one.run()
    if "SHOAL_DISK_ROOT" in os.environ:
        one.heal()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("make")
    one.add_argument("path")
    one.add_argument("out")
    one.add_argument("--hybrid", action="store_true")
    one.add_argument("--piece-length", type=int, default=0)
    one.set_defaults(run=make)
    one = commands.add_parser("hash")
    one.add_argument("torrent")
    one.set_defaults(run=info_hash)
    for name, run in (("check", check), ("seed", seed), ("fetch", fetch), ("live", live)):
        one = commands.add_parser(name)
        one.add_argument("--resume")
        one.add_argument("--save", default="5", metavar="SECONDS|piece")
        one.add_argument("--every", type=float, default=0)
        one.add_argument("--up", type=int, default=-1)
        one.add_argument("--down", type=int, default=-1)
        one.add_argument("torrent")
        one.add_argument("dir")
        one.add_argument("--port", type=int, default=0)
        one.add_argument("--peer", action="append", default=[])
        one.add_argument("--tracker", action="append", default=[])
        one.add_argument("--bind", default="127.0.0.1")
        one.add_argument("--dht", action="append", default=[], metavar="HOST:PORT")
        one.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
        one.add_argument("--find", action="append", default=[], choices=("pex", "lsd"))
        one.add_argument("--idle", action="store_true")
        one.add_argument("--unchecked", action="store_true")
        one.add_argument("--timeout", type=float, default=120)
        one.set_defaults(run=run)
    args = parser.parse_args()
    args.run(args)
    sys.stdout.flush()
    os._exit(0)  # the session's own goodbye (announces, half a second) is not what is measured


if __name__ == "__main__":
    main()
