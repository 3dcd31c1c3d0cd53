package io.tierflow.machine.rate;

import io.tierflow.flow.Rate;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * When attempts of one stage were sent lately: what a rate allows is counted over the period that
 * ends now, so that no window of one period ever has more, wherever it begins. Times are
 * milliseconds of the caller's clock. Not thread-safe.
 *
 * <p>Where many are allowed, starts that lie close together are kept as one, at the latest of their
 * times: then another may be sent up to a 256th of the period later than it could be.
 */
public final class StartLog {

  /** How many different times are kept of one period. */
  private static final int GRAINS = 256;

  private final TreeMap<Long, Integer> starts = new TreeMap<>();
  private long longest; // the longest period that was asked of

  /** One is sent. */
  public void add(Rate rate, long now) {
    long per = rate.per().toMillis();
    longest = Math.max(longest, per);
    long grain = rate.calls() <= GRAINS ? 1 : Math.max(1, per / GRAINS);
    starts.merge(-Math.floorDiv(-now, grain) * grain, 1, Integer::sum);
    starts.headMap(now - longest, true).clear();
  }

  /** How many were sent within the period of a rate that ends now. */
  public int within(Rate rate, long now) {
    int count = 0;
    for (int each : starts.tailMap(now - rate.per().toMillis(), false).values()) {
      count += each;
    }
    return count;
  }

  /** When the next may be sent at the earliest; empty where that is now. */
  public OptionalLong nextAt(Rate rate, long now) {
    long per = rate.per().toMillis();
    int more = within(rate, now) - rate.calls();
    for (Map.Entry<Long, Integer> each : starts.tailMap(now - per, false).entrySet()) {
      if (more < 0) {
        break;
      }
      more -= each.getValue();
      if (more < 0) {
        return OptionalLong.of(each.getKey() + per);
      }
    }
    return OptionalLong.empty();
  }
}
