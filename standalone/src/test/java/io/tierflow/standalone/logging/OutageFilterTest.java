package io.tierflow.standalone.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;

class OutageFilterTest {

  private static final String CONNECTIONS = "org.apache.kafka.clients.NetworkClient";

  private final OutageFilter filter = new OutageFilter();

  @Test
  void tellsOnceInTenSecondsThatABrokerIsAway() {
    assertThat(tells(CONNECTIONS, Level.WARN, 1_000)).isTrue();
    assertThat(tells(CONNECTIONS, Level.WARN, 1_050)).isFalse();
    assertThat(tells(CONNECTIONS, Level.WARN, 10_999)).isFalse();
    assertThat(tells(CONNECTIONS, Level.WARN, 11_000)).isTrue();
    assertThat(tells(CONNECTIONS, Level.WARN, 11_001)).isFalse();
  }

  @Test
  void holdsBackNothingElse() {
    assertThat(tells(CONNECTIONS, Level.WARN, 1_000)).isTrue();
    assertThat(tells(CONNECTIONS, Level.ERROR, 1_001)).isTrue();
    assertThat(tells("io.tierflow.worker.Lease", Level.WARN, 1_002)).isTrue();
    assertThat(tells("io.tierflow.worker.Lease", Level.WARN, 1_003)).isTrue();
  }

  private boolean tells(String logger, Level level, long at) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName(logger);
    event.setLevel(level);
    event.setTimeStamp(at);
    return filter.decide(event) != FilterReply.DENY;
  }
}
