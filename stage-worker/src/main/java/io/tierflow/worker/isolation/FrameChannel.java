package io.tierflow.worker.isolation;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageContext;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Frames over a socket: a length, a letter for the kind, the fields. Both ends are of one version,
 * so that nothing needs to be negotiated. Any thread may write, one reads.
 *
 * <p>A plain socket, since threads that write may be interrupted at any time: that would close a
 * channel of {@code java.nio}.
 */
final class FrameChannel implements Closeable {

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out; // guarded by itself
  private final int maxFrameBytes;
  private final JsonMapper mapper = new JsonMapper();

  /**
   * Reads and writes this socket.
   *
   * @param maxFrameBytes a longer frame is refused: its sender is not what it should be
   */
  FrameChannel(Socket socket, int maxFrameBytes) throws IOException {
    socket.setTcpNoDelay(true);
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    this.maxFrameBytes = maxFrameBytes;
  }

  void write(Frame frame) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    encode(frame, new DataOutputStream(bytes));
    synchronized (out) {
      out.writeInt(bytes.size());
      bytes.writeTo(out);
      out.flush();
    }
  }

  /**
   * The next frame.
   *
   * @throws ProtocolException if it is none
   * @throws java.io.EOFException if the other end is gone
   */
  Frame read() throws IOException {
    int length = in.readInt();
    if (length < 1 || length > maxFrameBytes) {
      throw new ProtocolException(
          "a frame of " + length + " bytes: expected 1 to " + maxFrameBytes + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a frame broke off after " + bytes.length + " bytes");
    }
    return decode(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void encode(Frame frame, DataOutputStream to) throws IOException {
    if (frame instanceof Frame.Hello hello) {
      to.writeByte('H');
      text(to, hello.token());
      to.writeInt(hello.handlers().size());
      for (String handler : hello.handlers()) {
        text(to, handler);
      }
    } else if (frame instanceof Frame.Unusable unusable) {
      to.writeByte('U');
      text(to, unusable.token());
      text(to, unusable.why());
    } else if (frame instanceof Frame.Run run) {
      to.writeByte('R');
      run(to, run);
    } else if (frame instanceof Frame.Cancel) {
      to.writeByte('C');
    } else if (frame instanceof Frame.Alive) {
      to.writeByte('A');
    } else if (frame instanceof Frame.Progress progress) {
      to.writeByte('P');
      to.writeInt(progress.number());
      to.writeDouble(progress.fraction());
      text(to, progress.message());
    } else if (frame instanceof Frame.Retried retried) {
      to.writeByte('T');
      to.writeInt(retried.number());
    } else if (frame instanceof Frame.Returned returned) {
      to.writeByte('D');
      text(to, returned.contentType());
      bytes(to, returned.output());
      to.writeInt(returned.threads());
    } else if (frame instanceof Frame.Failed failed) {
      to.writeByte('F');
      failure(to, failed.failure());
      to.writeInt(failed.threads());
    }
  }

  private Frame decode(DataInputStream from) throws IOException {
    byte kind = from.readByte();
    return switch (kind) {
      case 'H' -> new Frame.Hello(text(from), texts(from));
      case 'U' -> new Frame.Unusable(text(from), text(from));
      case 'R' -> run(from);
      case 'C' -> new Frame.Cancel();
      case 'A' -> new Frame.Alive();
      case 'P' -> new Frame.Progress(from.readInt(), from.readDouble(), text(from));
      case 'T' -> new Frame.Retried(from.readInt());
      case 'D' -> new Frame.Returned(text(from), bytes(from), from.readInt());
      case 'F' -> new Frame.Failed(failure(from), from.readInt());
      default -> throw new ProtocolException("a frame of the unknown kind " + kind);
    };
  }

  private void run(DataOutputStream to, Frame.Run run) throws IOException {
    StageContext context = run.context();
    to.writeInt(run.number());
    text(to, run.handler());
    text(to, context.runId());
    text(to, context.flow());
    text(to, context.pipeline());
    text(to, context.stage());
    to.writeInt(context.index().orElse(-1));
    to.writeInt(context.attempt());
    text(to, context.idempotencyKey());
    text(to, context.resourceClass());
    bytes(to, mapper.writeValueAsBytes(context.config()));
    bytes(to, run.input());
    to.writeInt(run.maxOutputBytes());
  }

  private Frame.Run run(DataInputStream from) throws IOException {
    int number = from.readInt();
    String handler = text(from);
    ChildContext context =
        new ChildContext(
            new ChildContext.Place(text(from), text(from), text(from), text(from), index(from)),
            new ChildContext.Task(
                number, from.readInt(), text(from), text(from), mapper.readTree(bytes(from))),
            this);
    return new Frame.Run(number, handler, bytes(from), context, from.readInt());
  }

  private static OptionalInt index(DataInputStream from) throws IOException {
    int index = from.readInt();
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }

  private static void failure(DataOutputStream to, Failure failure) throws IOException {
    text(to, failure.kind().name());
    text(to, failure.message());
    text(to, failure.detail());
    to.writeBoolean(failure.permanent());
    to.writeLong(failure.retryAfter().map(Duration::toMillis).orElse(-1L));
    to.writeBoolean(failure.outsideSlot());
  }

  private static Failure failure(DataInputStream from) throws IOException {
    FailureKind kind = FailureKind.valueOf(text(from));
    String message = text(from);
    String detail = text(from);
    boolean permanent = from.readBoolean();
    long retryAfter = from.readLong();
    boolean outsideSlot = from.readBoolean();
    return new Failure(
        kind,
        message,
        detail,
        permanent,
        retryAfter < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(retryAfter)),
        false,
        outsideSlot);
  }

  private static void text(DataOutputStream to, String text) throws IOException {
    bytes(to, text.getBytes(StandardCharsets.UTF_8)); // writeUTF ends at 64 KiB
  }

  private static String text(DataInputStream from) throws IOException {
    return new String(bytes(from), StandardCharsets.UTF_8);
  }

  private static List<String> texts(DataInputStream from) throws IOException {
    int count = from.readInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(from));
    }
    return texts;
  }

  private static void bytes(DataOutputStream to, byte[] bytes) throws IOException {
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  private static byte[] bytes(DataInputStream from) throws IOException {
    int length = from.readInt();
    if (length < 0 || length > from.available()) {
      throw new ProtocolException("a field of " + length + " bytes in a shorter frame");
    }
    return from.readNBytes(length);
  }
}
