#!/usr/bin/env python3
"""Proof that the tests can fail: breaks one line of the program at a time and looks whether the tests that guard it notice.

    docs/bench/mutants.py [--check] [--jars DIR] [NAME ...]

Each mutant is compiled by itself and laid over the classes as they are; nothing in the checkout is changed. --jars: a
folder with the jars of the tests and JUnit's console; without it Maven puts them into target/mutants. A test that takes
much longer with a mutant than without hangs, which is red, too. Ends with 1 if a mutant survives, or if a test is red
without any.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path(__file__).resolve().parents[2]
MAIN = HOME / "src/main/java"
STORAGE, SWARM, CLI = "shoal/storage/", "shoal/swarm/", "shoal/cli/"
BENCODE, MANIFEST = "shoal/bencode/", "shoal/manifest/"

# seconds that a test may take at most
LIMIT = 300

# name, file, what stands there, what is put in its place, the test that must see it
MUTANTS = [
    ("commit without force", STORAGE + "Round.java",
     "keeper.forcing.force(opened.channel());", "if (!opened.channel().isOpen()) throw new IOException();",
     "storage.PowerLossIT"),
    ("commit before force", STORAGE + "Round.java",
     "keeper.crew.all(toForce, each -> force(keeper, each));", "", "storage.DurabilityTest"),
    ("believe blocks in flight", STORAGE + "BlockCheck.java",
     "if (leaf.getValue().equals(leaf(channel, hasher, leaf.getKey()))) {",
     "if (!leaf.getValue().equals(Hash.ZERO)) {", "storage.PowerLossIT"),
    ("believe a changed part", STORAGE + "FetchOpening.java",
     "long known = row.stamp().mtime();", "long known = row.stamp().mtime(); if (known != 0) return true;",
     "storage.ResumeTest"),
    ("skip the check of a piece", STORAGE + "PieceCheck.java",
     "if (found.at(i).equals(right.get().at(i))) good.set(i);", "good.set(i);", "storage.ResumeTest"),
    ("note blocks nowhere", STORAGE + "Keeper.java",
     "boolean logged = log().received(file.file.index(), shelf.firstBlock(file, piece) + firstBlock, leaves);",
     "boolean logged = true;", "storage.CrashIT"),
    ("never note what is proven", STORAGE + "PartTable.java",
     "bits[block % RUN / 8] |= (byte) (1 << block % 8);", "", "storage.CrashIT"),
    ("the second copy is always right", STORAGE + "Finishing.java",
     "|| !one.equals(two)) return false;", ") return false;", "storage.ResumeTest"),
    ("swallow a failed force", STORAGE + "Round.java",
     'throw Faults.of(e, "cannot force to the disk:", each.file.path());', "", "storage.DurabilityTest"),
    ("serve a file that was changed", STORAGE + "HeldFile.java",
     "if (state != State.WHOLE || stamp == null) return null;", "if (stamp != null || stamp == null) return null;",
     "storage.WithdrawalTest"),
    ("skip the check of a block", SWARM + "BlockIntake.java",
     "if (expected != null && !expected.at(block).equals(leaf)) return", "if (expected != null && block < 0) return",
     "swarm.BlockIntakeTest"),
    ("write a run of blocks one block too far", SWARM + "Arrivals.java",
     "intake.write(first.piece, first.block, blocks);", "intake.write(first.piece, first.block ^ (from & 1), blocks);",
     "swarm.ArrivalsTest"),
    ("write what is bad among what is right", SWARM + "Arrivals.java",
     "if (fate == BlockReceipt.Fate.STORED) continue;", "if (fate != BlockReceipt.Fate.SPARE) continue;",
     "swarm.ArrivalsTest"),
    ("accept an unproven hash", SWARM + "HashFetch.java",
     "if (!proof.fold().equals(job.goal.proof)) {", "if (job.goal.proof.equals(Hash.ZERO)) {",
     "swarm.HashFetchTest"),
    ("ban by address", SWARM + "Bans.java",
     "return bearers.contains(new Bearer(peer.id, peer.remote.address()))",
     "return bearers.stream().anyMatch(bearer -> bearer.address().equals(peer.remote.address()))",
     "swarm.PeerBookTest"),
    ("hear floods to their end", SWARM + "Chatter.java", "if (--left < 0)", "if (--left == Double.MIN_VALUE)",
     "node.CrowdTest"),
    ("let slots be held for nothing", SWARM + "Choker.java", "if (each.closing || !each.leavesItsSlot(now)) continue;",
     "if (each.closing || now != Long.MIN_VALUE) continue;", "swarm.ChokerTest"),
    ("let seats be held for nothing", SWARM + "Seats.java", "return useless == null ? newcomer : useless;",
     "return newcomer;", "swarm.SeatsTest"),
    ("ban nobody", SWARM + "Bans.java",
     "bearers.add(new Bearer(peer.id, peer.remote.address()));", "", "swarm.PeerBookTest"),
    ("let a liar stay", SWARM + "Blame.java",
     'verdict.ban(peer, "sent a bad block: " + block + " of piece " + piece);', "", "node.LiarsIT"),
    ("leave a piece with who is silent", SWARM + "Requests.java",
     "for (ActivePiece piece : List.copyOf(board.active())) passOn(piece, now);", "", "swarm.RequestsTest"),
    ("take a piece from the slow again and again", SWARM + "ActivePiece.java",
     "SwarmLimits.PASSED_ON_AFTER << Math.clamp(timesFromOne - 1, 0, 9)", "SwarmLimits.PASSED_ON_AFTER",
     "swarm.RequestsTest"),
    ("believe what came unproven", SWARM + "PieceBoard.java",
     "return Merkle.fold(piece.leaves(), 0, pieceLayer).equals(layer.at(piece.piece - file.firstPiece()));",
     "return true;", "swarm.SwarmSimulationTest"),
    ("believe a file of one piece unproven", SWARM + "PieceBoard.java",
     "return Merkle.root(piece.leaves(), file.length()).equals(file.root());", "return true;",
     "swarm.SwarmSimulationTest"),
    ("believe what came to a repair unproven", SWARM + "PieceBoard.java",
     "return Merkle.fold(piece.leaves(), 0, pieceLayer).equals(layer.at(piece.piece - file.firstPiece()));",
     "return true;", "node.RepairingTest"),
    ("take what is damaged for repaired", STORAGE + "RepairOpening.java", "good.clear(piece);", "",
     "storage.RepairTest"),
    ("verify without looking", STORAGE + "Verification.java", "if (!hash.equals(right) || cut) pinpoint",
     "if (cut) pinpoint", "storage.VerificationTest"),
    ("scrub and find nothing", STORAGE + "Scrub.java", "return !folds(file, piece, HashList.wrap(leaves));",
     "return false;", "storage.ScrubTest"),
    ("scrub and give it all the same", STORAGE + "Scrub.java", 'holdings.withdraw(piece, what + " are bad");', "",
     "storage.ScrubTest"),
    ("scrub and believe it at the next start", STORAGE + "FileHoldings.java",
     "store.later(tables -> tables.places().remove(file.path()), ", "store.later(tables -> {}, ",
     "storage.ScrubTest"),
    ("take from the library what was touched", STORAGE + "LocalFiles.java",
     "(now.equals(place.stamp()) || isStill(place.path(), root, length, now))", "now.size() == length",
     "storage.LibraryTest"),
    ("believe an older version", STORAGE + "FetchOpening.java", "Bits good = check.good(shelf.layer(file.file));",
     "Bits good = check.good(shelf.layer(file.file)); if (based.contains(file)) good.fill();",
     "storage.LibraryTest"),
    ("take a length for the same content", SWARM + "Crossing.java",
     "return new Content(file.root(), file.length());", "return new Content(Hash.ZERO, file.length());",
     "swarm.CrossedTest"),
    ("ask another swarm's peer for what it lacks", SWARM + "Crossed.java",
     "return there >= 0 && theirs.has(there);", "return there >= 0;", "swarm.OtherSwarmPeersTest"),
    ("give a private share's file to another swarm", SWARM + "Crossing.java",
     "if (theirs.isPrivate() || ours.isPrivate()) return Optional.empty();", "", "swarm.CrossedTest"),
    ("swallow a failed write", STORAGE + "FileHoldings.java",
     'throw Faults.of(e, "cannot write", file.path());', "", "storage.FaultSweepIT"),
    ("end with 0 whatever failed", CLI + "Faults.java", "return code;", "return 0;", "storage.CommandFaultsIT"),
    ("end a full disk as a broken one", CLI + "Exit.java", "case FULL -> DISK_FULL;", "case FULL -> IO;",
     "storage.CommandFaultsIT"),
    ("take a full disk for a broken one", STORAGE + "Faults.java", "if (isFull(e)) return full(0, path, e);", "",
     "storage.FullDiskIT"),
    ("take a disk without names for a broken one", STORAGE + "Faults.java",
     'yield reason == null ? cannotWrite(e, file) : of(reason, "cannot write", file);',
     "yield cannotWrite(e, file);", "storage.FullDiskIT"),
    ("believe a disk that lied", STORAGE + "FetchOpening.java",
     "if (isDoubted && !new Sample(store, file, target).isRight(each.proven)) return false;", "",
     "storage.MeddlingTest"),
    ("believe an older copy of the database", STORAGE + "FetchOpening.java",
     "if (row.closed() && touched <= known) return stamp.mtime() == known;", "", "storage.MeddlingTest"),
    ("stop at a damaged database", STORAGE + "Database.java", "if (!Faults.isDamage(e)) throw Faults.of(e, file);",
     "if (file != null) throw Faults.of(e, file);", "storage.MeddlingTest"),
    ("throw away a part when the clock has jumped", STORAGE + "FetchOpening.java",
     "if (!known && !made) return false;", "if (!known && !made) { target.remove(file.partName()); return true; }",
     "storage.MeddlingTest"),
    ("open a newer Shoal's database", STORAGE + "Database.java", "if (version > Schema.VERSION) {",
     "if (version < 0) {", "storage.StoreTest"),
    ("let a second process in", STORAGE + "DownloadFile.java",
     'if (lock == null) throw inUse(target, "process " + owner(channel));', "", "storage.DownloadFileTest"),
    ("let the same process in twice", STORAGE + "DownloadFile.java",
     'if (!OURS.add(path)) throw inUse(target, "this process");', "OURS.add(path);", "storage.DownloadFileTest"),
    ("believe a v1 hash where the v2 hash is known", SWARM + "SwarmSettings.java",
     "return fullHash.map(hash::equals).orElseGet(() ->", "return fullHash.map(hash::equals).orElse(false) || (",
     "swarm.V1PeersTest"),
    ("compare no lengths in a hybrid", MANIFEST + "HybridKeys.java", "if (file.length() != length) throw mismatch(",
     "if (length < 0) throw mismatch(", "manifest.HybridKeysTest"),
    ("believe the length of a string", BENCODE + "BencodeReader.java", "if (length > end - at) throw fault(",
     "if (length < 0) throw fault(", "bencode.BencodeReaderFuzzTest"),
]


def jars(folder):
    if folder:
        return sorted(pathlib.Path(folder).glob("*.jar"))
    into = HOME / "target/mutants"
    pom = (HOME / "pom.xml").read_text()
    junit = pom.split("<junit.version>")[1].split("<")[0]
    subprocess.run([HOME / "mvnw", "-B", "-q", "-ntp", "dependency:copy-dependencies", f"-DoutputDirectory={into}"],
                   cwd=HOME, check=True)
    subprocess.run([HOME / "mvnw", "-B", "-q", "-ntp", "dependency:copy", f"-DoutputDirectory={into}",
                    f"-Dartifact=org.junit.platform:junit-platform-console-standalone:{junit}"], cwd=HOME, check=True)
    return sorted(into.glob("*.jar"))


class Bench:
    def __init__(self, folder, libraries):
        self.folder = pathlib.Path(folder)
        self.libraries = ":".join(map(str, libraries))
        self.classes = self.folder / "classes"
        home = os.environ.get("SHOAL_JAVA_HOME") or os.environ.get("JAVA_HOME")
        self.bin = pathlib.Path(home) / "bin" if home else pathlib.Path(shutil.which("javac")).resolve().parent
        sources = [str(path) for root in ("main", "test") for path in (HOME / "src" / root / "java").rglob("*.java")]
        self.compile(sources, self.classes, self.libraries)
        for root in ("main", "test"):
            if (HOME / "src" / root / "resources").is_dir():
                shutil.copytree(HOME / "src" / root / "resources", self.classes, dirs_exist_ok=True)

    def compile(self, sources, into, path):
        into.mkdir()
        files = self.folder / "sources"
        files.write_text("\n".join(sources))
        subprocess.run([self.bin / "javac", "-proc:none", "-nowarn", "-d", into, "-cp", path, f"@{files}"], check=True)

    def run(self, test, limit, *over):
        """The exit code and what it said: 0 is green, 1 red."""
        path = ":".join([*map(str, over), str(self.classes), self.libraries])
        command = [self.bin / "java", "--enable-native-access=ALL-UNNAMED", "-XX:+EnableDynamicAgentLoading",
                   "--sun-misc-unsafe-memory-access=allow", f"-Dshoal.home={HOME}", "-Dshoal.seed=1", "-cp", path,
                   "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--details=summary",
                   "--disable-ansi-colors", "-c", "shoal." + test]
        where, environment = HOME, dict(os.environ)
        if test.endswith("FuzzTest"):
            # what it finds is written where it runs
            where = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            environment.update(JAZZER_FUZZ="1", JAZZER_MAX_DURATION="25s")
        try:
            done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return 1, f"=> it does not end within {limit:.0f} seconds"
        return done.returncode, done.stdout + done.stderr

    def mutate(self, number, file, old, new):
        copy = self.folder / str(number) / file
        copy.parent.mkdir(parents=True)
        copy.write_text(mutated(file, old, new))
        over = self.folder / f"over{number}"
        self.compile([str(copy)], over, f"{self.classes}:{self.libraries}")
        return over


def mutated(file, old, new):
    text = (MAIN / file).read_text()
    if text.count(old) != 1:
        sys.exit(f"{file} has {text.count(old)} times, and not once: {old}")
    return text.replace(old, new)


def reason(said):
    for line in said.splitlines():
        if "=>" in line:
            return line.split("=>")[1].strip()[:110]
    return said.strip().splitlines()[-1][:110] if said.strip() else ""


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--jars")
    options.add_argument("--check", action="store_true", help="only look whether each line still stands where it did")
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    chosen = [m for m in MUTANTS if not given.names or any(name in m[0] for name in given.names)]
    for _, file, old, new, _ in chosen:
        mutated(file, old, new)
    if given.check:
        return
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        bench = Bench(folder, jars(given.jars))
        print("| mutant | file | test | seconds | verdict | what it says |\n|---|---|---|---|---|---|")
        limits = {}
        for test in sorted({m[4] for m in chosen}):
            begin = time.time()
            code, said = bench.run(test, LIMIT)
            limits[test] = min(LIMIT, 20 + 4 * (time.time() - begin))
            wrong += code != 0
            print(f"| (none) | | {test} | {time.time() - begin:.0f} | {'green' if code == 0 else 'RED'} | "
                  f"{'' if code == 0 else reason(said)} |", flush=True)
        for number, (name, file, old, new, test) in enumerate(chosen):
            begin = time.time()
            code, said = bench.run(test, limits[test], bench.mutate(number, file, old, new))
            wrong += code != 1
            print(f"| {name} | {file.split('/')[-1]} | {test} | {time.time() - begin:.0f} | "
                  f"{'red' if code == 1 else 'SURVIVES'} | {reason(said) if code else ''} |", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
