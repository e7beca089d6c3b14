package io.weir.appliance.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/** A session in which the server speaks first, and nobody says a word until it ends. */
final class SilentSession extends Conversation {
    private static final int PAUSE_MS = 20;

    SilentSession(IpFamily family) {
        super("idle session", family);
    }

    @Override
    void converse() throws IOException, InterruptedException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(WebConnection.PATIENCE_MS);
            socket.connect(family().vip(VirtualService.FTP), WebConnection.PATIENCE_MS);
            openedFrom(socket.getLocalPort());
            BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            String greeting = lines.readLine();
            require("220 b ready".equals(greeting), "the greeting is \"" + greeting + "\"");
            advanced(0);
            while (!isEnding()) {
                Thread.sleep(PAUSE_MS);
            }
            long asked = System.nanoTime();
            socket.getOutputStream().write("QUIT\r\n".getBytes(US_ASCII));
            String answer = lines.readLine();
            require("221 Goodbye".equals(answer), "the answer is \"" + answer + "\"");
            advanced(System.nanoTime() - asked);
        }
    }
}
