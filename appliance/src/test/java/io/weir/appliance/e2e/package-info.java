/**
 * A whole appliance between real peers: the same contracts for every driver, and for kernel NAT in its place.
 *
 * <p>A suite is one {@link io.weir.appliance.e2e.Contender} on one bed: {@code mvn -pl appliance -am test
 * -Dtest='AfPacketEndToEndTest*' -Dsurefire.failIfNoSpecifiedTests=false}. When a contract fails for Weir and holds in
 * {@code NftablesEndToEndTest}, the bed is right and Weir is not.
 */
package io.weir.appliance.e2e;
