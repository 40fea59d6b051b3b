package shoal.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import shoal.bencode.BString;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Valid messages of every kind, drawn from a seed. */
final class RandomMessages {
    private final SplittableRandom random;

    RandomMessages(SplittableRandom random) {
        this.random = random;
    }

    Message next() {
        return switch (random.nextInt(25)) {
            case 0 -> new Message.KeepAlive();
            case 1 -> new Message.Choke();
            case 2 -> new Message.Unchoke();
            case 3 -> new Message.Interested();
            case 4 -> new Message.NotInterested();
            case 5 -> new Message.Have(piece());
            case 6 -> bitfield();
            case 7 -> new Message.Request(piece(), begin(), length());
            case 8 -> new Message.Cancel(piece(), begin(), length());
            case 9 -> new Message.Port(random.nextInt(65536));
            case 10 -> new Message.SuggestPiece(piece());
            case 11 -> new Message.HaveAll();
            case 12 -> new Message.HaveNone();
            case 13 -> new Message.RejectRequest(piece(), begin(), length());
            case 14 -> new Message.AllowedFast(piece());
            case 15 -> hashRequest();
            case 16 -> hashes();
            case 17 -> new HashReject(hashRequest());
            case 18 -> handshake();
            case 19 -> peers();
            case 20 -> new ExtensionMessage.MetadataRequest(random.nextInt(2048));
            case 21 -> metadata();
            case 22 -> new ExtensionMessage.MetadataReject(random.nextInt(2048));
            case 23 -> new ExtensionMessage.UploadOnly(random.nextBoolean());
            default -> new ExtensionMessage.DontHave(piece());
        };
    }

    byte[] bytes(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    int piece() {
        return random.nextInt(WireLimits.PIECES);
    }

    int begin() {
        return random.nextInt(WireLimits.PIECE_LENGTH >>> 14) << 14;
    }

    int length() {
        return random.nextBoolean() ? 16384 : 1 + random.nextInt(16384);
    }

    private Message bitfield() {
        var bits = new Bits(random.nextInt(3000));
        for (int i = 0; i < bits.size(); i++) if (random.nextBoolean()) bits.set(i);
        return Message.Bitfield.of(bits);
    }

    private HashRequest hashRequest() {
        int length = 1 << random.nextInt(10);
        int base = random.nextInt(10);
        return new HashRequest(
                Hash.of(bytes(32)), base, length * random.nextInt(1000), length, random.nextInt(24 - base));
    }

    private Message hashes() {
        HashRequest request = hashRequest();
        return new Hashes(request, HashList.wrap(bytes((request.length() + request.uncles()) * 32)));
    }

    private Message metadata() {
        int total = 1 + random.nextInt(100_000);
        int block = random.nextInt((total + 16383) / 16384);
        return new ExtensionMessage.MetadataData(
                block, total, BString.wrap(bytes(Math.min(16384, total - block * 16384))));
    }

    private Message handshake() {
        var some = new ArrayList<Extension>();
        for (Extension extension : Extension.values()) if (random.nextBoolean()) some.add(extension);
        var handshake = ExtendedHandshake.wanting(some.toArray(Extension[]::new));
        if (random.nextBoolean()) handshake = handshake.withPort(1 + random.nextInt(65535));
        if (random.nextBoolean()) handshake = handshake.withClient("Shoal/" + random.nextInt(100));
        if (random.nextBoolean()) handshake = handshake.withRequestQueue(1 + random.nextInt(65536));
        if (random.nextBoolean()) handshake = handshake.withMetadataSize(1 + random.nextInt(WireLimits.METADATA));
        if (random.nextBoolean()) handshake = handshake.withYourAddress(endpoint().address());
        if (random.nextBoolean()) handshake = handshake.withUploadOnly(random.nextBoolean());
        return handshake;
    }

    private Message peers() {
        var added = new ArrayList<PeerExchange.Peer>();
        var dropped = new ArrayList<Endpoint>();
        for (int i = random.nextInt(50); i > 0; i--) added.add(new PeerExchange.Peer(endpoint(), random.nextInt(256)));
        for (int i = random.nextInt(50); i > 0; i--) dropped.add(endpoint());
        // the wire has no order between the two families
        added.sort((a, b) -> Boolean.compare(b.endpoint().isIpv4(), a.endpoint().isIpv4()));
        dropped.sort((a, b) -> Boolean.compare(b.isIpv4(), a.isIpv4()));
        return new PeerExchange(List.copyOf(added), List.copyOf(dropped));
    }

    private Endpoint endpoint() {
        byte[] address = bytes(random.nextBoolean() ? 4 : 16);
        address[0] = 0x20;
        try {
            return new Endpoint(InetAddress.getByAddress(address), 1 + random.nextInt(65535));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
