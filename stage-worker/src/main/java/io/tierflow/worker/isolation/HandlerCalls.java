package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.handler.StageContext;
import java.util.List;

/** Where a worker's handlers are called. Thread-safe; every slot calls from a thread of its own. */
public interface HandlerCalls extends AutoCloseable {

  /**
   * One call.
   *
   * @param handler the handler's name
   * @param input the encoded input
   * @param context what the handler may know, and tell
   * @param maxOutputBytes the largest output; a larger one fails the attempt for good
   * @param witness hears how it goes
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Call(
      String handler, byte[] input, StageContext context, int maxOutputBytes, Witness witness) {}

  /** Hears how a call goes, from any thread. */
  interface Witness {

    /** One that is not interested. */
    Witness NONE =
        new Witness() {
          @Override
          public void begins() {
            // no matter
          }

          @Override
          public void usedMemory(long peakBytes) {
            // no matter
          }
        };

    /** The handler is called now: whatever the call waited for is there. */
    void begins();

    /** The most memory the attempt has used so far, in bytes, where that is measured. */
    void usedMemory(long peakBytes);
  }

  /** How a call ended. */
  sealed interface Result {}

  /** With an output. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Returned(String contentType, byte[] output) implements Result {}

  /** Without one. */
  record Failed(Failure failure) implements Result {}

  /** The names of the handlers that can be called, sorted. */
  List<String> names();

  /** Whether a handler of that name can be called. */
  default boolean has(String handler) {
    return names().contains(handler);
  }

  /**
   * Calls a handler and waits for its end. An interrupt of the calling thread asks the handler to
   * end.
   *
   * @throws NotRunException if the handler could not be called, through no fault of its own
   * @throws InterruptedException if the call was interrupted; in a process, nothing of it runs on
   * @throws Exception whatever else the handler threw
   */
  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever a handler throws goes through
  Result call(Call call) throws Exception;

  /**
   * The same, for a call that needs so much memory; where all calls share one, that makes no
   * difference.
   */
  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever a handler throws goes through
  default Result call(Call call, long memoryBytes) throws Exception {
    return call(call);
  }

  /** For a person: what limits the processes of calls; empty if they have none of their own. */
  default String limitedBy() {
    return "";
  }

  /** The bytes of memory that are in use for calls now. */
  long memoryUsed();

  /** Ends what still runs, where that is possible. */
  @Override
  void close();
}
