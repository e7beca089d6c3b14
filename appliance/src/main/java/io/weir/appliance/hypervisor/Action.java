package io.weir.appliance.hypervisor;

/** What an entry does to a packet; {@code toString} is Open vSwitch's notation. */
sealed interface Action {
    /** Sets a field. */
    record Set(Field field) implements Action {
        @Override
        public String toString() {
            return "set_field:" + field.value() + "->" + field.oxm().ovs();
        }
    }

    /** Copies a field to another of the same length (Open vSwitch's {@code NXAST_REG_MOVE}; not in OpenFlow before 1.5). */
    record Move(Oxm from, Oxm to) implements Action {
        @Override
        public String toString() {
            return "move:" + from.ovs() + "[]->" + to.ovs() + "[]";
        }
    }

    /** Sends it out of a port. */
    record Output(int port) implements Action {
        @Override
        public String toString() {
            return "output:" + port;
        }
    }

    /** Sends it back where it came from. */
    record InPort() implements Action {
        @Override
        public String toString() {
            return "in_port";
        }
    }

    /** Leaves it to the switch. */
    record Normal() implements Action {
        @Override
        public String toString() {
            return "normal";
        }
    }

    /** Sends it to the controller, whole. */
    record ToController() implements Action {
        @Override
        public String toString() {
            return "controller";
        }
    }

    /** Goes on in another table; only as the last one. */
    record GoTo(int table) implements Action {
        @Override
        public String toString() {
            return "goto_table:" + table;
        }
    }
}
