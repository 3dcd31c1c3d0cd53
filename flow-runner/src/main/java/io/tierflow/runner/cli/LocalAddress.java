package io.tierflow.runner.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** The addresses that a runner binds and tells others. */
final class LocalAddress {

  private LocalAddress() {}

  /** The engine tells others the port before the API binds it, so it is chosen ahead. */
  static int freePort(String httpHost) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(httpHost, 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--http-host: found '" + httpHost + "', expected an address of this machine", e);
    }
  }

  /** Where other machines find a listener on this host and port. */
  static String url(String httpHost, int port) {
    return "http://" + (httpHost.equals("0.0.0.0") ? hostName() : httpHost) + ":" + port;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "this machine does not know its name: expected --advertised URL", e);
    }
  }
}
