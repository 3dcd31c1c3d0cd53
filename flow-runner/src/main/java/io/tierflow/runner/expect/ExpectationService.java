package io.tierflow.runner.expect;

import io.tierflow.client.CompletionView;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.Page;
import io.tierflow.machine.expect.Expectation;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a runner does for work that was started elsewhere. Implementations are thread-safe; every
 * method may wait for Kafka and another runner, but no longer than a few seconds, and throws {@link
 * io.tierflow.runner.RunService.UnavailableException} when they do not answer.
 */
public interface ExpectationService {

  /**
   * Which one.
   *
   * @param key empty for the one without
   */
  record Subject(String name, String key) {

    /** For messages. */
    @Override
    public String toString() {
      return "'" + name + "'" + (key.isEmpty() ? " without a key" : " with the key '" + key + "'");
    }
  }

  /** Who is to answer. */
  enum Scope {
    /** Whichever runner has it. */
    CLUSTER,
    /** This runner, which another one asks. */
    HERE
  }

  /**
   * What became of a registration.
   *
   * @param created whether nothing of that name and key was expected before
   */
  record Registered(boolean created, ExpectationView view) {}

  /**
   * Which to list, by name and key.
   *
   * @param name only of this name
   * @param state only in this state
   * @param cursor the {@code nextCursor} of the part before
   * @param limit how many at most, 1 to 1000
   */
  record Filter(
      Optional<String> name, Optional<String> state, Optional<String> cursor, int limit) {}

  /** The clock that times are counted from. */
  Instant now();

  /** Expects this from now on; the same as before changes nothing. */
  Registered register(Subject subject, Expectation expectation, Scope scope);

  /** One that is expected. */
  Optional<ExpectationView> find(Subject subject, Scope scope);

  /**
   * Lists those that are expected.
   *
   * @param partitions only those that live on this runner in these partitions
   * @throws IllegalArgumentException if the cursor is not one that this method gave
   */
  Page<ExpectationView> list(Filter filter, Optional<Set<Integer>> partitions);

  /**
   * Expects it no longer.
   *
   * @return as it was
   * @throws java.util.NoSuchElementException if it was not expected
   */
  ExpectationView remove(Subject subject, Scope scope);

  /**
   * Takes a report.
   *
   * @throws java.util.NoSuchElementException if nothing like that is expected
   */
  CompletionView report(String name, CompletionBody body, Scope scope);
}
