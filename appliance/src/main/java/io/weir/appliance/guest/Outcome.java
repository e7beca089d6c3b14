package io.weir.appliance.guest;

/**
 * How a program ended in a guest.
 *
 * @param code its exit status; 128 and the signal's number if a signal ended it
 * @param output what it wrote
 * @param errors what it wrote to standard error
 */
record Outcome(int code, String output, String errors) {
    /** What went wrong, in one line. */
    String complaint() {
        return "exit status " + code + (errors.isBlank() ? "" : ": " + errors.strip());
    }
}
