package io.weir.engine.port;

/**
 * How frames find the sockets that {@link PortFactory} opens: the kernel programs of this node. Port indexes are the
 * places in {@link PortOptions#devices}. Called on the thread that opens the ports; a {@link RuntimeException} fails the
 * driver that is being opened.
 */
public interface Steering {
    /** Every frame to every socket of AF_PACKET, by the kernel's flow hash; no AF_XDP. */
    Steering NONE = new Steering() {
        @Override
        public void registerXsk(int portIndex, int queue, int xskFd) {
            throw new UnsupportedOperationException("no XDP program, so nothing would reach an AF_XDP socket");
        }

        @Override
        public int packetFilterFd(int portIndex) {
            return -1;
        }

        @Override
        public int fanoutFd(int portIndex) {
            return -1;
        }
    };

    /**
     * Puts a socket into the map of the device's XDP program, which must be attached when this returns.
     *
     * @param portIndex which device
     * @param queue receive queue, the key in the map
     * @param xskFd the socket
     */
    void registerXsk(int portIndex, int queue, int xskFd);

    /**
     * The socket filter that keeps from an AF_PACKET socket what is the kernel's.
     *
     * @param portIndex which device
     * @return a loaded program, or -1: no filter
     */
    int packetFilterFd(int portIndex);

    /**
     * The program that divides a device's frames among the workers' AF_PACKET sockets: returns the worker's number.
     *
     * @param portIndex which device
     * @return a loaded program, or -1: the kernel's flow hash
     */
    int fanoutFd(int portIndex);
}
