package io.weir.engine.forward;

/** A rate limit: so many a second on average, a tenth of that at once. Owned by one worker; time is passed in. */
public final class TokenBucket {
    private static final long NANOS = 1_000_000_000L;

    private final long perSecond;
    private final long burst;
    private long tokens;
    private long filledNs;

    /**
     * @param perSecond rate; 0 lets nothing through
     */
    public TokenBucket(int perSecond) {
        this.perSecond = perSecond;
        this.burst = Math.max(1, perSecond / 10) * NANOS;
        this.tokens = perSecond == 0 ? 0 : burst;
    }

    /** Takes one token, if there is one at this time. */
    public boolean take(long nowNs) {
        long elapsed = nowNs - filledNs;
        filledNs = nowNs;
        tokens = elapsed >= NANOS ? burst : Math.min(burst, tokens + elapsed * perSecond);
        if (perSecond == 0 || tokens < NANOS) {
            return false;
        }
        tokens -= NANOS;
        return true;
    }

    /** Takes one token, there or not: what follows has to wait the longer. */
    public void spend(long nowNs) {
        if (!take(nowNs)) {
            tokens -= NANOS;
        }
    }
}
