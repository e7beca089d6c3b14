package io.weir.appliance.guest;

import io.weir.appliance.guest.GuestException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A configuration file in a guest. Its text is its bytes, one character each (ISO 8859-1), whatever its encoding is: what is
 * not ours goes back as it came.
 *
 * <p>It is replaced as a whole: what is to be in it is written to a file beside it, read back, brought to the disk and
 * renamed, unless somebody else has changed it since it was looked at. The file beside it is made by a script with the right
 * owner and mode first, because the guest agent itself makes files that everybody may write ({@code DEFAULT_NEW_FILE_MODE},
 * {@code qga/commands-posix.c}).
 */
final class GuestFile {
    /** Bytes of a file, at most. */
    static final int LARGEST = 256 << 10;

    private static final int CHUNK = 48 << 10;
    private static final String ABSENT = "absent";

    private final GuestCommands guest;
    private final String path;
    private final String state;
    private final String text;

    private GuestFile(GuestCommands guest, String path, String state, String text) {
        this.guest = guest;
        this.path = path;
        this.state = state;
        this.text = text;
    }

    /**
     * Reads a file.
     *
     * @param guest whose it is
     * @param path absolute
     * @throws GuestException if it cannot be read, or is no file; that there is none is no error
     */
    static GuestFile look(GuestCommands guest, String path) throws GuestException {
        final String[] lines = script(guest, "look", path).split("\n", -1);
        if (lines.length < 2) {
            throw new GuestException(Kind.GARBLED, path + ": looked at in vain");
        }
        final String text = lines[0].equals(ABSENT) ? "" : content(guest, lines[1]);
        return new GuestFile(guest, lines[1], lines[0], text);
    }

    private static String script(GuestCommands guest, String verb, String path, String... more) throws GuestException {
        final String[] arguments = new String[2 + more.length];
        arguments[0] = verb;
        arguments[1] = path;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return GuestCommands.must(guest.script(Scripts.FILE, arguments), verb + " " + path)
                .output();
    }

    private static String content(GuestCommands guest, String path) throws GuestException {
        final long handle = guest.open(path, "r");
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk;
        do {
            chunk = guest.read(handle, CHUNK);
            bytes.writeBytes(chunk);
            if (bytes.size() > LARGEST) {
                guest.close(handle);
                throw new GuestException(Kind.UNSUITED, path + " has more than " + LARGEST + " bytes");
            }
        } while (chunk.length > 0);
        guest.close(handle);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Its real path. */
    String path() {
        return path;
    }

    /** Its text; empty where there is none. */
    String text() {
        return text;
    }

    boolean exists() {
        return !state.equals(ABSENT);
    }

    /**
     * Replaces it.
     *
     * @param next its text from now on
     * @param mode its mode where there is no such file yet, octal
     * @throws GuestException if that fails; then it is as it was
     */
    void replace(String next, String mode) throws GuestException {
        final String temporary = script(guest, "prepare", path, mode).strip();
        try {
            final byte[] bytes = next.getBytes(StandardCharsets.ISO_8859_1);
            final long handle = guest.open(temporary, "w");
            for (int from = 0; from < bytes.length; from += CHUNK) {
                guest.write(handle, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK)));
            }
            guest.flush(handle);
            guest.close(handle);
            if (!content(guest, temporary).equals(next)) {
                throw new GuestException(Kind.FAILED, path + ": the disk has not taken what was written");
            }
            script(guest, "commit", path, state);
        } catch (final GuestException e) {
            if (e.kind() == Kind.FAILED || e.kind() == Kind.REFUSED) { // else the conversation is over
                guest.script(Scripts.FILE, "discard", path);
            }
            throw e;
        }
    }

    /** Removes it, and its directory if that was made for it. */
    void remove() throws GuestException {
        script(guest, "remove", path, state);
    }
}
