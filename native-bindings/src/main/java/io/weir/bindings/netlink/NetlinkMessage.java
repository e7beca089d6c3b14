package io.weir.bindings.netlink;

import static io.weir.bindings.netlink.NetlinkAbi.NLA_HDRLEN;
import static io.weir.bindings.netlink.NetlinkAbi.NLMSG_HDRLEN;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A message from the kernel. What lies beyond the bytes that came is read as absent.
 *
 * @param type {@code RTM_…} or {@code NLMSG_…}
 * @param flags {@code NLM_F_…}
 * @param sequence the request's that it answers
 * @param body what follows the header, in the machine's order
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer body) {
    /** The messages of one datagram. */
    static List<NetlinkMessage> parse(ByteBuffer datagram) {
        List<NetlinkMessage> messages = new ArrayList<>();
        datagram.order(ByteOrder.nativeOrder());
        int at = 0;
        while (datagram.limit() - at >= NLMSG_HDRLEN) {
            int length = datagram.getInt(at + NetlinkAbi.NLMSG_LEN);
            if (length < NLMSG_HDRLEN || length > datagram.limit() - at) {
                break;
            }
            messages.add(new NetlinkMessage(
                    datagram.getShort(at + NetlinkAbi.NLMSG_TYPE) & 0xffff,
                    datagram.getShort(at + NetlinkAbi.NLMSG_FLAGS) & 0xffff,
                    datagram.getInt(at + NetlinkAbi.NLMSG_SEQ),
                    slice(datagram, at + NLMSG_HDRLEN, length - NLMSG_HDRLEN)));
            at += length + 3 & ~3;
        }
        return messages;
    }

    /** The attributes behind the message's structure. */
    Map<Integer, ByteBuffer> attributes(int structureSize) {
        return attributes(body, structureSize);
    }

    /** Attributes by type, from an offset on; of several with one type the last. */
    static Map<Integer, ByteBuffer> attributes(ByteBuffer bytes, int from) {
        Map<Integer, ByteBuffer> attributes = new HashMap<>();
        int at = from;
        while (bytes.limit() - at >= NLA_HDRLEN) {
            int length = bytes.getShort(at) & 0xffff;
            if (length < NLA_HDRLEN || length > bytes.limit() - at) {
                break;
            }
            int type = bytes.getShort(at + 2) & NetlinkAbi.NLA_TYPE_MASK;
            attributes.put(type, slice(bytes, at + NLA_HDRLEN, length - NLA_HDRLEN));
            at += length + 3 & ~3;
        }
        return attributes;
    }

    /** A string that may end with a zero byte. */
    static String text(ByteBuffer bytes) {
        String text = StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    static ByteBuffer slice(ByteBuffer bytes, int from, int length) {
        return bytes.slice(from, length).order(ByteOrder.nativeOrder());
    }

    int u8(int offset) {
        return body.get(offset) & 0xff;
    }

    int u16(int offset) {
        return body.getShort(offset) & 0xffff;
    }

    int i32(int offset) {
        return body.getInt(offset);
    }
}
