/** The limits that whole commands are measured against: bare loops in plain Java, with no class of ours in them. */
@NullMarked
package shoal.bench;

import org.jspecify.annotations.NullMarked;
