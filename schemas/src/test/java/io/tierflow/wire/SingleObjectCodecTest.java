package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageTask;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

class SingleObjectCodecTest {

  private static final String TOPIC = "tierflow.tasks.small";

  private final SingleObjectCodec codec = new SingleObjectCodec();

  @Test
  void givesBackWhatWasEncoded() throws Exception {
    StageTask task = Samples.task();

    assertThat(codec.decode(TOPIC, codec.encode(TOPIC, task), StageTask.class)).isEqualTo(task);
  }

  @Test
  void writesWhatAvrosOwnEncoderWrites() throws Exception {
    ByteBuffer byAvro = StageTask.getEncoder().encode(Samples.task());

    assertThat(ByteBuffer.wrap(codec.encode(TOPIC, Samples.task()))).isEqualTo(byAvro);
  }

  @Test
  void refusesNullAsATombstone() {
    assertRefused(null, "topic tierflow.tasks.small: expected a StageTask, found a null value");
  }

  @Test
  void refusesEmptyAndShortValues() {
    assertRefused(new byte[0], "found 0 bytes, fewer than the header");
    assertRefused(new byte[] {(byte) 0xC3, 1, 0}, "found 3 bytes, fewer than the header");
  }

  @Test
  void refusesAnotherEncodingByItsFirstBytes() {
    assertRefused(
        "{\"taskId\":1}".getBytes(StandardCharsets.UTF_8),
        "bytes that begin with 7B22, not with C301");
  }

  @Test
  void namesTheTypeThatWasFoundInstead() {
    assertRefused(
        codec.encode(TOPIC, Samples.failed()), "expected a StageTask, found a StageFailed");
  }

  @Test
  void namesAnUnknownFingerprintAndTheKnownVersions() {
    byte[] bytes = codec.encode(TOPIC, Samples.task());
    Arrays.fill(bytes, 2, 10, (byte) 0x11);

    assertRefused(bytes, "schema fingerprint 1111111111111111");
    assertRefused(bytes, "it knows StageTask in v1");
  }

  @Test
  void refusesBytesAfterTheValue() {
    byte[] bytes = codec.encode(TOPIC, Samples.task());

    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "bytes after the end of the value");
  }

  @Test
  void refusesEveryTruncation() {
    byte[] bytes = codec.encode(TOPIC, Samples.task());
    for (int length = 0; length < bytes.length; length++) {
      assertRefused(Arrays.copyOf(bytes, length), "expected a StageTask");
    }
  }

  @Test
  void refusesAHugeLengthWithoutAllocatingIt() {
    byte[] header = Arrays.copyOf(codec.encode(TOPIC, Samples.task()), 10);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(header);
    // The first string's length: 2^31 - 9, as a zig-zag varint.
    bytes.writeBytes(new byte[] {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 'x'});

    assertRefused(bytes.toByteArray(), "body is damaged");
  }

  @Test
  void damagedBytesAreRefusedOrAnotherValueButNeverACrash() {
    byte[] good = codec.encode(TOPIC, Samples.all().get("DeadLetter.task"));
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      bytes[10 + random.nextInt(bytes.length - 10)] = (byte) random.nextInt();
      try {
        codec.decode(TOPIC, bytes, DeadLetter.class);
      } catch (UndecodableException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void staysUsableAfterAFailedEncoding() throws Exception {
    StageTask broken = new StageTask(); // its required fields are null

    assertThatThrownBy(() -> codec.encode(TOPIC, broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot encode a StageTask for topic tierflow.tasks.small");
    assertThat(codec.decode(TOPIC, codec.encode(TOPIC, Samples.task()), StageTask.class))
        .isEqualTo(Samples.task());
  }

  @Test
  void readsBytesOfAnOlderReleaseWithDefaultsForWhatItLacked() throws Exception {
    Schema current = PortableSchema.of(StageTask.getClassSchema());
    List<Schema.Field> fewer =
        current.getFields().stream()
            .filter(field -> !field.name().equals("config") && !field.name().equals("index"))
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    Schema older =
        Schema.createRecord(current.getName(), null, current.getNamespace(), false, fewer);
    GenericData.Record task = new GenericData.Record(older);
    for (Schema.Field field : fewer) {
      task.put(field.name(), Samples.task().get(field.name()));
    }
    task.put("dispatchedAt", Samples.task().getDispatchedAt().toEpochMilli());
    ByteBuffer encoded = new BinaryMessageEncoder<>(SpecificData.get(), older).encode(task);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);

    assertRefused(bytes, "which this release does not know");
    WireCodec later =
        new SingleObjectCodec(
            new ReleasedSchemas(List.of(new ReleasedSchemas.Released("v0", older))));
    assertThat(later.decode(TOPIC, bytes, StageTask.class))
        .isEqualTo(StageTask.newBuilder(Samples.task()).clearConfig().clearIndex().build());
  }

  @Test
  void keepsThreadsApart() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> jobs = new ArrayList<>();
      for (int job = 0; job < 8; job++) {
        StageFailed mine =
            StageFailed.newBuilder(Samples.failed())
                .setTaskId("run/" + "x".repeat(job * 500))
                .build();
        jobs.add(() -> roundTripsHold(mine));
      }
      for (Future<Boolean> done : threads.invokeAll(jobs)) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean roundTripsHold(StageFailed value) throws UndecodableException {
    boolean equal = true;
    for (int i = 0; i < 2_000; i++) {
      equal &= value.equals(codec.decode(TOPIC, codec.encode(TOPIC, value), StageFailed.class));
    }
    return equal;
  }

  private void assertRefused(byte[] bytes, String expected) {
    assertThatThrownBy(() -> codec.decode(TOPIC, bytes, StageTask.class))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining(expected);
  }
}
