package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFFlowModFlags;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.action.OFAction;
import org.projectfloodlight.openflow.protocol.instruction.OFInstruction;
import org.projectfloodlight.openflow.protocol.match.Match;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.types.ArpOpcode;
import org.projectfloodlight.openflow.types.EthType;
import org.projectfloodlight.openflow.types.IPv4Address;
import org.projectfloodlight.openflow.types.IPv6Address;
import org.projectfloodlight.openflow.types.IpProtocol;
import org.projectfloodlight.openflow.types.MacAddress;
import org.projectfloodlight.openflow.types.OFBufferId;
import org.projectfloodlight.openflow.types.OFGroup;
import org.projectfloodlight.openflow.types.OFMetadata;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.TransportPort;
import org.projectfloodlight.openflow.types.U64;
import org.projectfloodlight.openflow.types.U8;

/** Messages about entries, as OpenFlow 1.3 has them. */
final class OpenFlow {
    static final OFFactory FACTORY = OFFactories.getFactory(OFVersion.OF_13);
    /** The upper 16 bits of a cookie say whose it is. */
    static final U64 OWNER = U64.of(0xffffL << 48);

    private static final int WHOLE_PACKET = 0xffff;

    private OpenFlow() {}

    /**
     * Adds an entry; one with the same place is replaced. At the lowest priority the switch refuses it ({@code OVERLAP})
     * where somebody else has said already what happens to the rest.
     */
    static OFMessage add(FlowEntry entry, int owner, long xid) {
        boolean last = entry.priority() == 0;
        Set<OFFlowModFlags> flags =
                last ? EnumSet.of(OFFlowModFlags.CHECK_OVERLAP) : EnumSet.noneOf(OFFlowModFlags.class);
        return add(entry, entry.cookie(owner), flags, 0, xid);
    }

    /** Adds an entry that the switch removes when it has been idle for so long, and then tells of it. */
    static OFMessage addForClient(FlowEntry entry, long cookie, int idleSeconds, long xid) {
        return add(entry, cookie, EnumSet.of(OFFlowModFlags.SEND_FLOW_REM), idleSeconds, xid);
    }

    private static OFMessage add(FlowEntry entry, long cookie, Set<OFFlowModFlags> flags, int idleSeconds, long xid) {
        return FACTORY.buildFlowAdd()
                .setXid(xid)
                .setTableId(TableId.of(entry.table()))
                .setPriority(entry.priority())
                .setCookie(U64.of(cookie))
                .setIdleTimeout(idleSeconds)
                .setBufferId(OFBufferId.NO_BUFFER)
                .setOutPort(OFPort.ANY)
                .setOutGroup(OFGroup.ANY)
                .setFlags(flags)
                .setMatch(match(entry.match()))
                .setInstructions(instructions(entry.actions()))
                .build();
    }

    /** Deletes the entry in this place, if it has this cookie. */
    static OFMessage deleteStrictly(FlowEntry entry, long cookie, long xid) {
        return FACTORY.buildFlowDeleteStrict()
                .setXid(xid)
                .setTableId(TableId.of(entry.table()))
                .setPriority(entry.priority())
                .setCookie(U64.of(cookie))
                .setCookieMask(U64.NO_MASK)
                .setBufferId(OFBufferId.NO_BUFFER)
                .setOutPort(OFPort.ANY)
                .setOutGroup(OFGroup.ANY)
                .setMatch(match(entry.match()))
                .build();
    }

    /** Has the switch do to a frame what an entry would. */
    static OFMessage packet(int inPort, ByteBuf frame, List<Action> actions, long xid) {
        byte[] bytes = new byte[frame.readableBytes()];
        frame.getBytes(frame.readerIndex(), bytes);
        return FACTORY.buildPacketOut()
                .setXid(xid)
                .setBufferId(OFBufferId.NO_BUFFER)
                .setInPort(OFPort.of(inPort))
                .setActions(applied(actions))
                .setData(bytes)
                .build();
    }

    /** Deletes every entry with this cookie. */
    static OFMessage delete(long cookie, long xid) {
        return FACTORY.buildFlowDelete()
                .setXid(xid)
                .setTableId(TableId.ALL)
                .setCookie(U64.of(cookie))
                .setCookieMask(U64.NO_MASK)
                .setBufferId(OFBufferId.NO_BUFFER)
                .setOutPort(OFPort.ANY)
                .setOutGroup(OFGroup.ANY)
                .setMatch(match(List.of()))
                .build();
    }

