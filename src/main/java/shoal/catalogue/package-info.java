/**
 * What a name is: catalogue entries, the grammar and the search key of names, signed name records, search results and
 * holders; their JSON.
 *
 * <p>May import: bytes, bencode.
 */
@NullMarked
package shoal.catalogue;

import org.jspecify.annotations.NullMarked;
