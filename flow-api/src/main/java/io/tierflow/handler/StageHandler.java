package io.tierflow.handler;

/**
 * The code of a stage. Implementations are found by {@link java.util.ServiceLoader} and named by
 * {@link #name()}; one instance serves all slots of a worker, so it must be thread-safe.
 *
 * <p>A stage runs at least once: after a crash the same task may be handled again, here or on
 * another machine, with the same {@link StageContext#idempotencyKey()}.
 *
 * @param <I> what the input is read as; {@code JsonNode} takes anything
 * @param <O> what it returns; null becomes JSON null
 */
public interface StageHandler<I, O> {

  /** The name flows use, for example {@code http-get}. */
  String name();

  /**
   * Does the work of one attempt.
   *
   * @return the stage's output
   * @throws StageException to choose the failure kind; any other exception is HANDLER_ERROR
   * @throws InterruptedException when the attempt was cancelled or timed out: let it through
   */
  @SuppressWarnings("InterruptedExceptionSwallowed") // handlers may throw whatever their work does
  O handle(I input, StageContext context) throws Exception;

  /** How input and output become bytes; JSON unless a handler says otherwise. */
  default PayloadCodec codec() {
    return JsonPayloadCodec.INSTANCE;
  }

  /**
   * A handler made of a function, for handlers that are registered by hand: a lambda alone does not
   * tell its input type.
   *
   * @param name the name flows use
   * @param input what the input is read as
   * @param work does the work of one attempt, as {@link #handle}
   */
  static <I, O> StageHandler<I, O> of(String name, Class<I> input, Work<I, O> work) {
    return new TypedHandler<>(name, input, work);
  }

  /**
   * The work of a handler without its name.
   *
   * @param <I> what the input is read as
   * @param <O> what it returns
   */
  @FunctionalInterface
  interface Work<I, O> {

    /** Does the work of one attempt, as {@link StageHandler#handle}. */
    @SuppressWarnings("InterruptedExceptionSwallowed") // work may throw whatever it does
    O handle(I input, StageContext context) throws Exception;
  }
}