    /** Asks for all entries of an owner. */
    static OFMessage entriesOf(int owner, long xid) {
        return FACTORY.buildFlowStatsRequest()
                .setXid(xid)
                .setTableId(TableId.ALL)
                .setOutPort(OFPort.ANY)
                .setOutGroup(OFGroup.ANY)
                .setCookie(U64.of((long) owner << 48))
                .setCookieMask(OWNER)
                .setMatch(match(List.of()))
                .build();
    }

    private static Match match(List<Field> fields) {
        Match.Builder match = FACTORY.buildMatch();
        fields.forEach(field -> set(match, field));
        return match.build();
    }

    private static void set(Match.Builder match, Field field) {
        int number = (int) field.lo();
        switch (field.oxm()) {
            case IN_PORT -> match.setExact(MatchField.IN_PORT, OFPort.of(number));
            case METADATA -> match.setExact(MatchField.METADATA, OFMetadata.ofRaw(field.lo()));
            case ETH_DST -> match.setExact(MatchField.ETH_DST, MacAddress.of(field.lo()));
            case ETH_TYPE -> match.setExact(MatchField.ETH_TYPE, EthType.of(number));
            case IP_PROTO -> match.setExact(MatchField.IP_PROTO, IpProtocol.of((short) number));
            case IPV4_SRC -> match.setExact(MatchField.IPV4_SRC, IPv4Address.of(number));
            case IPV4_DST -> match.setExact(MatchField.IPV4_DST, IPv4Address.of(number));
            case TCP_SRC -> match.setExact(MatchField.TCP_SRC, TransportPort.of(number));
            case TCP_DST -> match.setExact(MatchField.TCP_DST, TransportPort.of(number));
            case UDP_SRC -> match.setExact(MatchField.UDP_SRC, TransportPort.of(number));
            case UDP_DST -> match.setExact(MatchField.UDP_DST, TransportPort.of(number));
            case ARP_OP -> match.setExact(MatchField.ARP_OP, ArpOpcode.of(number));
            case ARP_SPA -> match.setExact(MatchField.ARP_SPA, IPv4Address.of(number));
            case ARP_TPA -> match.setExact(MatchField.ARP_TPA, IPv4Address.of(number));
            case IPV6_SRC -> match.setExact(MatchField.IPV6_SRC, IPv6Address.of(field.hi(), field.lo()));
            case IPV6_DST -> match.setExact(MatchField.IPV6_DST, IPv6Address.of(field.hi(), field.lo()));
            case ICMPV6_TYPE -> match.setExact(MatchField.ICMPV6_TYPE, U8.of((short) number));
            case ICMPV6_CODE -> match.setExact(MatchField.ICMPV6_CODE, U8.of((short) number));
            case ND_TARGET -> match.setExact(MatchField.IPV6_ND_TARGET, IPv6Address.of(field.hi(), field.lo()));
            case ETH_SRC, ARP_SHA, ARP_THA, ND_TLL, ND_RESERVED, ND_OPTIONS_TYPE ->
                throw new IllegalArgumentException("nothing is matched by " + field.oxm());
        }
    }

    private static List<OFAction> applied(List<Action> actions) {
        List<OFAction> applied = new ArrayList<>();
        for (Action action : actions) {
            switch (action) {
                case Action.Set(Field field) -> applied.add(FACTORY.actions().setField(new RawOxm(field)));
                case Action.Move(Oxm from, Oxm to) -> applied.add(new RegisterMove(from, to));
                case Action.Output(int port) -> applied.add(output(OFPort.of(port)));
                case Action.InPort() -> applied.add(output(OFPort.IN_PORT));
                case Action.Normal() -> applied.add(output(OFPort.NORMAL));
                case Action.ToController() -> applied.add(output(OFPort.CONTROLLER));
                case Action.GoTo goTo -> {
                    // an instruction
                }
            }
        }
        return applied;
    }

    private static List<OFInstruction> instructions(List<Action> actions) {
        List<OFAction> applied = applied(actions);
        List<OFInstruction> instructions = new ArrayList<>();
        if (!applied.isEmpty()) {
            instructions.add(FACTORY.instructions().applyActions(applied));
        }
        if (!actions.isEmpty() && actions.getLast() instanceof Action.GoTo(int table)) {
            instructions.add(FACTORY.instructions().gotoTable(TableId.of(table)));
        }
        return instructions;
    }

    private static OFAction output(OFPort port) {
        return FACTORY.actions().output(port, WHOLE_PACKET);
    }
}
