package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.appliance.config.AdminConfig;
import io.weir.scheduler.IpAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask: whoever presents {@code admin.token}, where there is one. Where there is none, everybody who can reach the
 * socket, which is this host's business; but not a page of somebody else's in a browser of this host.
 */
final class Access {
    /** Without a token: the page itself, which asks for one, and what a prober of the node's health wants to know. */
    private static final Set<List<String>> OPEN = Set.of(List.of(""), List.of("healthz"));

    private static final String BEARER = "Bearer ";

    private final boolean tcp;
    private final Optional<byte[]> token;

    Access(AdminConfig config) {
        this.tcp = config.listen() instanceof AdminConfig.Listen.Tcp;
        this.token = config.token().map(Access::digest);
    }

    /**
     * Lets a request pass.
     *
     * @throws ApiException 401 or 403
     */
    void check(Request request) throws ApiException {
        if (token.isPresent()) {
            if (!OPEN.contains(request.path()) && !presents(request, token.get())) {
                throw new ApiException(
                        401,
                        "Authorization: Bearer with the node's admin.token is right",
                        Map.of("WWW-Authenticate", "Bearer realm=\"weir\""));
            }
        } else if (tcp) {
            refuseOtherNames(request);
        }
        refuseOtherOrigins(request);
    }

    /** In a time that does not depend on how much of it is right, nor on its length. */
    private static boolean presents(Request request, byte[] token) {
        String authorization = request.header("authorization").orElse("");
        boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        String presented = bearer ? authorization.substring(BEARER.length()).strip() : "";
        return MessageDigest.isEqual(digest(presented), token);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** A name that somebody has made stand for this host's address (DNS rebinding) is no name of this node. */
    private static void refuseOtherNames(Request request) throws ApiException {
        String host = request.header("host").orElse("");
        String name = host.replaceFirst(":\\d*$", "");
        if (!host.isEmpty() && !name.equalsIgnoreCase("localhost") && !isAddress(name)) {
            throw new ApiException(
                    403, "Host: " + host + ": an address or localhost is right where there is no admin.token");
        }
    }

    private static boolean isAddress(String name) {
        try {
            boolean bracketed = name.startsWith("[") && name.endsWith("]");
            IpAddress.parse(bracketed ? name.substring(1, name.length() - 1) : name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What a page of another site makes a browser send says so. */
    private static void refuseOtherOrigins(Request request) throws ApiException {
        String origin = request.header("origin").orElse("");
        String host = request.header("host").orElse("");
        if (!origin.isEmpty() && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            throw new ApiException(403, "Origin: " + origin + ": pages of this node alone may ask it");
        }
    }
}
