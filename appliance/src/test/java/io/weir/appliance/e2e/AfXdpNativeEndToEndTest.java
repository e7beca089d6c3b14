package io.weir.appliance.e2e;

@OnBed(Contender.AF_XDP_NATIVE)
class AfXdpNativeEndToEndTest extends EndToEndSuite {}
