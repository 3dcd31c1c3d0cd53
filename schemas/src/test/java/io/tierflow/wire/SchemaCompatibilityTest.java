package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/**
 * The contract only changes so that every version reads what every other has written (full
 * transitive compatibility): old and new processes run side by side, and topics keep old records.
 */
class SchemaCompatibilityTest {

  private static final ReleasedSchemas RELEASED = ReleasedSchemas.all();

  @Test
  void everyVersionReadsEveryOther() {
    List<String> breaks = new ArrayList<>();
    for (Class<? extends SpecificRecord> type : StoreContractMain.TYPES) {
      breaks.addAll(breaks(withCurrent(type)));
    }
    assertThat(breaks)
        .as("breaking changes of the contract: add fields with defaults, keep names and types")
        .isEmpty();
  }

  @Test
  void currentContractIsStoredAsAVersion() {
    for (Class<? extends SpecificRecord> type : StoreContractMain.TYPES) {
      Schema current = SpecificData.get().getSchema(type);
      List<ReleasedSchemas.Released> versions = RELEASED.versions(current.getFullName());
      assertThat(versions).as("stored versions of %s", current.getFullName()).isNotEmpty();
      ReleasedSchemas.Released newest = versions.get(versions.size() - 1);
      assertThat(ReleasedSchemas.fingerprint(current))
          .as(
              "%s differs from its newest stored version %s: what this build writes would not be"
                  + " readable by later ones. Store it as the next version, see StoreContractMain",
              current.getName(), newest.version())
          .isEqualTo(ReleasedSchemas.fingerprint(newest.schema()));
    }
  }

  @Test
  void namesSchemaVersionsAndReasonOfABreak() {
    Schema task = RELEASED.versions("io.tierflow.schemas.StageTask").get(0).schema();
    String narrowed =
        task.toString()
            .replace(
                "\"name\":\"attempt\",\"type\":\"int\"",
                "\"name\":\"attempt\",\"type\":\"string\"");
    List<ReleasedSchemas.Released> versions =
        List.of(
            new ReleasedSchemas.Released("v1", task),
            new ReleasedSchemas.Released("v2", new Schema.Parser().parse(narrowed)));

    assertThat(breaks(versions))
        .hasSize(2)
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("StageTask: v1 cannot read what v2 writes")
                    .contains("TYPE_MISMATCH")
                    .contains("/fields/1/type"));
  }

  private static List<ReleasedSchemas.Released> withCurrent(Class<? extends SpecificRecord> type) {
    Schema current = SpecificData.get().getSchema(type);
    List<ReleasedSchemas.Released> versions =
        new ArrayList<>(RELEASED.versions(current.getFullName()));
    versions.add(new ReleasedSchemas.Released("the current schema", current));
    return versions;
  }

  private static List<String> breaks(List<ReleasedSchemas.Released> versions) {
    List<String> breaks = new ArrayList<>();
    for (ReleasedSchemas.Released reader : versions) {
      for (ReleasedSchemas.Released writer : versions) {
        SchemaPairCompatibility pair =
            SchemaCompatibility.checkReaderWriterCompatibility(reader.schema(), writer.schema());
        pair.getResult()
            .getIncompatibilities()
            .forEach(
                reason ->
                    breaks.add(
                        "%s: %s cannot read what %s writes: %s at %s: %s"
                            .formatted(
                                reader.schema().getName(),
                                reader.version(),
                                writer.version(),
                                reason.getType(),
                                reason.getLocation(),
                                reason.getMessage())));
      }
    }
    return breaks;
  }
}
