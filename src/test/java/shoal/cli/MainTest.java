package shoal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    @Test
    void saysWhichVersionItIs() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().matches("shoal \\d+\\.\\d+\\.\\d+\\S*\\R"), out.toString());
        assertFalse(out.toString().contains("${"));
    }

    @Test
    void withoutACommandItShowsTheUsageAndExitsWithTwo() {
        assertEquals(2, run());
        assertTrue(err.toString().contains("Usage: shoal"), err.toString());
    }
}
