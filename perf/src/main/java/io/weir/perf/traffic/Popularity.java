package io.weir.perf.traffic;

/**
 * Which flow the next frame belongs to.
 *
 * @param kind the law
 * @param exponent of Zipf's law, otherwise 0
 */
public record Popularity(Kind kind, double exponent) {
    /** The law. */
    public enum Kind {
        /** One flow after another: each gets as many frames as any other. */
        TURNS,
        /** Each frame any flow, equally likely. */
        UNIFORM,
        /** Flow <i>k</i> with a probability in proportion to (k + 1)^−exponent. */
        ZIPF
    }

    /** One flow after another. */
    public static final Popularity TURNS = new Popularity(Kind.TURNS, 0);

    /** Uniformly at random. */
    public static final Popularity UNIFORM = new Popularity(Kind.UNIFORM, 0);

    /** Checks the exponent. */
    public Popularity {
        if (kind == Kind.ZIPF && !(exponent > 0 && exponent <= 10)) {
            throw new IllegalArgumentException(
                    "exponent %s; more than 0 and at most 10 would be right".formatted(exponent));
        }
    }

    /** By Zipf's law. */
    public static Popularity zipf(double exponent) {
        return new Popularity(Kind.ZIPF, exponent);
    }

    /**
     * Reads {@code turns}, {@code uniform} or {@code zipf:EXPONENT}.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public static Popularity parse(String text) {
        if (text.equals("turns")) {
            return TURNS;
        }
        if (text.equals("uniform")) {
            return UNIFORM;
        }
        try {
            if (text.startsWith("zipf:")) {
                return zipf(Double.parseDouble(text.substring(5)));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "\"%s\"; turns, uniform or zipf:EXPONENT would be right, for example zipf:1.1".formatted(text));
    }

    /**
     * A chooser among flows.
     *
     * @param flows how many, at least 1
     * @param seed of its random numbers
     */
    public FlowPicker picker(int flows, long seed) {
        return switch (kind) {
            case TURNS -> new TurnsPicker(flows);
            case UNIFORM -> new UniformPicker(flows, seed);
            case ZIPF -> new AliasPicker(zipfWeights(flows), seed);
        };
    }

    private double[] zipfWeights(int flows) {
        double[] weights = new double[flows];
        for (int i = 0; i < flows; i++) {
            weights[i] = Math.pow(i + 1.0, -exponent);
        }
        return weights;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case TURNS -> "turns";
            case UNIFORM -> "uniform";
            case ZIPF -> "zipf:" + exponent;
        };
    }
}
