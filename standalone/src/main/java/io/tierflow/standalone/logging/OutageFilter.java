package io.tierflow.standalone.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets through one warning in ten seconds of those that Kafka's clients give of their connections:
 * while a broker is away, each client of a process gives two with every try, and they would bury
 * all else. Named in {@code logback.xml}. Thread-safe.
 */
public final class OutageFilter extends Filter<ILoggingEvent> {

  private static final String CONNECTIONS = "org.apache.kafka.clients.NetworkClient";
  private static final long INTERVAL_MILLIS = 10_000;

  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

  /** For logback. */
  public OutageFilter() {}

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (event.getLevel() != Level.WARN || !event.getLoggerName().equals(CONNECTIONS)) {
      return FilterReply.NEUTRAL;
    }
    long at = event.getTimeStamp();
    long due = next.get();
    return at >= due && next.compareAndSet(due, at + INTERVAL_MILLIS)
        ? FilterReply.NEUTRAL
        : FilterReply.DENY;
  }
}
