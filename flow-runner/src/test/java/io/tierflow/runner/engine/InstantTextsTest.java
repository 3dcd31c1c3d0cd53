package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InstantTextsTest {

  private final InstantTexts texts = new InstantTexts();

  @Test
  void writesAsInstantsWriteThemselves() {
    Random random = new Random(1);
    List<Instant> near =
        random
            .longs(5_000, 0, 200_000)
            .mapToObj(millis -> Instant.parse("2026-12-31T23:58:30Z").plusMillis(millis))
            .toList();
    List<Instant> far =
        random
            .longs(5_000, -70_000_000_000_000L, 260_000_000_000_000L)
            .mapToObj(Instant::ofEpochMilli)
            .toList();
    List<Instant> odd =
        Stream.of(
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999Z",
                "2026-01-01T00:00:00.010Z",
                "2026-01-01T00:00:00.000001Z",
                "2026-01-01T00:00:59.999999999Z",
                "+12345-01-01T00:00:00Z",
                "-0001-01-01T00:00:00.5Z")
            .map(Instant::parse)
            .toList();
    for (List<Instant> instants : List.of(near, far, odd, near)) {
      assertThat(instants.stream().map(texts::of))
          .containsExactlyElementsOf(instants.stream().map(Instant::toString).toList());
    }
  }
}
