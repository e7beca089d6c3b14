package io.weir.appliance.e2e;

@OnBed(Contender.AF_XDP_GENERIC)
class AfXdpGenericEndToEndTest extends EndToEndSuite {}
