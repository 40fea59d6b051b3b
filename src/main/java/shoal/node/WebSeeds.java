package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shoal.discovery.RangeClient;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.swarm.RangeReader;

/** The web servers that hold a share's files (BEP 19): which are asked, and by which URL each file is. */
public final class WebSeeds {
    /** More of one share are not asked. */
    private static final int MOST = 8;

    private WebSeeds() {}

    /**
     * One of them.
     *
     * @param url http or https, as it was given
     * @param isOurs whether the user named it; else it may not be on this machine or the local network
     */
    record WebServer(URI url, boolean isOurs) {}

    /**
     * The URL of a web server that the user named.
     *
     * @throws Refusal if it is none
     */
    public static String parse(String text) throws Refusal {
        if (read(text) == null) {
            throw new Refusal(Refusal.Kind.USAGE, "the web server " + quoted(text)
                    + " is no URL like http://example.org/files/");
        }
        return text;
    }

    private static @Nullable URI read(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean isWeb = scheme.equals("http") || scheme.equals("https");
            return isWeb && uri.getHost() != null && uri.getUserInfo() == null ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Those that the user named, and those of a manifest or link. */
    static List<WebServer> of(List<String> ours, List<String> theirs) {
        var all = new ArrayList<WebServer>();
        for (String url : ours) add(all, url, true);
        for (String url : theirs) {
            if (!ours.contains(url)) add(all, url, false);
        }
        return all;
    }

    private static void add(List<WebServer> all, String url, boolean isOurs) {
        URI uri = read(url);
        if (uri != null && all.size() < MOST) all.add(new WebServer(uri, isOurs));
    }

    /** Where {@code file} is: the URL itself or something below it. */
    static URI url(URI base, Manifest manifest, ManifestFile file) {
        String url = base.toString();
        if (manifest.isSingleFile()) {
            return url.endsWith("/") ? URI.create(url + encoded(manifest.name())) : base;
        }
        var whole = new StringBuilder(url.endsWith("/") ? url : url + "/").append(encoded(manifest.name()));
        for (String element : file.path()) whole.append('/').append(encoded(element));
        return URI.create(whole.toString());
    }

    private static String encoded(String element) {
        var text = new StringBuilder();
        for (byte each : element.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                    || "-._~".indexOf(c) >= 0;
            if (plain) text.append(c);
            else text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return text.toString();
    }

    /** Reads the files of {@code manifest} from {@code server} by {@code client}. */
    static RangeReader reader(WebServer server, Manifest manifest, RangeClient client) {
        return new RangeReader() {
            @Override
            public void open(ManifestFile file, long from, long length) throws IOException {
                try {
                    client.open(url(server.url(), manifest, file), from, length, file.length());
                } catch (IllegalArgumentException e) {
                    throw new ProtocolException("no URL can be made of its address");
                }
            }

            @Override
            public void read(ByteBuffer into) throws IOException {
                client.read(into);
            }

            @Override
            public boolean hasReady(int bytes) throws IOException {
                return client.hasReady(bytes);
            }

            @Override
            public void abandon() {
                client.disconnect();
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
