package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shoal.testing.Program;
import shoal.testing.Qbittorrent;

/** The real qBittorrent with ours, in both directions. They can find each other by our tracker only. */
final class QbittorrentIT extends Processes {
    private static final String LOOPBACK = "127.0.0.1";

    /** What a manifest is of. */
    enum Kind {
        V2,
        HYBRID;

        String[] words() {
            return this == V2 ? new String[0] : new String[] {"--hybrid"};
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void needsQbittorrent() throws InterruptedException {
        Qbittorrent.needed();
    }

    @ParameterizedTest
    @EnumSource
    void fetchesFromUsByTheManifest(Kind kind) throws Exception {
        Path tree = tree();
        Program share = seeder("seeder", tree, tracker("0"), kind.words());
        Client client = client();
        client.add(manifest(share), folder.resolve("out"));
        client.awaitAll();
        assertSame(tree, folder.resolve("out/tree"));
    }

    @ParameterizedTest
    @EnumSource
    void fetchesFromUsByTheLinkAlone(Kind kind) throws Exception {
        Path file = random("film.bin", 5, 9);
        Program share = seeder("seeder", file, tracker("0"), kind.words());
        Client client = client();
        client.add(share.await("^magnet\\s+(\\S+)$", LONG).group(1), folder.resolve("out"));
        client.awaitAll();
        assertEquals(-1, Files.mismatch(file, folder.resolve("out/film.bin")));
    }

    @ParameterizedTest
    @EnumSource
    void givesToUsByTheManifest(Kind kind) throws Exception {
        Path tree = tree();
        String tracker = tracker("0");
        Program made = made(tree, tracker, kind);
        client().add(manifest(made), folder);
        ended(0, "fetcher", "fetch", manifest(made).toString(), "-o", folder.resolve("out").toString(), "-t", tracker,
                "--bind", LOOPBACK);
        assertSame(tree, folder.resolve("out/tree"));
    }

    @ParameterizedTest
    @EnumSource
    void givesToUsWhoKnowNothingButTheHash(Kind kind) throws Exception {
        Path file = random("film.bin", 6, 9);
        String tracker = tracker("0");
        Program made = made(file, tracker, kind);
        client().add(manifest(made), folder);
        String link = made.await("^magnet\\s+(\\S+)$", LONG).group(1);
        ended(0, "fetcher", "fetch", link, "-o", folder.resolve("out").toString(), "--bind", LOOPBACK);
        assertEquals(-1, Files.mismatch(file, folder.resolve("out/film.bin")));
    }

    private Program made(Path what, String tracker, Kind kind) throws Exception {
        var words = new ArrayList<>(List.of("share", what.toString(), "-t", tracker, "--no-seed"));
        words.addAll(List.of(kind.words()));
        return ended(0, "maker", words.toArray(String[]::new));
    }

    private Path tree() throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree/gr\u00fc\u00dfe/deep")).getParent().getParent();
        random("tree/one.bin", 1, 3);
        random("tree/gr\u00fc\u00dfe/deep/two.bin", 2, 2);
        Files.writeString(tree.resolve("short"), "no whole block");
        Files.createFile(tree.resolve("empty"));
        return tree;
    }

    private static Path manifest(Program share) throws InterruptedException {
        return Path.of(share.await("^manifest\\s+(.+)$", LONG).group(1));
    }

    /** One with an interface of its own for this test. */
    private Client client() throws Exception {
        int port = freePort();
        program(Program.start(Map.of(), Qbittorrent.command(
                folder.resolve("profile"), "lo", freePort(), port, "", List.of())));
        var client = new Client("http://" + LOOPBACK + ":" + port + "/api/v2/");
        client.until("app/version", Pattern.compile("^v"));
        return client;
    }

    /** What its interface does. */
    private final class Client {
        private final String api;

        Client(String api) {
            this.api = api;
        }

        /** Takes part in the share of this manifest; what is in {@code folder} counts once it is hashed. */
        void add(Path manifest, Path folder) throws Exception {
            String boundary = "shoal-shoal-shoal";
            String part = "\r\nContent-Disposition: form-data; name=";
            String head = "--" + boundary + part + "\"savepath\"\r\n\r\n" + folder
                    + "\r\n--" + boundary + part + "\"torrents\"; filename=\"a.torrent\""
                    + "\r\nContent-Type: application/x-bittorrent\r\n\r\n";
            var body = BodyPublishers.concat(BodyPublishers.ofString(head), BodyPublishers.ofFile(manifest),
                    BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
            add(HttpRequest.newBuilder()
                    .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                    .POST(body));
        }

        /** The same for a link. */
        void add(String link, Path folder) throws Exception {
            String form = "urls=" + URLEncoder.encode(link, StandardCharsets.UTF_8)
                    + "&savepath=" + URLEncoder.encode(folder.toString(), StandardCharsets.UTF_8);
            add(HttpRequest.newBuilder()
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form)));
        }

        private void add(HttpRequest.Builder request) throws Exception {
            HttpResponse<String> answer = http.send(request.uri(URI.create(api + "torrents/add")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals("Ok.", answer.body());
        }

        /** Waits until it has everything. */
        void awaitAll() throws Exception {
            until("torrents/info", Pattern.compile("\"progress\":1[,}]"));
        }

        private Matcher until(String question, Pattern pattern) throws Exception {
            long end = System.nanoTime() + LONG.toNanos();
            String last = "";
            while (System.nanoTime() < end) {
                try {
                    last = http.send(HttpRequest.newBuilder(URI.create(api + question)).build(),
                            HttpResponse.BodyHandlers.ofString()).body();
                } catch (IOException e) {
                    last = String.valueOf(e); // it does not listen yet
                }
                Matcher matcher = pattern.matcher(last);
                if (matcher.find()) return matcher;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            throw new AssertionError(question + " is still " + last);
        }
    }
}
