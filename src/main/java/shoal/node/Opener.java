package shoal.node;

import java.util.Optional;
import shoal.bytes.Bits;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.storage.DiskFault;
import shoal.storage.Holdings;
import shoal.storage.Scrub;

/** Opens the files of a share once its manifest is known. Blocks, perhaps for long: files may have to be hashed. */
@FunctionalInterface
public interface Opener {
    /**
     * Opens the files of {@code manifest}.
     *
     * @throws Refusal if nothing in it is what the user wants
     */
    Opened open(Manifest manifest) throws DiskFault, ManifestException, Refusal;

    /**
     * Files that are open.
     *
     * @param holdings what is there of them; closed by the session
     * @param wanted the files that are to be fetched, by index
     * @param scrub who looks after them while the session lasts
     */
    record Opened(Holdings holdings, Bits wanted, Optional<Scrub> scrub) {
        /** Files that nobody looks after. */
        public Opened(Holdings holdings, Bits wanted) {
            this(holdings, wanted, Optional.empty());
        }
    }
}
