package shoal.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The stack of what was thrown, for those who asked for it and for bugs. */
final class Stack {
    private Stack() {}

    static String of(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString().stripTrailing().replace("\t", "    ");
    }
}
