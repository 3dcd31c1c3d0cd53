package io.tierflow.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;

/** The stored bytes of the {@link Samples}: where they lie, and what made them. */
final class GoldenBytes {

  static final String TOPIC = "tierflow.golden";

  private static final int LINE = 80;

  private GoldenBytes() {}

  enum Encoding {
    SINGLE_OBJECT,
    CONFLUENT;

    /** A codec that writes as this version did, and reads every version. */
    WireCodec codec(String version) {
      return this == SINGLE_OBJECT
          ? new SingleObjectCodec()
          : new ConfluentWireCodec(new GoldenRegistry(version), false);
    }

    /** The file of one sample. */
    String path(String version, String sample) {
      return version + "/" + name().toLowerCase(Locale.ROOT) + "/" + sample + ".hex";
    }
  }

  /** The stored bytes; empty if the version did not have the sample. */
  static Optional<byte[]> read(Encoding encoding, String version, String sample)
      throws IOException {
    String path = "/golden/" + encoding.path(version, sample);
    try (InputStream in = GoldenBytes.class.getResourceAsStream(path)) {
      if (in == null) {
        return Optional.empty();
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return Optional.of(HexFormat.of().parseHex(text.replace("\n", "")));
    }
  }

  /** Bytes as text of short lines, so that a change can be seen. */
  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes).replaceAll("(.{" + LINE + "})(?=.)", "$1\n");
  }

  /** Ids that follow from version and type, so that they never need storing. */
  private record GoldenRegistry(String version) implements SchemaRegistry {

    @Override
    public int register(String subject, Schema schema) {
      throw new AssertionError("golden bytes register nothing");
    }

    @Override
    public int idOf(String subject, Schema schema) {
      return id(version, schema.getFullName());
    }

    @Override
    public Optional<Schema> schema(int id) {
      ReleasedSchemas released = ReleasedSchemas.all();
      return released.names().stream()
          .flatMap(name -> released.versions(name).stream())
          .filter(known -> id(known.version(), known.schema().getFullName()) == id)
          .map(ReleasedSchemas.Released::schema)
          .findFirst();
    }

    private static int id(String version, String name) {
      return Integer.parseInt(version.substring(1)) << 16 | (name.hashCode() & 0xFFFF);
    }
  }
}
