package io.weir.appliance.guest;

import java.util.List;
import java.util.Set;

/**
 * What a guest agent says of itself.
 *
 * @param version QEMU's
 * @param commands those that it would execute
 */
record GuestInfo(String version, Set<String> commands) {
    /** Those of the given commands that it would not. */
    List<String> lacks(List<String> needed) {
        return needed.stream().filter(command -> !commands.contains(command)).toList();
    }
}
