package io.weir.appliance.config;

import java.util.List;
import java.util.StringJoiner;

/** Writes lists of processors as the file has them. */
final class CoreList {
    private CoreList() {}

    /** Writes {@code 2-3,6} for 2, 3, 6. */
    static String text(List<Integer> ascending) {
        final StringJoiner text = new StringJoiner(",");
        int from = 0;
        for (int i = 1; i <= ascending.size(); i++) {
            if (i == ascending.size() || ascending.get(i) != ascending.get(i - 1) + 1) {
                final int first = ascending.get(from);
                final int last = ascending.get(i - 1);
                text.add(first == last ? "" + first : first + "-" + last);
                from = i;
            }
        }
        return text.toString();
    }
}
