package io.weir.engine.worker;

import io.weir.engine.packet.MutatedFrames;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Services;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that may be anything: the bed asserts that each is accounted for and none is lost. */
class PipelinePropertyTest {
    private static final int FRAMES = 200_000;

    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind()).withKernel();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldAccountForEveryFrameWhateverItHolds(int workers) {
        bed.workers(workers);
        SplittableRandom random = Seeded.random("PipelinePropertyTest " + workers);
        MutatedFrames frames = new MutatedFrames(random);
        for (int n = 0; n < FRAMES; n++) {
            int flags = random.nextInt(8) == 0 ? 1 : 0;
            int port = random.nextInt(2);
            byte[] frame = frames.next();
            if (port == EngineBed.BACK && frame.length > 5 && frame[5] == 1) {
                frame[5] = 2; // to this port's address
            }
            bed.inject(random.nextInt(workers), port, flags, frame);
            if (random.nextInt(32) == 0) {
                bed.run();
                bed.kernel().frames().clear();
            }
            if (random.nextInt(5000) == 0) {
                bed.skip(random.nextInt(400_000));
            }
        }
    }
}
