package io.tierflow.worker.handlers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a pipe to its end and keeps a bounded part of it. The pipe is read on whatever comes, so
 * that its writer never blocks. Thread-safe.
 */
final class PipeBuffer {

  private static final int CHUNK = 8 * 1024;

  private final int maxBytes;
  private final boolean keepEnd;
  private final CompletableFuture<Void> overflow = new CompletableFuture<>();
  private byte[] kept = new byte[0];
  private int size;

  private PipeBuffer(int maxBytes, boolean keepEnd) {
    this.maxBytes = maxBytes;
    this.keepEnd = keepEnd;
  }

  /** Keeps the first bytes; more are an overflow. */
  static PipeBuffer keepingStart(int maxBytes) {
    return new PipeBuffer(maxBytes, false);
  }

  /** Keeps the last bytes. */
  static PipeBuffer keepingEnd(int maxBytes) {
    return new PipeBuffer(maxBytes, true);
  }

  /** Done once the pipe held more than is kept. */
  CompletableFuture<Void> overflow() {
    return overflow;
  }

  /** Reads until the pipe's end. */
  void drain(InputStream pipe) {
    byte[] chunk = new byte[CHUNK];
    try (pipe) {
      for (int n = pipe.read(chunk); n >= 0; n = pipe.read(chunk)) {
        add(chunk, n);
      }
    } catch (IOException e) {
      note("(the pipe broke: " + e.getMessage() + ")");
    }
  }

  /** Adds a remark of ours to what the program wrote. */
  void note(String remark) {
    byte[] bytes = remark.getBytes(StandardCharsets.UTF_8);
    add(bytes, bytes.length);
  }

  synchronized byte[] bytes() {
    return Arrays.copyOf(kept, size);
  }

  private synchronized void add(byte[] chunk, int length) {
    int room = maxBytes - size;
    if (length > room && !keepEnd) {
      overflow.complete(null);
    }
    if (length > room && keepEnd) {
      dropFirst(Math.min(size, length - room));
      room = maxBytes - size;
    }
    int taken = Math.min(length, room);
    int from = keepEnd ? length - taken : 0;
    if (size + taken > kept.length) {
      long doubled = Math.max(CHUNK, Math.max(size + taken, kept.length * 2L));
      kept = Arrays.copyOf(kept, (int) Math.min(maxBytes, doubled));
    }
    System.arraycopy(chunk, from, kept, size, taken);
    size += taken;
  }

  private void dropFirst(int count) {
    System.arraycopy(kept, count, kept, 0, size - count);
    size -= count;
  }
}
