package io.weir.appliance.e2e;

@OnBed(Contender.AF_PACKET)
class AfPacketForwardingTest extends ForwardingSuite {}
