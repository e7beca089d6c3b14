package io.weir.appliance.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The optimal string alignment distance (Levenshtein's with transpositions), for "did you mean". */
final class EditDistance {
    private EditDistance() {}

    static int between(String a, String b) {
        int[] older = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, older[j - 2] + 1);
                }
                current[j] = best;
            }
            final int[] spare = older;
            older = previous;
            previous = current;
            current = spare;
        }
        return previous[b.length()];
    }

    /** The nearest candidate, if it is near: a third of its letters differ at most. */
    static Optional<String> nearest(String text, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt(c -> between(text, c)))
                .filter(c -> between(text, c) <= Math.max(1, c.length() / 3));
    }
}
