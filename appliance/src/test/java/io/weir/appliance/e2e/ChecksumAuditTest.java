package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the end-to-end tests, judged by frames that another program made. */
class ChecksumAuditTest {
    private static final String UDP =
            "02000000010102000000010208004500001f0007000040117af4ca640102ca676a059c400007000b9f5a616263";
    private static final String FIRST =
            "0200000001010200000001020800450000240007200040115aefca640102ca676a05" + "9c40000700125ea53031323334353637";
    private static final String LAST = "0200000001010200000001020800450000160007000240117afbca640102ca676a053839";
    private static final String TCP_OVER_IPV6 = "02000000010102000000010286dd600000000014064020010db80100000000000000"
            + "0000000220010db80106000000000000000000050d8000500000000100000000500203e840ab0000";

    @Test
    void shouldFindNoFaultWhenEveryChecksumIsRight() {
        ChecksumAudit audit = audit(bytes(UDP), bytes(LAST), bytes(FIRST), bytes(TCP_OVER_IPV6));
        assertEquals(List.of(), audit.faults());
        assertEquals(2, audit.checked(Frame.UDP));
        assertEquals(1, audit.checked(Frame.TCP));
        assertEquals(1, audit.reassembled());
    }

    @Test
    void shouldFindTheFaultWhenAnyCoveredByteIsChanged() {
        for (int i = 34; i < bytes(UDP).length; i++) {
            if (i == 38 || i == 39) {
                continue; // the length, which decides what the frame is
            }
            byte[] damaged = bytes(UDP);
            damaged[i] ^= 0x10;
            assertEquals(1, audit(damaged).faults().size(), "byte " + i);
        }
        for (int i = 22; i < bytes(TCP_OVER_IPV6).length; i++) {
            byte[] damaged = bytes(TCP_OVER_IPV6);
            damaged[i] ^= 0x10;
            assertEquals(1, audit(damaged).faults().size(), "byte " + i);
        }
        byte[] ttl = bytes(UDP);
        ttl[22]--;
        assertEquals(1, audit(ttl).faults().size(), "TTL");
    }

    @Test
    void shouldFindTheFaultWhenAFragmentIsDamagedMissingOrDoubled() {
        byte[] damaged = bytes(LAST);
        damaged[damaged.length - 1] ^= 1;
        assertEquals(1, audit(bytes(FIRST), damaged).faults().size());
        assertEquals(1, audit(bytes(FIRST)).faults().size());
        assertEquals(1, audit(bytes(LAST)).faults().size());
        assertEquals(1, audit(bytes(FIRST), bytes(LAST), bytes(LAST)).faults().size());
    }

    private static ChecksumAudit audit(byte[]... frames) {
        return new ChecksumAudit(Arrays.stream(frames).map(Frame::new).toList());
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
