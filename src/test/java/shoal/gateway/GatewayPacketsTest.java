package shoal.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packets of PCP (RFC 6887, 7 and 11) and NAT-PMP (RFC 6886, 3); the answers are miniupnpd's. */
final class GatewayPacketsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Wish TCP = new Wish(Protocol.TCP, 6881, 6881, HOUR);
    private static final InetAddress CLIENT = InetAddress.ofLiteral("10.79.0.2");
    private static final Optional<InetAddress> OUTSIDE = Optional.of(InetAddress.ofLiteral("45.79.0.1"));
    private static final byte[] NONCE = hex("4e4e4e4e4e4e4e4e4e4e4e4e");

    private static final String PCP_ANSWER = "0281000000000e100000b3a0" + "000000000000000000000000"
            + "4e4e4e4e4e4e4e4e4e4e4e4e" + "06000000" + "1ae11ae1" + "00000000000000000000ffff2d4f0001";
    private static final String NAT_PMP_ANSWER = "008200000000b3a01ae11ae100000e10";

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void asksByPcpAsTheRfcDraws() {
        assertArrayEquals(
                hex("0201000000000e10" + "00000000000000000000ffff0a4f0002" + "4e4e4e4e4e4e4e4e4e4e4e4e"
                        + "06000000" + "1ae11ae1" + "00000000000000000000ffff00000000"),
                PcpPacket.question(TCP, CLIENT, NONCE));
    }

    @Test
    void givesUpByPcpWithALifetimeOfZero() {
        assertArrayEquals(
                hex("0201000000000000" + "00000000000000000000ffff0a4f0002" + "4e4e4e4e4e4e4e4e4e4e4e4e"
                        + "11000000" + "1ae10000" + "00000000000000000000ffff00000000"),
                PcpPacket.question(new Wish(Protocol.UDP, 6881, 7000, Duration.ZERO), CLIENT, NONCE));
    }

    @Test
    void readsAnAnswerOfPcp() throws Exception {
        assertEquals(Optional.of(new Mapped(6881, OUTSIDE, HOUR)),
                PcpPacket.answer(hex(PCP_ANSWER), TCP, NONCE));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 01, a version that is no answer",
        "1, 01, a question",
        "1, 82, another operation",
        "24, 4f, another nonce",
        "35, 4f, the end of another nonce",
        "36, 11, another protocol",
        "41, e2, another port of ours",
        "42, 1a, (unchanged)"
    })
    void hearsNoOtherAnswerOfPcp(int at, String value, String why) throws Exception {
        byte[] bytes = hex(PCP_ANSWER);
        bytes[at] = (byte) Integer.parseInt(value, 16);
        if (at == 0) {
            assertThrows(GatewayException.class, () -> PcpPacket.answer(bytes, TCP, NONCE), why);
        } else {
            assertEquals(at == 42, PcpPacket.answer(bytes, TCP, NONCE).isPresent(), why);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 24, 59, 61, 63, 1104})
    void hearsNoAnswerOfPcpOfAnotherLength(int length) throws Exception {
        assertEquals(Optional.empty(), PcpPacket.answer(Arrays.copyOf(hex(PCP_ANSWER), length), TCP, NONCE));
    }

    @Test
    void hearsNoMappingToNowhereOrForNoTime() throws Exception {
        byte[] noPort = hex(PCP_ANSWER);
        noPort[42] = noPort[43] = 0;
        assertEquals(Optional.empty(), PcpPacket.answer(noPort, TCP, NONCE));
        byte[] noTime = hex(PCP_ANSWER);
        noTime[6] = noTime[7] = 0;
        assertEquals(Optional.empty(), PcpPacket.answer(noTime, TCP, NONCE));
        byte[] noPortToo = hex(NAT_PMP_ANSWER);
        noPortToo[10] = noPortToo[11] = 0;
        assertEquals(Optional.empty(), NatPmpPacket.answer(noPortToo, TCP));
    }

    @ParameterizedTest
    @CsvSource({"1, speaks another version", "2, does not allow it", "11, cannot give that port", "200, says no: 200"})
    void saysWhyPcpRefuses(int code, String reason) {
        byte[] bytes = hex(PCP_ANSWER);
        bytes[3] = (byte) code;
        var refused = assertThrows(GatewayException.class, () -> PcpPacket.answer(bytes, TCP, NONCE));
        assertEquals(reason, refused.getMessage());
    }

    /** A refusal that is not about our question is nobody's to give. */
    @Test
    void hearsNoRefusalForAnotherNonce() throws Exception {
        byte[] bytes = hex(PCP_ANSWER);
        bytes[3] = 2;
        bytes[24]++;
        assertEquals(Optional.empty(), PcpPacket.answer(bytes, TCP, NONCE));
    }

    @Test
    void knowsARouterThatSpeaksNatPmpAlone() {
        var refused = assertThrows(GatewayException.class,
                () -> PcpPacket.answer(hex("0081000100001234"), TCP, NONCE));
        assertEquals("speaks another version", refused.getMessage());
    }

    @Test
    void asksNeitherAllTheTimeNorNeverAgainWhateverTheRouterSays() throws Exception {
        byte[] bytes = hex(PCP_ANSWER);
        Arrays.fill(bytes, 4, 8, (byte) 0xff);
        assertEquals(GatewayLimits.MOST_LIFETIME,
                PcpPacket.answer(bytes, TCP, NONCE).orElseThrow().lifetime());
        Arrays.fill(bytes, 4, 7, (byte) 0);
        bytes[7] = 1;
        assertEquals(GatewayLimits.LEAST_LIFETIME,
                PcpPacket.answer(bytes, TCP, NONCE).orElseThrow().lifetime());
    }

    @Test
    void asksByNatPmpAsTheRfcDraws() {
        assertArrayEquals(hex("0000"), NatPmpPacket.addressQuestion());
        assertArrayEquals(hex("000200001ae11ae100000e10"), NatPmpPacket.question(TCP));
        assertArrayEquals(hex("000100001ae11b5800000e10"),
                NatPmpPacket.question(new Wish(Protocol.UDP, 6881, 7000, HOUR)));
        assertArrayEquals(hex("000200001ae1000000000000"), NatPmpPacket.question(TCP.lasting(Duration.ZERO)));
    }

    @Test
    void readsAnswersOfNatPmp() throws Exception {
        assertEquals(OUTSIDE, NatPmpPacket.address(hex("008000000000b3a02d4f0001")));
        assertEquals(Optional.of(new Mapped(6881, Optional.empty(), HOUR)),
                NatPmpPacket.answer(hex(NAT_PMP_ANSWER), TCP));
        assertTrue(NatPmpPacket.answer(hex("008200000000b3a01ae1000000000000"), TCP.lasting(Duration.ZERO))
                .isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "00", "0082", "008200000000b3a01ae11ae100000e", "008200000000b3a01ae11ae100000e1000",
        "008100000000b3a01ae11ae100000e10", "000200000000b3a01ae11ae100000e10", "018200000000b3a01ae11ae100000e10",
        "008200000000b3a01ae21ae200000e10"
    })
    void hearsNoOtherAnswerOfNatPmp(String bytes) throws Exception {
        assertEquals(Optional.empty(), NatPmpPacket.answer(hex(bytes), TCP));
        assertEquals(Optional.empty(), NatPmpPacket.address(hex(bytes)));
    }

    @ParameterizedTest
    @CsvSource({"0001, speaks another version", "0003, has no network itself", "ffff, says no: 65535"})
    void saysWhyNatPmpRefuses(String code, String reason) {
        byte[] answer = hex("0082" + code + "0000b3a0");
        assertEquals(reason,
                assertThrows(GatewayException.class, () -> NatPmpPacket.answer(answer, TCP)).getMessage());
    }

    @Test
    void findsTheRouterThatCostsLeastInTheTableOfRoutes() {
        String head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
        String link = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
        String half = "tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n";
        String down = "eth1\t00000000\t0900080A\t0002\t0\t0\t0\t00000000\t0\t0\t0\n";
        String wifi = "wlan0\t00000000\t0105A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n";
        String wire = "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
        assertEquals(Optional.of("192.0.2.1"),
                Routes.router(head + link + half + down + wifi + wire).map(InetAddress::getHostAddress));
        assertEquals(Optional.empty(), Routes.router(head + link + "eth0\tx\ty\tz\ta\tb\tc\td\n\n"));
        assertEquals(Optional.empty(), Routes.router(""));
    }
}
