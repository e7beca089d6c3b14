package io.weir.appliance.e2e;

@OnBed(Contender.NFTABLES)
class NftablesEndToEndTest extends EndToEndSuite {}
