package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.payload.PayloadException;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/** The one word to the engine's users for whatever does not answer now, but may later. */
final class Outages {

  private Outages() {}

  /**
   * Does what is asked.
   *
   * @throws UnavailableException if the payload store, the registry or the state cannot be reached
   */
  static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (PayloadException.Unavailable | RegistryException.Unavailable e) {
      throw new UnavailableException(e.getMessage(), e);
    } catch (InvalidStateStoreException e) {
      // A store may go to another runner not only before, but also while it is read.
      throw new UnavailableException("this runner is taking its runs over; try again", e);
    }
  }
}
