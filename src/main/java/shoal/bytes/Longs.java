package shoal.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Big-endian numbers in byte arrays, and the argument checks that the identifiers share. */
final class Longs {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Longs() {}

    static long at(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    static void put(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    static int intAt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    static void requireLength(byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException("need " + length + " bytes, got " + bytes.length);
        }
    }

    static byte[] parseHex(String hex, int length) {
        if (hex.length() != 2 * length) {
            throw new IllegalArgumentException(
                    "need " + 2 * length + " hexadecimal digits, got " + hex.length() + " characters");
        }
        return HexFormat.of().parseHex(hex);
    }
}
