package shoal.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which router leads out of here over IPv4. Only Linux says so in a file; elsewhere it is found by UPnP alone. */
final class Routes {
    private static final Path TABLE = Path.of("/proc/net/route");
    private static final int UP_BY_GATEWAY = 3;

    private Routes() {}

    /** The router of this machine, if that is known. */
    static Optional<InetAddress> router() {
        try (InputStream in = Files.newInputStream(TABLE)) {
            return router(new String(in.readNBytes(GatewayLimits.ROUTES), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The router of the way to everywhere that costs least. */
    static Optional<InetAddress> router(String table) {
        Optional<InetAddress> router = Optional.empty();
        long least = Long.MAX_VALUE;
        for (String line : table.lines().skip(1).toList()) {
            List<String> fields = List.of(line.strip().split("\\s+", -1));
            try {
                boolean isWayOut = fields.size() > 7 && Long.parseLong(fields.get(1), 16) == 0
                        && Long.parseLong(fields.get(7), 16) == 0
                        && (Integer.parseInt(fields.get(3), 16) & UP_BY_GATEWAY) == UP_BY_GATEWAY;
                if (!isWayOut || Long.parseLong(fields.get(6)) >= least) continue;
                router = Optional.of(address((int) Long.parseLong(fields.get(2), 16)));
                least = Long.parseLong(fields.get(6));
            } catch (NumberFormatException e) {
                // a line that this kernel alone understands
            }
        }
        return router;
    }

    /** The kernel prints it as a number of its own order. */
    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }
}
