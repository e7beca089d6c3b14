package io.weir.bindings.bpf;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R1;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R2;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R3;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Errno;
import io.weir.bindings.NativeException;
import io.weir.bindings.Requires;
import io.weir.bindings.bpf.BpfAssembler.Alu;
import io.weir.bindings.bpf.BpfAssembler.Cond;
import io.weir.bindings.bpf.BpfAssembler.Label;
import io.weir.bindings.bpf.BpfAssembler.Size;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BpfProgramTest {
    @Test
    void shouldEncodeInstructions() {
        BpfAssembler a = new BpfAssembler();
        Label end = a.label();
        a.mov(R0, -2)
                .load(Size.H, R3, R2, 12)
                .jump(Cond.EQ, R3, 0x0608, end)
                .loadLong(R1, 0x1122_3344_5566_7788L)
                .bind(end)
                .exit();
        assertArrayEquals(
                new long[] {
                    0xffff_fffe_0000_00b7L, // mov r0, -2
                    0x0000_0000_000c_2369L, // ldxh r3, [r2 + 12]
                    0x0000_0608_0002_0315L, // jeq r3, 0x608, +2
                    0x5566_7788_0000_0118L, // lddw r1
                    0x1122_3344_0000_0000L,
                    0x0000_0000_0000_0095L // exit
                },
                a.assemble());
        assertThrows(IllegalStateException.class, () -> a.bind(end));
        a.jump(a.label());
        assertThrows(IllegalStateException.class, a::assemble);
    }

    @Test
    void shouldCompute() {
        Requires.root();
        int[][] cases = {{7, 3}, {-7, 3}, {1 << 30, 5}, {0, 1}};
        for (int[] c : cases) {
            long x = c[0];
            long y = c[1];
            assertEquals((int) (x + y), compute(c[0], a -> a.alu(Alu.ADD, R0, c[1])));
            assertEquals((int) (x - y), compute(c[0], a -> a.alu(Alu.SUB, R0, c[1])));
            assertEquals((int) (x * y), compute(c[0], a -> a.alu(Alu.MUL, R0, c[1])));
            assertEquals((int) Long.divideUnsigned(x, y), compute(c[0], a -> a.alu(Alu.DIV, R0, c[1])));
            assertEquals((int) Long.remainderUnsigned(x, y), compute(c[0], a -> a.alu(Alu.MOD, R0, c[1])));
            assertEquals((int) (x >>> 32), compute(c[0], a -> a.alu(Alu.RSH, R0, 32)));
            assertEquals((int) (x >> 32), compute(c[0], a -> a.alu(Alu.ARSH, R0, 32)));
            assertEquals((int) (x ^ y), compute(c[0], a -> a.mov(R1, c[1]).alu(Alu.XOR, R0, R1)));
            assertEquals(-c[0], compute(c[0], a -> a.alu(Alu.NEG, R0, 0)));
            assertEquals(c[0] >>> 1, compute(c[0], a -> a.alu32(Alu.RSH, R0, 1)));
            assertEquals(Short.reverseBytes((short) c[0]) & 0xffff, compute(c[0], a -> a.toBigEndian(R0, 16)));
            assertEquals(Integer.reverseBytes(c[0]), compute(c[0], a -> a.toBigEndian(R0, 32)));
        }
    }

    @Test
    void shouldJump() {
        Requires.root();
        assertEquals(1, branch(Cond.GT, -1, 5)); // unsigned
        assertEquals(0, branch(Cond.SGT, -1, 5));
        assertEquals(1, branch(Cond.SLT, -1, 5));
        assertEquals(1, branch(Cond.LE, 5, 5));
        assertEquals(1, branch(Cond.SET, 6, 4));
        assertEquals(0, branch(Cond.SET, 3, 4));
        assertEquals(1, branch(Cond.NE, 3, 4));
    }

    @Test
    void shouldCarryTheVerifiersWordsWhenItRefuses() {
        Requires.root();
        long[] readsNowhere = new BpfAssembler().load(Size.W, R0, R3, 0).exit().assemble();
        NativeException e =
                assertThrows(NativeException.class, () -> BpfProgram.load(BpfProgram.Type.XDP, "bad", readsNowhere));
        assertEquals(Errno.EACCES, e.errno());
        assertTrue(e.getMessage().contains("R3 !read_ok"), e.getMessage());
        assertTrue(e.getMessage().contains("XDP bad, 2 instructions"), e.getMessage());
    }

    private static int branch(Cond condition, int left, int right) {
        return compute(left, a -> {
            Label taken = a.label();
            Label end = a.label();
            a.jump(condition, R0, right, taken)
                    .mov(R0, 0)
                    .jump(end)
                    .bind(taken)
                    .mov(R0, 1)
                    .bind(end);
        });
    }

    private static int compute(int initial, Consumer<BpfAssembler> body) {
        BpfAssembler a = new BpfAssembler();
        a.mov(R0, initial);
        body.accept(a);
        try (BpfProgram program =
                BpfProgram.load(BpfProgram.Type.SCHED_CLS, "test", a.exit().assemble())) {
            return program.testRun(new byte[64], 1).returned();
        }
    }
}
