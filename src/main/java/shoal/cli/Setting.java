package shoal.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;

/** One option or word of a command: how it is declared and, once the line has been read, what it is set to. */
final class Setting<T> {
    /** What becomes of a declaration when all is said. */
    interface Declaration {
        /** {@code usually} is as the user would write it, {@code initially} the value itself. */
        ArgSpec build(String description, @Nullable String usually, @Nullable Object initially);
    }

    private final Declaration declaration;
    private String description = "";
    private @Nullable String usual;
    private @Nullable T initial;
    private @Nullable ArgSpec argument;

    Setting(Declaration declaration) {
        this.declaration = declaration;
    }

    /** What it is for. */
    Setting<T> says(String text) {
        description = text;
        return this;
    }

    /** What it is set to when the user says nothing, as the user would write it. */
    Setting<T> usually(String text) {
        usual = text;
        return this;
    }

    /** The same as a value. */
    Setting<T> initially(T value) {
        initial = value;
        return this;
    }

    /** The declaration is over. */
    ArgSpec argument() {
        if (argument == null) argument = declaration.build(description, usual, initial);
        return argument;
    }

    /** What it is set to, of one that always is. */
    T value() {
        return argument().getValue();
    }

    /** What it is set to, if it is. */
    Optional<T> given() {
        return Optional.ofNullable(argument().getValue());
    }
}
