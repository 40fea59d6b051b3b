package shoal.swarm;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import shoal.manifest.ManifestFile;

/** Bytes of the share's files from somewhere that is no peer. One thread reads; any may close. */
public interface RangeReader extends AutoCloseable {
    /**
     * Asks for {@code length} bytes of {@code file} from {@code from} on.
     *
     * @throws FileNotFoundException if that file is not there
     * @throws ProtocolException if nothing will ever come from there
     * @throws IOException if it is worth trying again later
     */
    void open(ManifestFile file, long from, long length) throws IOException;

    /** Fills {@code into} with the next bytes of those. */
    void read(ByteBuffer into) throws IOException;

    /** Whether so many bytes are there already. */
    boolean hasReady(int bytes) throws IOException;

    /** Gives up what was asked for and has not come. */
    void abandon();

    /** Ends it for good; whoever reads gets an IOException. */
    @Override
    void close();
}
