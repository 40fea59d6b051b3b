package shoal.catalogue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bencode.BString;
import shoal.bencode.BencodeException;
import shoal.bencode.BencodeLimits;
import shoal.bencode.BencodeReader;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.PublisherKey;
import shoal.bytes.Signature;

/**
 * What somebody published under a name, in the words of a mutable item of BEP 44: the name is its salt, its value is
 * {@code {"ih": 20 bytes, "ih2": 32 bytes}}, the hash of the share. There is one way to write it, so that the bytes
 * that a tracker keeps are those that a DHT would.
 *
 * <p>It is a claim until {@link #isGenuine} has said so: to look at one costs nothing, to check it does.
 *
 * @param key whose word it is
 * @param name in NFC, and of 64 bytes at most, because a salt is
 * @param seq the highest one for a key and name counts; not negative
 * @param share the whole hash of the share
 * @param signature over salt, seq and value
 */
public record NameRecord(PublisherKey key, CatalogueName name, long seq, Hash share, Signature signature) {
    /** BEP 44 wants a value below 1,000 bytes; here it is the whole record. */
    public static final int MOST_BYTES = 999;

    private static final int MOST_NAME_BYTES = 64;
    private static final int KEYS = 5;
    private static final int VALUE_KEYS = 2;
    private static final BencodeLimits LIMITS = new BencodeLimits(2, 32, MOST_BYTES);

    /** @throws IllegalArgumentException if no record can bear the name, or the number is negative */
    public NameRecord {
        complaint(name).ifPresent(complaint -> {
            throw new IllegalArgumentException(complaint);
        });
        if (seq < 0) throw new IllegalArgumentException("the number of a record is negative");
    }

    /** Why no record can bear {@code name}; nothing if one can. */
    public static Optional<String> complaint(CatalogueName name) {
        if (salt(name).length > MOST_NAME_BYTES) {
            return Optional.of("a name of more than " + MOST_NAME_BYTES + " bytes cannot be signed");
        }
        // two spellings would be two items with numbers of their own
        boolean isNfc = Normalizer.isNormalized(name.text(), Normalizer.Form.NFC);
        return isNfc ? Optional.empty() : Optional.of("a name that is not in NFC cannot be signed");
    }

    /** Reads the one record that all of {@code bytes} must be; whether it is genuine remains to be asked. */
    public static NameRecord read(byte[] bytes) throws CatalogueFormatException {
        try {
            BDict item = BencodeReader.readDict(bytes, LIMITS);
            BDict value = item.dict("v").orElseThrow(() -> wrong("has no value"));
            if (item.size() != KEYS || value.size() != VALUE_KEYS) throw wrong("has other keys");
            long seq = item.integer("seq").orElseThrow(() -> wrong("has no number"));
            String name = string(item, "salt").utf8().orElseThrow(() -> wrong("has a name that is not UTF-8"));
            Hash share = Hash.of(string(value, "ih2").bytes());
            if (!share.truncated().equals(InfoHash.of(string(value, "ih").bytes()))) throw wrong("has two hashes");
            return new NameRecord(
                    PublisherKey.of(string(item, "k").bytes()),
                    new CatalogueName(name),
                    seq,
                    share,
                    Signature.of(string(item, "sig").bytes()));
        } catch (BencodeException | IllegalArgumentException e) {
            throw wrong("is wrong: " + e.getMessage());
        }
    }

    private static BString string(BDict dict, String key) throws CatalogueFormatException {
        return dict.string(key).orElseThrow(() -> wrong("has no string " + key));
    }

    private static CatalogueFormatException wrong(String what) {
        return new CatalogueFormatException("a name record " + what);
    }

    /** The item, bencoded: what the arguments of a BEP 44 put are, without the token. */
    public byte[] encoded() {
        return BDict.builder()
                .put("k", key.bytes())
                .put("salt", salt(name))
                .put("seq", seq)
                .put("sig", signature.bytes())
                .put("v", value(share))
                .build()
                .encoded();
    }

    /** Whether the owner of the key signed exactly this. Takes about a millisecond, and the first time far more. */
    public boolean isGenuine() {
        return Ed25519.verifies(key, signed(name, seq, share), signature);
    }

    /** Whether it says that {@code itsName} is {@code itsShare}. */
    public boolean isOf(CatalogueName itsName, Hash itsShare) {
        return name.equals(itsName) && share.equals(itsShare);
    }

    /** What is signed for such a record. */
    static byte[] signed(CatalogueName name, long seq, Hash share) {
        return signed(salt(name), seq, value(share).encoded());
    }

    /** What BEP 44 signs: the bencoded keys and values of salt (if there is one), seq and v, without a dictionary. */
    static byte[] signed(byte[] salt, long seq, byte[] value) {
        var out = new ByteArrayOutputStream();
        if (salt.length > 0) {
            out.writeBytes(ascii("4:salt" + salt.length + ":"));
            out.writeBytes(salt);
        }
        out.writeBytes(ascii("3:seqi" + seq + "e1:v"));
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static BDict value(Hash share) {
        return BDict.builder()
                .put("ih", share.truncated().bytes())
                .put("ih2", share.bytes())
                .build();
    }

    private static byte[] salt(CatalogueName name) {
        return name.text().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
