package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that a release has written stay readable by every later one. */
class GoldenBytesTest {

  private static final ReleasedSchemas RELEASED = ReleasedSchemas.all();

  static Stream<String> versions() {
    return allVersions().stream();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void decodesToWhatWasWritten(String version) throws Exception {
    for (Map.Entry<String, SpecificRecord> sample : Samples.all().entrySet()) {
      for (GoldenBytes.Encoding encoding : GoldenBytes.Encoding.values()) {
        Optional<byte[]> bytes = GoldenBytes.read(encoding, version, sample.getKey());
        if (bytes.isPresent()) {
          SpecificRecord decoded =
              encoding
                  .codec(version)
                  .decode(GoldenBytes.TOPIC, bytes.get(), sample.getValue().getClass());
          assertThat(decoded)
              .as("%s of %s in %s", sample.getKey(), version, encoding)
              .isEqualTo(sample.getValue());
        }
      }
    }
  }

  @Test
  void newestVersionHasBytesOfEverySampleInBothEncodings() throws IOException {
    String newest = allVersions().get(allVersions().size() - 1);
    for (String sample : Samples.all().keySet()) {
      for (GoldenBytes.Encoding encoding : GoldenBytes.Encoding.values()) {
        assertThat(GoldenBytes.read(encoding, newest, sample))
            .as("golden bytes %s", encoding.path(newest, sample))
            .isPresent();
      }
    }
  }

  @Test
  void samplesCoverEveryBranchOfEveryBody() {
    List<String> samples = List.copyOf(Samples.all().keySet());
    for (String name : RELEASED.names()) {
      List<ReleasedSchemas.Released> versions = RELEASED.versions(name);
      Schema schema = versions.get(versions.size() - 1).schema();
      Schema.Field body = schema.getField("body");
      if (body == null) {
        assertThat(samples).anyMatch(sample -> (sample + ".").startsWith(schema.getName() + "."));
      } else {
        assertThat(samples)
            .containsAll(
                body.schema().getTypes().stream()
                    .map(branch -> schema.getName() + "." + branch.getName())
                    .toList());
      }
    }
  }

  @Test
  void thisBuildWritesTheSameBytesAsTheNewestVersion() throws IOException {
    String newest = allVersions().get(allVersions().size() - 1);
    for (Map.Entry<String, SpecificRecord> sample : Samples.all().entrySet()) {
      for (GoldenBytes.Encoding encoding : GoldenBytes.Encoding.values()) {
        byte[] stored = GoldenBytes.read(encoding, newest, sample.getKey()).orElseThrow();
        byte[] written = encoding.codec(newest).encode(GoldenBytes.TOPIC, sample.getValue());
        assertThat(Arrays.equals(written, stored))
            .as("%s is written as in %s", sample.getKey(), encoding.path(newest, sample.getKey()))
            .isTrue();
      }
    }
  }

  private static List<String> allVersions() {
    return RELEASED.names().stream()
        .flatMap(name -> RELEASED.versions(name).stream())
        .map(ReleasedSchemas.Released::version)
        .distinct()
        .sorted(Comparator.comparingInt(v -> Integer.parseInt(v.substring(1))))
        .toList();
  }
}
