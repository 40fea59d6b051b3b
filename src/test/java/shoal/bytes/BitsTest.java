package shoal.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BitsTest {
    @Test
    void numberZeroIsTheHighestBitOfTheFirstByte() {
        var bits = new Bits(20);
        assertTrue(bits.set(0));
        assertTrue(bits.set(9));
        assertTrue(bits.set(19));
        assertFalse(bits.set(19));
        assertArrayEquals(new byte[] {(byte) 0x80, 0x40, 0x10}, bits.wire());
        assertEquals(bits, Bits.ofWire(new byte[] {(byte) 0x80, 0x40, 0x10}, 20));
    }

    @Test
    void refusesAWireFormOfAnotherLengthOrWithASpareBit() {
        assertThrows(IllegalArgumentException.class, () -> Bits.ofWire(new byte[2], 20));
        assertThrows(IllegalArgumentException.class, () -> Bits.ofWire(new byte[4], 20));
        for (int spare = 0; spare < 4; spare++) {
            byte[] wire = {0, 0, (byte) (1 << spare)};
            assertThrows(IllegalArgumentException.class, () -> Bits.ofWire(wire, 20));
        }
        assertThrows(IllegalArgumentException.class, () -> Bits.ofWire(new byte[1], 0));
        assertTrue(Bits.ofWire(new byte[0], 0).isFull());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 1000})
    void agreesWithASetOfNumbersWhateverIsDone(int size) {
        long seed = 41L + size;
        var random = new SplittableRandom(seed);
        var bits = new Bits(size);
        var model = new BitSet(size);
        for (int step = 0; step < 2000 && size > 0; step++) {
            int i = random.nextInt(size);
            switch (random.nextInt(40)) {
                case 0 -> {
                    bits.fill();
                    model.set(0, size);
                }
                case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 -> {
                    assertEquals(!model.get(i), bits.set(i), "seed " + seed);
                    model.set(i);
                }
                default -> {
                    assertEquals(model.get(i), bits.clear(i), "seed " + seed);
                    model.clear(i);
                }
            }
            compare(bits, model, i, "seed " + seed + " step " + step);
        }
        var back = Bits.ofWire(bits.wire(), size);
        assertEquals(bits, back);
        assertEquals(bits.hashCode(), back.hashCode());
        assertEquals(bits.count(), back.count());
        assertEquals(-1, bits.nextSet(size));
        assertEquals(-1, bits.nextClear(size));
    }

    private static void compare(Bits bits, BitSet model, int i, String when) {
        assertEquals(model.cardinality(), bits.count(), when);
        assertEquals(model.isEmpty(), bits.isEmpty(), when);
        assertEquals(model.cardinality() == bits.size(), bits.isFull(), when);
        assertEquals(model.get(i), bits.has(i), when);
        assertEquals(model.nextSetBit(i), bits.nextSet(i), when);
        int clear = model.nextClearBit(i);
        assertEquals(clear < bits.size() ? clear : -1, bits.nextClear(i), when);
    }

    @Test
    void knowsWhoHasSomethingToGive() {
        var ours = new Bits(130);
        var theirs = new Bits(130);
        assertFalse(theirs.hasMoreThan(ours));
        theirs.set(129);
        assertTrue(theirs.hasMoreThan(ours));
        assertFalse(theirs.intersects(ours));
        ours.set(129);
        assertFalse(theirs.hasMoreThan(ours));
        assertTrue(theirs.intersects(ours));
        ours.set(3);
        assertFalse(theirs.hasMoreThan(ours));
    }

    @Test
    void knowsWhatAnotherSetLacks() {
        var more = new Bits(130);
        for (int index : new int[] {0, 63, 64, 129}) more.set(index);
        var less = new Bits(130);
        less.set(63);
        less.set(5);
        Bits rest = more.without(less);
        assertEquals(3, rest.count());
        assertTrue(rest.has(0) && rest.has(64) && rest.has(129));
        assertEquals(4, more.count());
        assertTrue(more.without(more).isEmpty());
    }

    @Test
    void aCopyLivesOnItsOwn() {
        var bits = new Bits(70);
        bits.set(69);
        Bits copy = bits.copy();
        copy.set(1);
        assertEquals(1, bits.count());
        assertEquals(2, copy.count());
        assertTrue(copy.has(69));
    }

    @Test
    void refusesNumbersOutsideOfTheSet() {
        var bits = new Bits(65);
        for (int i : new int[] {-1, 65, 127, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> bits.has(i));
            assertThrows(IndexOutOfBoundsException.class, () -> bits.set(i));
            assertThrows(IndexOutOfBoundsException.class, () -> bits.clear(i));
        }
        assertThrows(IllegalArgumentException.class, () -> new Bits(-1));
    }
}
