package shoal.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Host names to addresses. A name server that does not answer holds up nobody but the asker, and that one not long. */
final class Lookup {
    private Lookup() {}

    /** The addresses of {@code host}, which may be a literal one, also in brackets. */
    static List<InetAddress> resolve(String host, Duration within) throws IOException {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.indexOf(':') >= 0 || bare.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
            try {
                return List.of(InetAddress.ofLiteral(bare));
            } catch (IllegalArgumentException e) {
                throw new UnknownHostException(bare + " is no address");
            }
        }
        return ask(bare, within);
    }

    private static List<InetAddress> ask(String host, Duration within) throws IOException {
        var answer = new CompletableFuture<List<InetAddress>>();
        // a platform thread, since the system's resolver blocks for many seconds and would keep a carrier that long
        Thread.ofPlatform().daemon().name("lookup " + host).start(() -> {
            try {
                answer.complete(List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnknownHostException("no address is known for " + host);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("interrupted while looking for " + host);
        }
    }
}
