package io.weir.bindings.netlink;

import static io.weir.bindings.netlink.NetlinkAbi.NLA_HDRLEN;
import static io.weir.bindings.netlink.NetlinkAbi.NLMSG_HDRLEN;
import static io.weir.bindings.netlink.NetlinkAbi.NLM_F_REQUEST;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A message to the kernel, built from its header on. */
final class NetlinkRequest {
    private final String description;
    private final int flags;
    private final ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());

    /**
     * @param description as a person would write the request
     * @param type {@code RTM_…}
     * @param flags {@code NLM_F_…}, without {@code NLM_F_REQUEST}
     * @param bodySize of the structure behind the header, zeroed
     */
    NetlinkRequest(String description, int type, int flags, int bodySize) {
        this.description = description;
        this.flags = flags;
        bytes.putShort(NetlinkAbi.NLMSG_TYPE, (short) type);
        bytes.putShort(NetlinkAbi.NLMSG_FLAGS, (short) (flags | NLM_F_REQUEST));
        bytes.position(NLMSG_HDRLEN + bodySize);
    }

    NetlinkRequest body8(int offset, int value) {
        bytes.put(NLMSG_HDRLEN + offset, (byte) value);
        return this;
    }

    NetlinkRequest body16(int offset, int value) {
        bytes.putShort(NLMSG_HDRLEN + offset, (short) value);
        return this;
    }

    NetlinkRequest body32(int offset, int value) {
        bytes.putInt(NLMSG_HDRLEN + offset, value);
        return this;
    }

    NetlinkRequest attribute(int type, int value) {
        return header(type, Integer.BYTES).putInt(value);
    }

    NetlinkRequest attribute(int type, InetAddress value) {
        byte[] address = value.getAddress();
        return header(type, address.length).put(address);
    }

    /** A nested attribute of 32-bit ones: type, value, type, value … */
    NetlinkRequest nested(int type, int... typesAndValues) {
        header(type | NetlinkAbi.NLA_F_NESTED, typesAndValues.length / 2 * (NLA_HDRLEN + Integer.BYTES));
        for (int i = 0; i < typesAndValues.length; i += 2) {
            attribute(typesAndValues[i], typesAndValues[i + 1]);
        }
        return this;
    }

    /** A hardware address as {@link Link#mac} has it. */
    NetlinkRequest attributeMac(int type, long mac) {
        byte[] address = new byte[6];
        for (int i = 0; i < 6; i++) {
            address[i] = (byte) (mac >>> 40 - 8 * i);
        }
        return header(type, address.length).put(address);
    }

    boolean isDump() {
        return (flags & NetlinkAbi.NLM_F_DUMP) == NetlinkAbi.NLM_F_DUMP;
    }

    boolean isAcknowledged() {
        return (flags & NetlinkAbi.NLM_F_ACK) != 0;
    }

    /** The finished message. */
    byte[] bytes(int sequence) {
        bytes.putInt(NetlinkAbi.NLMSG_LEN, bytes.position());
        bytes.putInt(NetlinkAbi.NLMSG_SEQ, sequence);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Override
    public String toString() {
        return "rtnetlink(" + description + ")";
    }

    private NetlinkRequest header(int type, int length) {
        bytes.putShort((short) (NLA_HDRLEN + length)).putShort((short) type);
        return this;
    }

    private NetlinkRequest putInt(int value) {
        bytes.putInt(value);
        return this;
    }

    private NetlinkRequest put(byte[] value) {
        bytes.put(value);
        bytes.position(bytes.position() + 3 & ~3);
        return this;
    }
}
