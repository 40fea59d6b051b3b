/**
 * Everything that touches the disk: files, hashing, and the database of piece states, keyed by root.
 *
 * <p>May import: bytes, merkle, manifest.
 */
@NullMarked
package shoal.storage;

import org.jspecify.annotations.NullMarked;
