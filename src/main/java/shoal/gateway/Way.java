package shoal.gateway;

import java.io.IOException;

/** A way to ask one router. Each call is bounded in time; one thread. */
interface Way {
    /**
     * Asks for a mapping, or for more time for one.
     *
     * @throws GatewayException if the router says no
     * @throws IOException if it cannot be asked this way
     */
    Mapped map(Wish wish) throws IOException;

    /** Gives a mapping up that was had, in little time. */
    void unmap(Wish wish, int outside) throws IOException;

    /** How, and whom. */
    String describe();
}
