package io.weir.appliance.hypervisor;

/**
 * What {@code hypervisor.flows = client} does on one hypervisor. Immutable.
 *
 * @param entries entries for clients that its switch should have, of those that a status counts
 * @param relayed replies that came before their entry, and were sent on by the node
 * @param dropped replies of flows that the node did not know, and dropped
 * @param refused connections without an entry, since there were too many
 */
public record ClientStatus(int entries, long relayed, long dropped, long refused) {
    static final ClientStatus NONE = new ClientStatus(0, 0, 0, 0);
}
