package io.tierflow.wire;

import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.schemas.LearnedClass;
import io.tierflow.schemas.PastTimes;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.WorkerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Stores the contract as it stands under a version's name: the schema of every topic's record type,
 * for the codec to read old bytes with, and golden bytes, for the tests. Run it when the contract
 * has changed, with the next version's name. A version that has been released is never stored
 * again.
 *
 * <pre>mvn -q -pl schemas test-compile org.codehaus.mojo:exec-maven-plugin:3.5.1:java
 *   -Dexec.classpathScope=test
 *   -Dexec.mainClass=io.tierflow.wire.StoreContractMain "-Dexec.args=v2 schemas"</pre>
 */
public final class StoreContractMain {

  /** The record types of the topics. */
  static final List<Class<? extends SpecificRecord>> TYPES =
      List.of(
          Command.class,
          DeadLetter.class,
          FlowVersions.class,
          PastTimes.class,
          LearnedClass.class,
          Pause.class,
          RunEvents.class,
          StageFailed.class,
          StageResult.class,
          StageTask.class,
          StopOrder.class,
          WorkerStatus.class);

  static final String RELEASED = "src/main/resources/io/tierflow/schemas/released";
  static final String GOLDEN = "src/test/resources/golden";

  private StoreContractMain() {}

  /** Takes the version's name and the module's folder. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2 || !args[0].matches("v[1-9][0-9]*")) {
      throw new IllegalArgumentException("expected: v<number> <folder of the schemas module>");
    }
    String version = args[0];
    Path module = Path.of(args[1]);
    TreeSet<String> index = new TreeSet<>(StoreContractMain::byVersion);
    Path indexFile = module.resolve(RELEASED).resolve("index.txt");
    if (Files.exists(indexFile)) {
      index.addAll(Files.readAllLines(indexFile));
    }
    for (Class<? extends SpecificRecord> type : TYPES) {
      String path = version + "/" + type.getSimpleName() + ".avsc";
      Schema schema = PortableSchema.of(SpecificData.get().getSchema(type));
      write(module.resolve(RELEASED).resolve(path), SchemaFormatter.format("json/pretty", schema));
      index.add(path);
    }
    write(indexFile, String.join("\n", index));
    for (Map.Entry<String, SpecificRecord> sample : Samples.all().entrySet()) {
      for (GoldenBytes.Encoding encoding : GoldenBytes.Encoding.values()) {
        byte[] bytes = encoding.codec(version).encode(GoldenBytes.TOPIC, sample.getValue());
        write(
            module.resolve(GOLDEN).resolve(encoding.path(version, sample.getKey())),
            GoldenBytes.hex(bytes));
      }
    }
  }

  private static int byVersion(String a, String b) {
    int order = Integer.compare(number(a), number(b));
    return order != 0 ? order : a.compareTo(b);
  }

  private static int number(String path) {
    return Integer.parseInt(path.substring(1, path.indexOf('/')));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }
}
