package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.weir.appliance.config.HypervisorsConfig.Host;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFBadRequestCode;
import org.projectfloodlight.openflow.protocol.OFControllerRole;
import org.projectfloodlight.openflow.protocol.OFEchoRequest;
import org.projectfloodlight.openflow.protocol.OFErrorMsg;
import org.projectfloodlight.openflow.protocol.OFFeaturesReply;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortDescStatsReply;
import org.projectfloodlight.openflow.protocol.OFPortReason;
import org.projectfloodlight.openflow.protocol.OFPortStatus;
import org.projectfloodlight.openflow.protocol.OFRoleReply;
import org.projectfloodlight.openflow.protocol.OFStatsReplyFlags;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.errormsg.OFBadRequestErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFFlowModFailedErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFRoleRequestFailedErrorMsg;
import org.projectfloodlight.openflow.types.U32;
import org.projectfloodlight.openflow.types.U64;

/**
 * A conversation with one switch: who it is, what ports it has, this node's role, and then its entries. The I/O thread's.
 *
 * <pre>
 *  hello ─▶ features ─▶ ports ─▶ role ─┬─▶ entries of ours ─▶ add, delete, barrier ─▶ in step
 *                                      └─▶ (slave) only looks
 * </pre>
 */
final class SwitchSession extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int HEADER = 8;
    private static final int VERSION = 4; // OpenFlow 1.3
    private static final int TYPE_HELLO = 0;
    private static final int TYPE_ERROR = 1;
    private static final int TYPE_ECHO_REQUEST = 2;
    private static final int TYPE_FEATURES_REPLY = 6;
    private static final int TYPE_PACKET_IN = 10;
    private static final int TYPE_FLOW_REMOVED = 11;
    private static final int TYPE_PORT_STATUS = 12;
    private static final int TYPE_MULTIPART_REPLY = 19;
    private static final int TYPE_BARRIER_REPLY = 21;
    private static final int TYPE_ROLE_REPLY = 25;
    private static final int MULTIPART_FLOW = 1;
    private static final int MULTIPART_PORTS = 13;
    private static final int MULTIPART_HEADER = 16;

    private final Sessions controller;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<Long, FlowEntry> asked = new HashMap<>(); // by xid, until the barrier
    private final EntryTable table;
    private ChannelHandlerContext context;
    private Host host;
    private HostClients clients; // null: no entries for single clients
    private ClientSession single;
    private boolean portsKnown;
    private Wanted.Part granted;
    private long requestedGeneration;
    private Wanted.Part requested;
    private boolean entriesKnown;
    private HypervisorFlows.Wanted wanted = new HypervisorFlows.Wanted(List.of(), Set.of());
    private String error = "";
    private String end = "the switch closed the connection";
    private int xid;
    private boolean quiet;

    SwitchSession(Sessions controller) {
        this.controller = controller;
        this.table = new EntryTable(controller.owner());
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        send(OpenFlow.FACTORY.hello(List.of(OpenFlow.FACTORY
                .buildHelloElemVersionbitmap()
                .setBitmaps(List.of(U32.of(1 << VERSION)))
                .build())));
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        controller.ended(this, end);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        close(cause instanceof IOException ? cause.getMessage() : "what it says is no OpenFlow 1.3: " + cause);
    }

    /** Asks after a switch that says nothing, and leaves it when it goes on to. */
    @Override
    public void userEventTriggered(ChannelHandlerContext on, Object event) {
        if (event instanceof IdleStateEvent) {
            if (quiet || host == null) {
                close("it does not answer");
                return;
            }
            quiet = true;
            send(OpenFlow.FACTORY.buildEchoRequest().setXid(++xid).build());
        }
    }

    /** Ends the conversation; the switch keeps its entries. */
    void close(String why) {
        end = why;
        context.close();
    }

    /** Something else is wanted. */
    void look() {
        if (host != null && portsKnown && controller.wanted() != null) {
            assumeRole();
            converge();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext from, ByteBuf frame) throws OFParseError {
        quiet = false;
        int version = frame.getUnsignedByte(frame.readerIndex());
        int type = frame.getUnsignedByte(frame.readerIndex() + 1);
        if (type == TYPE_HELLO) {
            if (version < VERSION) {
                close(
                        "it speaks no OpenFlow 1.3 (its version is %d); ovs-vsctl set bridge … protocols=OpenFlow13 is right"
                                .formatted(version));
            } else {
                send(OpenFlow.FACTORY.featuresRequest());
            }
            return;
        }
        if (version != VERSION) {
            throw new OFParseError("version " + version);
        }
        switch (type) {
            case TYPE_MULTIPART_REPLY -> multipart(frame);
            case TYPE_BARRIER_REPLY -> {
                asked.clear();
                if (single != null) {
                    single.confirmed();
                }
                report();
            }
            case TYPE_PACKET_IN, TYPE_FLOW_REMOVED -> single(type, frame);
            case TYPE_ERROR, TYPE_ECHO_REQUEST, TYPE_FEATURES_REPLY, TYPE_PORT_STATUS, TYPE_ROLE_REPLY ->
                message(OpenFlow.FACTORY.getReader().readFrom(frame));
            default -> {
                // packets, removed entries, statistics: not asked for
            }
        }
    }

    private void single(int type, ByteBuf frame) {
        if (single == null) {
            return;
        }
        if (type == TYPE_PACKET_IN) {
            controller.hear(); // its flow may have been told of already
            single.packet(frame, System.nanoTime());
        } else {
            single.removed(frame);
            report();
        }
    }

    /** Once in a while: what single clients need has been sent, and is to be confirmed. */
    void settle() {
        if (single != null && single.isBusy()) {
            send(OpenFlow.FACTORY.buildBarrierRequest().setXid(++xid).build());
        }
        context.flush();
    }

    private void message(OFMessage message) {
        switch (message) {
            case OFEchoRequest echo ->
                send(OpenFlow.FACTORY
                        .buildEchoReply()
                        .setXid(echo.getXid())
                        .setData(echo.getData())
                        .build());
            case OFFeaturesReply features -> identify(features);
            case OFPortStatus status -> port(status);
            case OFRoleReply role -> granted(role);
            case OFErrorMsg failure -> failed(failure);
            default -> {
                // nothing else is passed here
            }
        }
    }

    private void identify(OFFeaturesReply features) {
        long datapath = features.getDatapathId().getLong();
        host = controller.claim(datapath, this);
        if (host == null) {
            close("no key hypervisor.<name>.datapath is %016x".formatted(datapath));
            return;
        }
        clients = controller.clients(host);
        if (clients != null) {
            single = new ClientSession(
                    clients, ports, controller.owner(), controller.idleSeconds(), () -> ++xid, this::write);
            clients.session(single);
        }
        send(OpenFlow.FACTORY.buildPortDescStatsRequest().setXid(++xid).build());
    }

    private void port(OFPortStatus status) {
        OFPortDesc port = status.getDesc();
        if (status.getReason() == OFPortReason.DELETE) {
            ports.remove(port.getName());
        } else {
            ports.put(port.getName(), port.getPortNo().getPortNumber());
        }
        look();
    }

    private void multipart(ByteBuf frame) throws OFParseError {
        if (frame.readableBytes() < MULTIPART_HEADER) {
            throw new OFParseError("a multipart reply of " + frame.readableBytes() + " bytes");
        }
        int kind = frame.getUnsignedShort(frame.readerIndex() + HEADER);
        boolean more = (frame.getUnsignedShort(frame.readerIndex() + HEADER + 2) & 1) != 0;
        if (kind == MULTIPART_PORTS) {
            OFPortDescStatsReply reply =
                    (OFPortDescStatsReply) OpenFlow.FACTORY.getReader().readFrom(frame);
            reply.getEntries()
                    .forEach(port -> ports.put(port.getName(), port.getPortNo().getPortNumber()));
            if (!reply.getFlags().contains(OFStatsReplyFlags.REPLY_MORE)) {
                portsKnown = true;
                look();
            }
        } else if (kind == MULTIPART_FLOW) {
            EntryCookies.read(frame, MULTIPART_HEADER, (cookie, match, end) -> {
                if (single != null && (cookie & ClientEntry.CLIENT) != 0) {
                    single.found(cookie, frame, match, end);
                } else {
                    table.found(cookie);
                }
            });
            if (!more) {
                entriesKnown = granted != null;
                if (single != null && entriesKnown && granted != Wanted.Part.SLAVE) {
                    single.begin();
                }
                converge();
            }
        }
    }

    private void assumeRole() {
        Wanted now = controller.wanted();
        if (now.part() == requested && now.generation() == requestedGeneration) {
            return;
        }
        requested = now.part();
        requestedGeneration = now.generation();
        granted = null;
        entriesKnown = false;
        if (single != null) {
            single.pause();
        }
        ask(requestedGeneration);
    }

    private void ask(long generation) {
        OFControllerRole role = switch (requested) {
            case EQUAL -> OFControllerRole.ROLE_EQUAL;
            case MASTER -> OFControllerRole.ROLE_MASTER;
            case SLAVE -> OFControllerRole.ROLE_SLAVE;
        };
        send(OpenFlow.FACTORY
                .buildRoleRequest()
                .setXid(++xid)
                .setRole(role)
                .setGenerationId(U64.of(generation))
                .build());
    }

    private void granted(OFRoleReply reply) {
        Wanted.Part part = switch (reply.getRole()) {
            case ROLE_MASTER -> Wanted.Part.MASTER;
            case ROLE_SLAVE -> Wanted.Part.SLAVE;
            default -> Wanted.Part.EQUAL;
        };
        if (part != requested) { // the answer to a question about the generation, after a stale one
            ask(reply.getGenerationId().getValue() + 1);
            return;
        }
        granted = part;
        if (part == Wanted.Part.SLAVE) {
            report();
        } else {
            table.forget();
            send(OpenFlow.entriesOf(controller.owner(), ++xid));
        }
    }

    private void converge() {
        wanted = controller.entries(host, controller.wanted(), ports);
        if (granted == null || granted == Wanted.Part.SLAVE || !entriesKnown) {
            report();
            return;
        }
        boolean changed = table.converge(
                wanted.entries(),
                entry -> {
                    asked.put((long) ++xid, entry);
                    send(OpenFlow.add(entry, controller.owner(), xid));
                },
                cookie -> send(OpenFlow.delete(cookie, ++xid)));
        if (single != null) {
            single.converge();
            changed |= single.isBusy();
        }
        if (changed) {
            send(OpenFlow.FACTORY.buildBarrierRequest().setXid(++xid).build());
        } else {
            report();
        }
    }

    private void failed(OFErrorMsg failure) {
        if (failure instanceof OFRoleRequestFailedErrorMsg) {
            send(OpenFlow.FACTORY
                    .buildRoleRequest()
                    .setXid(++xid)
                    .setRole(OFControllerRole.ROLE_NOCHANGE)
                    .setGenerationId(U64.ZERO)
                    .build());
            return;
        }
        if (failure instanceof OFBadRequestErrorMsg bad && bad.getCode() == OFBadRequestCode.IS_SLAVE) {
            demoted();
            return;
        }
        FlowEntry entry = asked.remove(failure.getXid());
        if (entry != null && entry.priority() == 0 && failure instanceof OFFlowModFailedErrorMsg) {
            return; // somebody else decides what happens to the rest
        }
        ClientPlace place = single == null ? null : single.refused(failure.getXid());
        if (place != null) {
            error = "it refuses an entry for client %s: %s".formatted(place.client(), code(failure));
        } else if (entry != null) {
            table.refused(entry);
            error = "it refuses the entry %s: %s".formatted(entry, code(failure));
        } else {
            error = "it reports an error: " + code(failure);
        }
        report();
    }

    /** Another node has become its master, and this one does not know yet. */
    private void demoted() {
        granted = Wanted.Part.SLAVE;
        entriesKnown = false;
        asked.clear();
        if (single != null) {
            single.pause();
        }
        report();
    }

    private static String code(OFErrorMsg failure) {
        return failure.getErrType() + " " + failure.toString().replaceAll(".*code=(\\w+).*", "$1");
    }

    private void report() {
        if (host != null) {
            controller.report(
                    this,
                    new HypervisorStatus(
                            host.name(),
                            true,
                            granted == null ? "none" : granted.name().toLowerCase(Locale.ROOT),
                            Instant.now(),
                            wanted.entries().size()
                                    + (clients == null ? 0 : clients.calls().entries()),
                            (asked.isEmpty() ? table.present() : 0) + (single == null ? 0 : single.present()),
                            0,
                            List.copyOf(wanted.missing()),
                            error,
                            clients == null ? ClientStatus.NONE : clients.status()));
        }
    }

    private void send(OFMessage message) {
        write(message);
        context.flush();
    }

    private void write(OFMessage message) {
        if (message.getVersion() != OFVersion.OF_13) {
            throw new IllegalArgumentException(message.toString());
        }
        ByteBuf buffer = context.alloc().buffer();
        message.writeTo(buffer);
        context.write(buffer);
    }
}
