package io.weir.bindings.steering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Requires;
import io.weir.bindings.bpf.BpfProgram;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowHashTest {
    @Test
    void shouldStayTheHashThatItIs() {
        // computed with arbitrary-precision integers from the definition
        assertEquals(0x0987_4503_184b_f2d8L, hash4(0x0123_4567_89ab_cdefL, 0xc633_6407, 40_000));
        assertEquals(
                0xf696_67e0_2d95_1867L,
                FlowHash.hash(0x0123_4567_89ab_cdefL, 0x2001_0db8_0000_0000L, 0x0000_0000_0000_0007L, 443));
    }

    @Test
    void shouldSpreadEvenly() {
        int workers = 6;
        int[] flows = new int[workers];
        for (int host = 0; host < 256; host++) {
            for (int port = 0; port < 256; port++) {
                flows[FlowHash.owner(hash4(77, 0x0a00_0000 + host, 32_768 + 2 * port), workers)]++;
            }
        }
        for (int f : flows) {
            assertTrue(Math.abs(f - 65_536 / workers) < 65_536 / workers / 20, () -> Arrays.toString(flows));
        }
    }

    @Test
    void shouldGiveTheSameBitsInTheKernel() throws UnknownHostException {
        Requires.root();
        long testSeed = Long.getLong("weir.test.seed", System.nanoTime());
        System.out.println("random endpoints from -Dweir.test.seed=" + testSeed);
        Random random = new Random(testSeed);
        InetAddress vip = TestFrames.ip("192.0.2.1");
        InetAddress vip6 = TestFrames.ip("2001:db8::1");
        try (SteeringMaps maps = SteeringMaps.create(16, 16)) {
            maps.replaceOwned(List.of(vip, vip6));
            for (int workers : new int[] {1, 2, 3, 16, Integer.MAX_VALUE}) {
                long seed = random.nextLong();
                try (BpfProgram fanout = SteeringProgram.fanout(maps, NatPorts.NONE, seed, workers)) {
                    for (int i = 0; i < 2_000; i++) {
                        byte[] client = new byte[random.nextBoolean() ? 4 : 16];
                        random.nextBytes(client);
                        int port = random.nextInt(0x1_0000);
                        byte[] frame = TestFrames.frame(TestFrames.packet(
                                InetAddress.getByAddress(client).getHostAddress(),
                                (client.length == 4 ? vip : vip6).getHostAddress(),
                                Endpoint.TCP,
                                TestFrames.ports(port, 80)));
                        ByteBuffer bytes = ByteBuffer.wrap(client);
                        long hash = client.length == 4
                                ? hash4(seed, bytes.getInt(), port)
                                : FlowHash.hash(seed, bytes.getLong(), bytes.getLong(), port);
                        assertEquals(
                                FlowHash.owner(hash, workers),
                                fanout.testRun(frame, 1).returned());
                    }
                }
            }
        }
    }

    private static long hash4(long seed, int address, int port) {
        return FlowHash.hash(seed, 0, 0xffffL << 32 | Integer.toUnsignedLong(address), port);
    }
}
