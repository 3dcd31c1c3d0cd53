package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.handler.StageContext;
import java.util.List;

/** What a worker and its child process tell each other. */
sealed interface Frame {

  /**
   * The child is ready.
   *
   * @param token the secret it was given, which shows that it is the child
   * @param handlers the names of its handlers
   */
  record Hello(String token, List<String> handlers) implements Frame {}

  /** The child cannot be used: its handlers cannot be loaded, for example. */
  record Unusable(String token, String why) implements Frame {}

  /**
   * The child is to call a handler.
   *
   * @param number how many calls there were of this child, this one included
   */
  @SuppressWarnings("ArrayRecordComponent") // written at once, never compared
  record Run(int number, String handler, byte[] input, StageContext context, int maxOutputBytes)
      implements Frame {}

  /** The handler is to end. */
  record Cancel() implements Frame {}

  /** The child lives; told every second. */
  record Alive() implements Frame {}

  /**
   * How far the handler is.
   *
   * @param number of its call: a thread that an earlier one left may still tell of it
   */
  record Progress(int number, double fraction, String message) implements Frame {}

  /**
   * The handler makes a call to the outside once more.
   *
   * @param number of its call, as of progress
   */
  record Retried(int number) implements Frame {}

  /**
   * The handler returned.
   *
   * @param threads how many threads the child has more than before its first task
   */
  @SuppressWarnings("ArrayRecordComponent") // written at once, never compared
  record Returned(String contentType, byte[] output, int threads) implements Frame {}

  /**
   * The handler failed.
   *
   * @param threads how many threads the child has more than before its first task
   */
  record Failed(Failure failure, int threads) implements Frame {}
}
