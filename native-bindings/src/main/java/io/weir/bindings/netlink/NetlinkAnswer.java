package io.weir.bindings.netlink;

import io.weir.bindings.Errno;
import io.weir.bindings.NativeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The kernel's answer to one request: it ends with a message of type DONE or ERROR, or, when no acknowledgement was
 * asked for, after its only message.
 *
 * @param socket where it comes
 * @param request what was asked
 * @param sequence messages with another one belong to requests given up earlier
 */
record NetlinkAnswer(NetlinkSocket socket, NetlinkRequest request, int sequence) {
    /**
     * Waits for all of it.
     *
     * @return false when it is inconsistent or incomplete, and the request should be repeated
     * @throws NativeException when it is an error
     */
    boolean collect(List<NetlinkMessage> answers) {
        boolean consistent = true;
        List<NetlinkMessage> received = new ArrayList<>();
        while (true) {
            received.clear();
            int result = socket.receive(true, received);
            if (result == -Errno.ENOBUFS) {
                return false;
            }
            if (result < 0 && result != -Errno.EINTR) {
                throw new NativeException(request.toString(), -result);
            }
            for (NetlinkMessage message : received) {
                if (message.sequence() != sequence) {
                    continue;
                }
                consistent &= (message.flags() & NetlinkAbi.NLM_F_DUMP_INTR) == 0;
                switch (message.type()) {
                    case NetlinkAbi.NLMSG_DONE, NetlinkAbi.NLMSG_ERROR -> {
                        throwIfFailed(message);
                        return consistent;
                    }
                    case NetlinkAbi.NLMSG_OVERRUN -> {
                        return false;
                    }
                    default -> answers.add(message);
                }
                if (!request.isDump() && !request.isAcknowledged()) {
                    return consistent;
                }
            }
        }
    }

    private void throwIfFailed(NetlinkMessage message) {
        int error = message.body().limit() >= Integer.BYTES ? -message.i32(0) : 0;
        if (error > 0) {
            String said = kernelsWords(message);
            throw said.isEmpty()
                    ? new NativeException(request.toString(), error)
                    : new NativeException(request.toString(), error, "the kernel says: " + said);
        }
    }

    /** The extended acknowledgement's text. */
    private static String kernelsWords(NetlinkMessage message) {
        if ((message.flags() & NetlinkAbi.NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        int structureSize = message.type() == NetlinkAbi.NLMSG_DONE ? Integer.BYTES : NetlinkAbi.NLMSGERR_SIZE;
        Map<Integer, ByteBuffer> attributes = message.attributes(structureSize);
        ByteBuffer text = attributes.get(NetlinkAbi.NLMSGERR_ATTR_MSG);
        return text == null ? "" : NetlinkMessage.text(text);
    }
}
