package io.tierflow.worker;

import io.tierflow.handler.StageContext;
import java.util.Set;

/** The handlers a worker has, called with bytes and giving bytes. Thread-safe. */
public interface TaskHandlers {

  /** The names of all handlers, sorted. */
  Set<String> names();

  /**
   * Does the work of one attempt on the calling thread.
   *
   * @throws UnknownHandlerException if no handler has that name
   * @throws Exception whatever the handler throws
   */
  @SuppressWarnings("InterruptedExceptionSwallowed") // handlers may throw whatever their work does
  Output invoke(String handler, byte[] input, StageContext context) throws Exception;

  /**
   * What a handler gave.
   *
   * @param contentType what the bytes are
   * @param bytes the encoded output; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once and never compared
  record Output(String contentType, byte[] bytes) {}

  /** No handler has the name a task asks for. */
  final class UnknownHandlerException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says which one was asked for and which there are. */
    public UnknownHandlerException(String handler, Set<String> known) {
      super("no handler '" + handler + "': expected one of " + String.join(", ", known));
    }
  }
}
