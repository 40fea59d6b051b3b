package shoal.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shoal.bytes.Printable;
import shoal.bytes.Sizes;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.node.Verifying;
import shoal.storage.FileCheck;
import shoal.storage.Repaired;

/** What {@code shoal verify} has to say: what was repaired, what is bad, what lies beside, and the sum of it. */
final class VerifyReport {
    private static final int RANGES = 20;

    private final Terminal terminal;
    private final Manifest manifest;
    private final Verifying verified;
    private final long begun;
    private long received;

    /** A report of what began at {@code begun}, a {@link System#nanoTime}. */
    VerifyReport(Terminal terminal, Manifest manifest, Verifying verified, long begun) {
        this.terminal = terminal;
        this.manifest = manifest;
        this.verified = verified;
        this.begun = begun;
    }

    Manifest manifest() {
        return manifest;
    }

    Verifying verified() {
        return verified;
    }

    /** Bytes of blocks that came from peers. */
    void received(long bytes) {
        received = bytes;
    }

    /** How many of the files are bad, in words. */
    String bad(List<FileCheck> checks) {
        return notOk(checks) + " of " + files(looked().size());
    }

    private static String files(int count) {
        return count + (count == 1 ? " file" : " files");
    }

    /** The files that were looked at. */
    private List<ManifestFile> looked() {
        return verified.checks().stream()
                .filter(check -> check.state() != FileCheck.State.UNSELECTED)
                .map(check -> manifest.files().get(check.file()))
                .toList();
    }

    private static long notOk(List<FileCheck> checks) {
        return checks.stream().filter(FileCheck::isWrong).count();
    }

    /** Says all of it: {@code left} is bad or, where everything is told, right. */
    Exit end(List<FileCheck> left, List<Repaired> repaired) {
        repaired.forEach(this::print);
        for (FileCheck check : verified.checks()) {
            if (left.stream().noneMatch(still -> still.file() == check.file())) printCut(check);
        }
        for (FileCheck check : left) {
            boolean all = terminal.volume() == Terminal.Volume.VERBOSE;
            if (check.isWrong() || (all && check.state() == FileCheck.State.OK)) print(check);
        }
        for (Path extra : verified.extras()) {
            terminal.result(extra + ": not in the manifest");
            terminal.json(Map.of("event", "file", "path", extra.toString(), "state", "extra"));
        }
        int files = looked().size();
        long length = looked().stream().mapToLong(ManifestFile::length).sum();
        long bytes = repaired.stream().mapToLong(Repaired::length).sum();
        boolean ok = notOk(left) == 0;
        String again = bytes > 0 ? "; " + Sizes.format(bytes) + " repaired" : "";
        terminal.result(ok
                ? "OK " + files(files) + ", " + Sizes.format(length) + again
                : "FAILED " + bad(left) + again);
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "verified");
        json.put("ok", ok);
        json.put("files", files);
        json.put("bad", notOk(left));
        json.put("extra", verified.extras().size());
        json.put("length", length);
        json.put("repaired", bytes);
        json.put("received", received);
        json.put("seconds", Math.round((System.nanoTime() - begun) / 1e6) / 1000.0);
        terminal.json(json);
        return ok ? Exit.OK : Exit.OTHER;
    }

    private void print(Repaired range) {
        String name = manifest.files().get(range.file()).pathText();
        terminal.result(name + " offset " + range.offset() + " +" + range.length() + " repaired from "
                + Printable.of(range.from()));
        if (!terminal.isJson()) return;
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "repaired");
        json.put("path", name);
        json.put("offset", range.offset());
        json.put("length", range.length());
        json.put("from", range.from());
        terminal.json(json);
    }

    private void printCut(FileCheck before) {
        ManifestFile file = manifest.files().get(before.file());
        if (before.length() <= file.length()) return;
        terminal.result(file.pathText() + ": " + (before.length() - file.length()) + " bytes behind its end cut off");
    }

    private void print(FileCheck check) {
        String name = manifest.files().get(check.file()).pathText();
        terminal.result(name + ": " + switch (check.state()) {
            case OK, UNSELECTED -> "OK";
            case MISSING -> "FAILED: it is missing";
            case WRONG_SIZE -> "FAILED: it has " + check.length() + " bytes, not "
                    + manifest.files().get(check.file()).length();
            case BAD -> "FAILED";
            case UNREADABLE -> "FAILED: it cannot be read: " + check.reason();
        });
        boolean some = check.state() == FileCheck.State.BAD || check.state() == FileCheck.State.WRONG_SIZE;
        List<FileCheck.Range> shown = some ? check.bad().stream().limit(RANGES).toList() : List.of();
        for (FileCheck.Range range : shown) {
            terminal.result("  bytes " + range.offset() + " to " + (range.offset() + range.length() - 1) + " are bad ("
                    + range.length() + " bytes)");
        }
        int more = some ? check.bad().size() - shown.size() : 0;
        if (more > 0) terminal.result("  and " + more + " more ranges: see --json");
        if (!terminal.isJson()) return;
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "file");
        json.put("path", name);
        json.put("state", check.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        json.put("bad", check.bad().stream()
                .map(range -> Map.of("offset", range.offset(), "length", range.length()))
                .toList());
        terminal.json(json);
    }
}
