package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VlanTest {
    private static final long OTHER_ROUTER = 0x02_00_00_00_01_77L;

    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind());

    private static FrameBuilder reply() {
        return FrameBuilder.tcp(Corpus.SERVER, Corpus.CLIENT, SYN | ACK, 5, 8).payload(50);
    }

    @ParameterizedTest
    @CsvSource({"33024,100", "33024,0", "33024,57344", "34984,4095"})
    void shouldTakeTheTagOffForTheServerAndPutItOnForTheClient(int type, int tci) {
        FrameBuilder syn = FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, SYN, 7, 0)
                .payload(50)
                .tag(type, tci);
        Sent request = bed.one(FRONT, syn.build());
        assertEquals(0, request.packet().tag());
        assertEquals(14 + 90, request.frame().length);
        assertArrayEquals(FrameBuilder.pattern(50), request.packet().payload());
        Sent answer = bed.one(BACK, reply().atBack().build());
        assertEquals(type << 16 | tci, answer.packet().tag());
        assertEquals(18 + 90, answer.frame().length);
        assertEquals(Corpus.SERVICE, answer.packet().from());
    }

    @Test
    void shouldTakeTheServersTagOffForAClientWithoutOne() {
        bed.one(
                FRONT,
                FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, SYN, 7, 0).build());
        Sent answer = bed.one(BACK, reply().atBack().tag(200).build());
        assertEquals(0, answer.packet().tag());
        assertEquals(14 + 90, answer.frame().length);
    }

    @Test
    void shouldExchangeTagsWhenBothEndsHaveOne() {
        bed.one(
                FRONT,
                FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, SYN, 7, 0)
                        .tag(100)
                        .build());
        Sent answer = bed.one(BACK, reply().atBack().tag(200).build());
        assertEquals(0x8100_0064, answer.packet().tag());
        assertEquals(18 + 90, answer.frame().length);
        assertArrayEquals(FrameBuilder.pattern(50), answer.packet().payload());
    }

    @Test
    void shouldAnswerToWhereTheLastRequestCameFrom() {
        FrameBuilder syn = FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, SYN, 7, 0);
        bed.one(FRONT, syn.tag(100).build());
        byte[] ack = FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, ACK, 8, 6)
                .macs(OTHER_ROUTER, InMemoryNode.FRONT_MAC)
                .build();
        bed.one(FRONT, ack);
        Sent answer = bed.one(BACK, reply().atBack().build());
        assertEquals(0, answer.packet().tag());
        assertEquals(OTHER_ROUTER, answer.packet().destinationMac());
    }
}
