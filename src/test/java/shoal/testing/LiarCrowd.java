package shoal.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Liars of each kind and an honest peer that is the slowest, a process of its own: for those who fetch in another
 * process, ours or not.
 *
 * <p>Arguments: a folder for the manifest ({@code crowd.torrent}) and the right bytes ({@code right/file.bin}), the
 * length of these in MiB, and {@code all} (one of each kind) or {@code once} (seven with one wrong block each). It says
 * where each listens, then {@code READY}, and every second what each did; it ends when its input does.
 */
public final class LiarCrowd {
    /** As in {@code LiarsIT}. */
    private static final int PIECE = 256 << 10;

    private LiarCrowd() {}

    /** Runs until its input ends. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        FakeShare share = FakeShare.ofFile(11, PIECE, Integer.parseInt(args[1]) << 20);
        share.writeTo(folder.resolve("right"));
        Files.write(folder.resolve("crowd.torrent"), share.manifest().encoded());
        var peers = new LinkedHashMap<String, FakePeer>();
        peers.put("honest", FakePeer.of(share).withManner(Manner.trickling(Duration.ofMillis(2))).listen());
        Map<String, Liar> liars = args[2].equals("once") ? Liar.ofOneBlockEach() : Liar.ofAllKinds();
        for (Map.Entry<String, Liar> each : liars.entrySet()) {
            peers.put(each.getKey(), FakePeer.of(share).withManner(each.getValue()).listen());
        }
        peers.forEach((name, peer) -> System.out.println("peer " + peer.endpoint().port() + " " + name));
        System.out.println("READY");
        Thread.ofPlatform().daemon().start(() -> report(peers, liars));
        while (System.in.read() >= 0) {
            // until whoever started it has gone, or has had enough
        }
        System.exit(0);
    }

    private static void report(Map<String, FakePeer> peers, Map<String, Liar> liars) {
        try {
            for (; ; TimeUnit.SECONDS.sleep(1)) {
                peers.forEach((name, peer) -> System.out.println("did " + peer.endpoint().port() + " "
                        + peer.conversations().size() + " connections " + peer.blocksSent() + " blocks "
                        + (liars.containsKey(name) ? liars.get(name).lies() : 0) + " lies"));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }
}
