package io.tierflow.benchmarks;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** How long runs took, from when they should have been submitted. Thread-safe. */
final class Latencies implements RunClient.Endings {

  private static final long HIGHEST = Duration.ofMinutes(10).toNanos();
  private static final int DIGITS = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Map<String, Long> scheduled = new ConcurrentHashMap<>();
  private final Histogram histogram = empty(); // guarded by this

  static Histogram empty() {
    return new Histogram(HIGHEST, DIGITS);
  }

  /** Notes when a run should have been submitted; before it is. */
  void scheduled(String run, long nanos) {
    scheduled.put(run, nanos);
  }

  @Override
  public synchronized void ended(String run, long nanos) {
    Long since = scheduled.remove(run);
    if (since != null) {
      histogram.recordValue(Math.min(HIGHEST, Math.max(0, nanos - since)));
      notifyAll();
    }
  }

  /**
   * Waits for every run that was scheduled.
   *
   * @return all latencies, in nanoseconds
   * @throws IllegalStateException if one has not ended in time: a lost run is no figure
   */
  synchronized Histogram awaitAll(Duration limit) throws InterruptedException {
    long slept = 0;
    long step = 100;
    while (!scheduled.isEmpty() && slept < limit.toMillis()) {
      int before = scheduled.size();
      TimeUnit.MILLISECONDS.timedWait(this, step);
      // Ends extend the wait: the limit is for silence.
      slept = scheduled.size() < before ? 0 : slept + step;
    }
    if (!scheduled.isEmpty()) {
      throw new IllegalStateException(
          scheduled.size()
              + " runs did not end, no other did for "
              + limit.toSeconds()
              + " s; one is "
              + scheduled.keySet().iterator().next());
    }
    return histogram.copy();
  }

  /** The usual percentiles in milliseconds, each value divided by {@code parts}. */
  static Map<String, Double> percentiles(Histogram nanos, int parts) {
    LongUnaryOperator at = tenths -> nanos.getValueAtPercentile(tenths / 10.0);
    Map<String, Double> values = new TreeMap<>();
    values.put("p50", millis(at.applyAsLong(500), parts));
    values.put("p90", millis(at.applyAsLong(900), parts));
    values.put("p99", millis(at.applyAsLong(990), parts));
    values.put("p99.9", millis(at.applyAsLong(999), parts));
    values.put("max", millis(nanos.getMaxValue(), parts));
    return values;
  }

  /** The median in milliseconds, divided by {@code parts}. */
  static double median(Histogram nanos, int parts) {
    return millis(nanos.getValueAtPercentile(50), parts);
  }

  /** A histogram as one word. */
  static String toText(Histogram histogram) {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int size = histogram.encodeIntoCompressedByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), size));
  }

  /**
   * The histogram that became this word.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Histogram ofText(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    try {
      return Histogram.decodeFromCompressedByteBuffer(bytes, HIGHEST);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("found no histogram: " + e.getMessage(), e);
    }
  }

  private static double millis(long nanos, int parts) {
    return nanos / NANOS_PER_MILLI / parts;
  }
}
