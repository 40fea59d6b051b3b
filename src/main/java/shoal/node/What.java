package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;
import shoal.manifest.Magnet;
import shoal.manifest.ManifestException;

/** The ways in which a user can say what is meant. */
public sealed interface What {
    /** A magnet link. */
    record Link(Magnet magnet) implements What {}

    /** A manifest on this disk. */
    record Filed(Path manifest) implements What {}

    /** A manifest on a web server. */
    record Hosted(URI manifest) implements What {}

    /** The hash of a share. */
    record Share(Hash hash) implements What {}

    /** The first 20 bytes of a share's hash, as trackers and other programs show it. */
    record ShortShare(InfoHash hash) implements What {}

    /** The root of a file, in whatever share it may be, and perhaps how long the file is. */
    record Root(Hash root, OptionalLong length) implements What {
        /** A root of which the length is not known. */
        public Root(Hash root) {
            this(root, OptionalLong.empty());
        }
    }

    /** A name in a catalogue. */
    record Named(CatalogueName name) implements What {}

    /**
     * A name as a publisher signed it.
     *
     * @param digits the first hexadecimal digits of the publisher's key, 16 at least
     */
    record Signed(CatalogueName name, String digits) implements What {
        /** The same words as a plain name, if they are one. */
        Optional<CatalogueName> literal() {
            String text = name.text() + "@" + digits;
            return CatalogueName.complaint(text).isPresent() ? Optional.empty() : Optional.of(new CatalogueName(text));
        }
    }

    /** What may stand behind {@code root:}. */
    Pattern ROOT = Pattern.compile("([0-9a-fA-F]{64})(?::([1-9][0-9]{0,17}))?");

    /** {@code NAME@HEX}. */
    Pattern SIGNED = Pattern.compile("(.+)@([0-9a-fA-F]{16,64})");

    /**
     * What {@code text} means: by its form alone where that is clear. Names have no slash, so a path with one is a
     * manifest's; without one, a file that is there and ends with {@code .torrent} is.
     *
     * @throws Refusal if it means nothing
     */
    static What parse(String text) throws Refusal {
        if (Magnet.isMagnet(text)) return link(text);
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://") || lower.startsWith("https://")) return new Hosted(url(text));
        if (lower.startsWith("root:")) return root(text);
        if (isHex(text, 64)) return new Share(Hash.ofHex(text));
        if (isHex(text, 40)) return new ShortShare(InfoHash.ofHex(text));
        try {
            boolean isPath = text.indexOf('/') >= 0 || (lower.endsWith(".torrent") && Files.exists(Path.of(text)));
            if (isPath) return new Filed(Path.of(text));
        } catch (InvalidPathException e) {
            throw new Refusal(Refusal.Kind.USAGE, quoted(text) + " is no path: " + e.getReason(), e);
        }
        Matcher signed = SIGNED.matcher(text);
        if (signed.matches() && isSignable(signed.group(1))) {
            return new Signed(new CatalogueName(nfc(signed.group(1))), signed.group(2));
        }
        return named(text);
    }

    /** Whether there can be a record of a name; if not, what ends so is a name like any other. */
    private static boolean isSignable(String text) {
        return CatalogueName.complaint(nfc(text)).isEmpty()
                && NameRecord.complaint(new CatalogueName(nfc(text))).isEmpty();
    }

    private static String nfc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static What link(String text) throws Refusal {
        try {
            return new Link(Magnet.parse(text));
        } catch (ManifestException e) {
            throw new Refusal(Refusal.Kind.BAD_MAGNET, quoted(text) + ": " + e.getMessage(), e);
        }
    }

    private static URI url(String text) throws Refusal {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new Refusal(Refusal.Kind.USAGE, quoted(text) + " is no URL: " + e.getReason(), e);
        }
    }

    private static Root root(String text) throws Refusal {
        Matcher parts = ROOT.matcher(text.substring("root:".length()));
        if (!parts.matches()) {
            throw new Refusal(Refusal.Kind.USAGE, quoted(text)
                    + " is no root: it needs 64 hexadecimal digits after root:, and then perhaps :BYTES");
        }
        Hash root = Hash.ofHex(parts.group(1));
        String length = parts.group(2);
        return length == null ? new Root(root) : new Root(root, OptionalLong.of(Long.parseLong(length)));
    }

    private static What named(String text) throws Refusal {
        String complaint = CatalogueName.complaint(text).orElse(null);
        if (complaint == null) return new Named(new CatalogueName(text));
        throw new Refusal(Refusal.Kind.USAGE, quoted(text) + " is neither a hash, a link, a manifest nor a name: "
                + complaint);
    }

    private static boolean isHex(String text, int digits) {
        return text.length() == digits && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
    }
}
