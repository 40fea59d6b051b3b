package shoal.wire;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a peer tells of itself in the extension protocol's own message (BEP 10). It may come more than once; what a
 * later one does not mention stays as it was.
 *
 * @param ids the ids under which the sender wants to receive the extensions that we know; 0: no longer
 * @param port where it listens
 * @param client its program's name, for people to read
 * @param requestQueue how many requests it keeps that are not answered yet
 * @param metadataSize length of the info dictionary in bytes, if it has that
 * @param yourAddress the receiver's address as the sender sees it
 * @param uploadOnly whether it fetches nothing
 */
public record ExtendedHandshake(
        Map<Extension, Integer> ids,
        OptionalInt port,
        Optional<String> client,
        OptionalInt requestQueue,
        OptionalInt metadataSize,
        Optional<InetAddress> yourAddress,
        Optional<Boolean> uploadOnly)
        implements ExtensionMessage {
    /** @throws IllegalArgumentException if a number is out of its range */
    public ExtendedHandshake {
        ids = Map.copyOf(ids);
        for (int id : ids.values()) WireLimits.checkRange("id", id, 0, 255);
        port.ifPresent(value -> WireLimits.checkRange("port", value, 1, 65535));
        requestQueue.ifPresent(value -> WireLimits.checkRange("reqq", value, 1, WireLimits.REQUEST_QUEUE));
        metadataSize.ifPresent(value -> WireLimits.checkRange("metadata_size", value, 1, WireLimits.METADATA));
    }

    /** One that says: I want to receive the messages of these extensions, under our ids. */
    public static ExtendedHandshake wanting(Extension... extensions) {
        return new ExtendedHandshake(
                Arrays.stream(extensions).collect(Collectors.toMap(Function.identity(), Extension::id)),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same, of one that wants to receive nothing of {@code extension} any more. */
    public ExtendedHandshake without(Extension extension) {
        var fewer = new EnumMap<Extension, Integer>(Extension.class);
        fewer.putAll(ids);
        fewer.put(extension, 0);
        return new ExtendedHandshake(fewer, port, client, requestQueue, metadataSize, yourAddress, uploadOnly);
    }

    /** The same with the port where we listen. */
    public ExtendedHandshake withPort(int value) {
        return new ExtendedHandshake(
                ids, OptionalInt.of(value), client, requestQueue, metadataSize, yourAddress, uploadOnly);
    }

    /** The same with our program's name. */
    public ExtendedHandshake withClient(String value) {
        return new ExtendedHandshake(
                ids, port, Optional.of(value), requestQueue, metadataSize, yourAddress, uploadOnly);
    }

    /** The same with the number of requests that we keep. */
    public ExtendedHandshake withRequestQueue(int value) {
        return new ExtendedHandshake(
                ids, port, client, OptionalInt.of(value), metadataSize, yourAddress, uploadOnly);
    }

    /** The same with the length of the info dictionary, which we can give. */
    public ExtendedHandshake withMetadataSize(int value) {
        return new ExtendedHandshake(
                ids, port, client, requestQueue, OptionalInt.of(value), yourAddress, uploadOnly);
    }

    /** The same with the address of the one it is sent to. */
    public ExtendedHandshake withYourAddress(InetAddress value) {
        return new ExtendedHandshake(
                ids, port, client, requestQueue, metadataSize, Optional.of(value), uploadOnly);
    }

    /** The same, of one that fetches or does not. */
    public ExtendedHandshake withUploadOnly(boolean value) {
        return new ExtendedHandshake(ids, port, client, requestQueue, metadataSize, yourAddress, Optional.of(value));
    }
}
