package shoal.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bytes.Endpoint;

/** Makes the bytes of extension messages behind their id. Pure. */
final class ExtensionWriter {
    private ExtensionWriter() {}

    /** The extension a message belongs to; none for the handshake. */
    static Optional<Extension> extension(ExtensionMessage message) {
        return switch (message) {
            case ExtendedHandshake _ -> Optional.empty();
            case PeerExchange _ -> Optional.of(Extension.PEER_EXCHANGE);
            case ExtensionMessage.MetadataRequest _,
                    ExtensionMessage.MetadataData _,
                    ExtensionMessage.MetadataReject _ -> Optional.of(Extension.METADATA);
            case ExtensionMessage.UploadOnly _ -> Optional.of(Extension.UPLOAD_ONLY);
            case ExtensionMessage.DontHave _ -> Optional.of(Extension.DONT_HAVE);
        };
    }

    /** The id under which to send a message to a peer with these ids; 0 belongs to the handshake. */
    static int id(ExtensionMessage message, ExtensionIds ids) {
        return extension(message).map(ids::of).orElse(0);
    }

    static byte[] payload(ExtensionMessage message) {
        return switch (message) {
            case ExtendedHandshake m -> handshake(m);
            case PeerExchange m -> peers(m);
            case ExtensionMessage.MetadataRequest m -> metadata(0, m.block()).build().encoded();
            case ExtensionMessage.MetadataReject m -> metadata(2, m.block()).build().encoded();
            case ExtensionMessage.MetadataData m -> {
                byte[] head = metadata(1, m.block()).put("total_size", m.totalSize()).build().encoded();
                yield ByteBuffer.allocate(head.length + m.data().length())
                        .put(head)
                        .put(m.data().buffer())
                        .array();
            }
            case ExtensionMessage.UploadOnly m -> new byte[] {(byte) (m.on() ? 1 : 0)};
            case ExtensionMessage.DontHave m -> ByteBuffer.allocate(4).putInt(m.piece()).array();
        };
    }

    private static BDict.Builder metadata(int type, int block) {
        return BDict.builder().put("msg_type", type).put("piece", block);
    }

    private static byte[] handshake(ExtendedHandshake message) {
        var ids = BDict.builder();
        message.ids().forEach((extension, id) -> ids.put(extension.key(), id));
        var dict = BDict.builder().put("m", ids.build());
        message.port().ifPresent(port -> dict.put("p", port));
        message.client().ifPresent(client -> dict.put("v", client));
        message.requestQueue().ifPresent(requests -> dict.put("reqq", requests));
        message.metadataSize().ifPresent(size -> dict.put("metadata_size", size));
        message.yourAddress().ifPresent(address -> dict.put("yourip", address.getAddress()));
        message.uploadOnly().ifPresent(on -> dict.put("upload_only", on ? 1 : 0));
        return dict.build().encoded();
    }

    private static byte[] peers(PeerExchange message) {
        var dict = BDict.builder();
        putAdded(dict, "added", message.added(), true);
        putAdded(dict, "added6", message.added(), false);
        putDropped(dict, "dropped", message.dropped(), true);
        putDropped(dict, "dropped6", message.dropped(), false);
        return dict.build().encoded();
    }

    private static void putAdded(BDict.Builder dict, String key, List<PeerExchange.Peer> peers, boolean ipv4) {
        List<PeerExchange.Peer> some =
                peers.stream().filter(peer -> peer.endpoint().isIpv4() == ipv4).toList();
        if (some.isEmpty()) return;
        var flags = new byte[some.size()];
        for (int i = 0; i < flags.length; i++) flags[i] = (byte) some.get(i).flags();
        dict.put(key, compact(some.stream().map(PeerExchange.Peer::endpoint).toList()));
        dict.put(key + ".f", flags);
    }

    private static void putDropped(BDict.Builder dict, String key, List<Endpoint> peers, boolean ipv4) {
        List<Endpoint> some = peers.stream().filter(peer -> peer.isIpv4() == ipv4).toList();
        if (!some.isEmpty()) dict.put(key, compact(some));
    }

    private static byte[] compact(List<Endpoint> some) {
        var out = ByteBuffer.allocate(some.size() * Endpoint.COMPACT_6);
        for (Endpoint endpoint : some) endpoint.write(out);
        var bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }
}
