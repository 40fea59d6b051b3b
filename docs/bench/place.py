"""Where a benchmark works: its folder, its data, and how the three kinds of process are called there."""
import glob
import os
import platform
import random
import re
import shutil
import socket
import subprocess

import measure

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LOOPS = ("ReadAndHash", "ReceiveAndHash")
MIB = 1 << 20


def size_of(text):
    match = re.fullmatch(r"(\d+)([KMGT]?)", text)
    if not match:
        raise measure.Failed("not a size: " + text)
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[match[2]]


def java_version(home):
    try:
        with open(os.path.join(home, "release"), encoding="utf-8") as release:
            return int(re.search(r'JAVA_VERSION="(\d+)', release.read())[1])
    except (OSError, TypeError):
        return 0


class Place:
    def __init__(self, args, directory):
        self.args = args
        self.directory = directory
        self.java_home = self.find_java()
        self.homes = 0
        self.ports = 20000 + os.getpid() % 20000

    # --- the machine

    def find_java(self):
        candidates = [self.args.java_home, os.environ.get("SHOAL_JAVA_HOME"), os.environ.get("JAVA_HOME")]
        candidates += sorted(glob.glob("/usr/lib/jvm/*") + glob.glob("/opt/*jdk*"))
        for home in candidates:
            if home and java_version(home) >= 25:
                return home
        raise measure.Failed("no JDK 25 or newer found; say --java-home")

    def machine(self):
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            cpu = re.search(r"model name\s*: (.*)", info.read())
        java = subprocess.run([self.java("java"), "-version"], capture_output=True, text=True, check=True).stderr
        return "%d cores, %s, Linux %s, %s" % (
            measure.CORES, cpu[1] if cpu else platform.machine(), platform.release(), java.splitlines()[1])

    def java(self, tool):
        return os.path.join(self.java_home, "bin", tool)

    def port(self):
        """A port of 127.0.0.1 that nobody listens on."""
        while True:
            self.ports += 1
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", self.ports))
                    return self.ports
                except OSError:
                    continue

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def fresh(self, name):
        """An empty folder of that name."""
        path = self.path(name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path

    def rounds(self, sides, usual, note=measure.log):
        return measure.rounds(sides, self.args.runs or usual, note, self.args.patience)

    def chosen(self, sides):
        """The sides that --without leaves."""
        words = self.args.without.split(",") if self.args.without else []
        return {name: side for name, side in sides.items() if not any(word in name for word in words)}

    # --- data, the same bytes for the same seed

    def need(self, size):
        free = shutil.disk_usage(self.directory).free
        if free < size:
            raise measure.Failed("%s: need %d MiB, have %d" % (self.directory, size / MIB, free / MIB))

    def big_file(self, usual, copies=1):
        size = size_of(self.args.size or usual)
        path = self.path("data", "big.bin")
        if not os.path.exists(path) or os.path.getsize(path) != size:
            self.need(size * copies + 256 * MIB)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            source = random.Random(4711)
            with open(path, "wb") as out:
                for at in range(0, size, MIB):
                    out.write(source.randbytes(min(MIB, size - at)))
        return path

    def tree(self, name, count, least, most):
        """A folder of files of random sizes, 100 in a sub-folder. Returns (path, bytes)."""
        root = self.path("data", name)
        total = 0
        source = random.Random(count)
        for number in range(count):
            if number % 100 == 0:
                folder = os.path.join(root, "%04d" % (number // 100))
                os.makedirs(folder)
            size = source.randint(least, most)
            total += size
            with open(os.path.join(folder, "file-%06d.bin" % number), "wb") as out:
                out.write(source.randbytes(size))
        return root, total

    # --- processes

    def run(self, argv, **how):
        return measure.run(argv, self.directory, **how)

    def compile_loops(self):
        out = self.path("classes")
        sources = [os.path.join(ROOT, "src/bench/java/shoal/bench", name + ".java") for name in LOOPS]
        subprocess.run([self.java("javac"), "-d", out, *sources], check=True)

    def loop(self, name, *words):
        if not os.path.isdir(self.path("classes")):
            self.compile_loops()
        return [self.java("java"), "-cp", self.path("classes"), "shoal.bench." + name, *map(str, words)]

    def lt(self, *words, **settings):
        options = [word for key, value in settings.items() for word in ("--set", "%s=%s" % (key, value))]
        return [self.args.lt_python, os.path.join(HERE, "lt.py"), *map(str, words), *options]

    def shoal(self, *words):
        return [self.args.shoal, *map(str, words)]

    def home(self):
        """Environment of a user who never ran shoal: a new SHOAL_HOME. The one before stays: others may live in it."""
        self.homes += 1
        return dict(os.environ, SHOAL_HOME=self.fresh("home-%d" % self.homes), SHOAL_JAVA_HOME=self.java_home,
                    SHOAL_NO_DHT="true")

    def forget_homes(self, kept=0):
        for number in range(kept + 1, self.homes + 1):
            shutil.rmtree(self.path("home-%d" % number), ignore_errors=True)
