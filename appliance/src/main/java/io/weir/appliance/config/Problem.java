package io.weir.appliance.config;

/**
 * Something wrong, or doubtful, in a properties file.
 *
 * @param severity whether it stops the start
 * @param file the file's name as the operator gave it
 * @param key the key, or an empty string if the whole file is meant
 * @param value the value as written, or an empty string if the key is missing
 * @param message what is wrong and what would be right
 */
public record Problem(Severity severity, String file, String key, String value, String message) {
    /** Whether a problem stops the start. */
    public enum Severity {
        /** The node does not start. */
        ERROR,
        /** The node starts; the operator should know. */
        WARNING
    }

    /** {@return one line: file, key, value, what is wrong} */
    @Override
    public String toString() {
        return file + ": " + withoutFile();
    }

    /**
     * The same for somebody who has no file.
     *
     * @return one line: key, value, what is wrong
     */
    public String withoutFile() {
        final StringBuilder line = new StringBuilder();
        if (!key.isEmpty()) {
            line.append(key);
            if (!value.isEmpty()) {
                line.append(" = ").append(value);
            }
            line.append(": ");
        }
        return line.append(message).toString();
    }
}
