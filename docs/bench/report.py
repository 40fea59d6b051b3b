"""A table of what was measured, with ratios, and the targets it has to reach."""
from dataclasses import dataclass, field

from measure import median

GIB = 1 << 30


@dataclass
class Target:
    what: str
    value: float
    least: float = 0.0  # value >= least
    most: float = float("inf")  # value <= most

    def ok(self):
        return self.least <= self.value <= self.most

    def text(self):
        bound = "at least %.3g" % self.least if self.most == float("inf") else "at most %g" % self.most
        return "- %s: **%.2f** (%s): %s" % (self.what, self.value, bound, "reached" if self.ok() else "MISSED")


@dataclass
class Report:
    title: str
    costs: dict  # side -> [Cost]
    size: int = 0  # bytes a run handles; 0 where a rate says nothing
    base: str = ""  # the side the ratios are told against
    targets: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def ok(self):
        return all(target.ok() for target in self.targets)

    def rows(self):
        base = median(self.costs[self.base]) if self.costs.get(self.base) else None
        for name, costs in self.costs.items():
            wall = median(costs)
            row = {"side": name, "wall": wall, "least": min(c.wall for c in costs), "most": max(c.wall for c in costs),
                   "cpu": median(costs, lambda c: c.cpu), "served": median(costs, lambda c: c.served),
                   "rss": median(costs, lambda c: c.rss), "foreign": median(costs, lambda c: c.foreign),
                   "runs": len(costs), "inner": None, "speed": base / wall if base else None}
            if all("seconds" in c.said for c in costs):
                row["inner"] = median(costs, lambda c: c.said["seconds"])
            yield row

    def text(self):
        def rate(row, what):
            return "%.0f" % (self.size / 1e6 / row[what]) if self.size and row[what] else "-"

        def per_gib(row, what):
            return "%.2f" % (row[what] * GIB / self.size) if self.size else "%.3f s" % row[what]

        served = any(row["served"] for row in self.rows())
        head = ["side", "wall s (least-most)", "MB/s", "inner MB/s", "speed / " + (self.base or "-"), "CPU s/GiB"]
        head += ["CPU s/GiB of the senders"] if served else []
        head += ["peak MiB", "others' cores"]
        lines = ["### " + self.title, "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
        for row in self.rows():
            cells = [row["side"], "%.3f (%.3f-%.3f)" % (row["wall"], row["least"], row["most"]), rate(row, "wall"),
                     rate(row, "inner"), "%.2f" % row["speed"] if row["speed"] else "-", per_gib(row, "cpu")]
            cells += [per_gib(row, "served")] if served else []
            cells += ["%.0f" % row["rss"], "%.1f" % row["foreign"]]
            lines.append("| " + " | ".join(cells) + " |")
        lines += [""] + ["- " + note for note in self.notes] + [target.text() for target in self.targets]
        return "\n".join(lines)

    def plain(self):
        targets = [{"what": t.what, "value": t.value, "ok": t.ok()} for t in self.targets]
        return {"title": self.title, "size": self.size, "rows": list(self.rows()), "targets": targets,
                "notes": self.notes}

    def ratio(self, side, other):
        """How many times as fast one side is as another; None if one of them did not run."""
        if side not in self.costs or other not in self.costs:
            return None
        return median(self.costs[other]) / median(self.costs[side])

    def expect(self, what, side, other, least):
        value = self.ratio(side, other)
        if value is not None:
            self.targets.append(Target(what, value, least))
