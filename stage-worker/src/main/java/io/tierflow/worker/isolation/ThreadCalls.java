package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.Handlers;
import io.tierflow.handler.LoadedHandler;
import java.util.List;
import java.util.Optional;

/** Calls handlers on the calling thread. Thread-safe as the handlers are. */
public final class ThreadCalls implements HandlerCalls {

  private final Handlers handlers;

  /** Calls these handlers. */
  public ThreadCalls(Handlers handlers) {
    this.handlers = handlers;
  }

  @Override
  public List<String> names() {
    return List.copyOf(handlers.names());
  }

  @Override
  public boolean has(String handler) {
    return handlers.find(handler).isPresent();
  }

  @Override
  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever a handler throws goes through
  public Result call(Call call) throws Exception {
    Optional<LoadedHandler> handler = handlers.find(call.handler());
    if (handler.isEmpty()) {
      return new Failed(
          Failure.of(
              FailureKind.UNKNOWN_HANDLER,
              "no handler '" + call.handler() + "' here: expected one of " + handlers.names()));
    }
    LoadedHandler found = handler.get();
    // Libraries that look for their parts by the thread's class loader find those of the jar.
    Thread.currentThread().setContextClassLoader(found.handler().getClass().getClassLoader());
    call.witness().begins();
    byte[] output = found.invoke(call.input(), call.context());
    if (output.length > call.maxOutputBytes()) {
      return new Failed(
          new Failure(
              FailureKind.HANDLER_ERROR,
              "the output has "
                  + output.length
                  + " bytes: expected at most "
                  + call.maxOutputBytes(),
              "",
              true,
              Optional.empty()));
    }
    return new Returned(found.contentType(), output);
  }

  /** The worker's own heap: threads share it. */
  @Override
  public long memoryUsed() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Override
  public void close() {
    // Threads that ignore their interrupt cannot be ended; they are daemons.
  }
}
