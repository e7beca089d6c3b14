package io.weir.appliance.admin;

import java.util.Map;

/** A request cannot be answered as it is: the status, and a sentence that says what would be right. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    ApiException(int status, String message) {
        this(status, message, Map.of());
    }

    ApiException(int status, String message, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.headers = headers;
    }

    Reply reply() {
        return Reply.error(status, getMessage(), headers);
    }
}
