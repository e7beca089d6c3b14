/** Where frames come from and go to: AF_XDP, AF_PACKET and memory behind one seam, and the frames themselves. */
package io.weir.engine.port;
