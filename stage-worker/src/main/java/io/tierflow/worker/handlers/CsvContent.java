package io.tierflow.worker.handlers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.tierflow.handler.StageException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Flat records as CSV (RFC 4180 quoting, lines end with a line feed, null is empty).
 *
 * @param handler named in failures
 * @param rows each an object of single values
 * @param columns their names in order
 */
record CsvContent(String handler, List<JsonNode> rows, List<String> columns)
    implements FileContent {

  private static final CsvMapper MAPPER = new CsvMapper();

  /**
   * Checks that the value is a list of flat objects, or one.
   *
   * @param configured the columns, or empty to take the records' own
   */
  static CsvContent of(String handler, JsonNode value, List<String> configured)
      throws StageException {
    List<JsonNode> rows = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(rows::add);
    } else {
      rows.add(value);
    }
    Set<String> columns = new LinkedHashSet<>(configured);
    for (int i = 0; i < rows.size(); i++) {
      String place = "%s: input: record %d".formatted(handler, i);
      if (!rows.get(i).isObject()) {
        throw invalid(place, "an object", rows.get(i).getNodeType().toString());
      }
      for (Map.Entry<String, JsonNode> field : rows.get(i).properties()) {
        if (field.getValue().isContainerNode()) {
          String type = field.getValue().getNodeType().toString();
          throw invalid(place + ", '" + field.getKey() + "'", "a single value for CSV", type);
        }
        if (columns.add(field.getKey()) && !configured.isEmpty()) {
          String expected = "one of the columns " + String.join(", ", configured);
          throw invalid(place, expected, "'" + field.getKey() + "'");
        }
      }
    }
    return new CsvContent(handler, rows, List.copyOf(columns));
  }

  @Override
  public int records() {
    return rows.size();
  }

  @Override
  public byte[] from(List<String> firstLine) throws StageException {
    if (columns.isEmpty()) {
      return new byte[0];
    }
    CsvSchema.Builder schema = CsvSchema.builder().setLineSeparator('\n');
    columns.forEach(schema::addColumn);
    if (firstLine.isEmpty()) {
      return write(schema.setUseHeader(true).build(), rows);
    }
    String header =
        new String(write(schema.setUseHeader(true).build(), List.of()), StandardCharsets.UTF_8)
            .strip();
    if (!header.equals(firstLine.get(0).strip())) {
      throw invalid(handler + ": columns of the file", firstLine.get(0), header);
    }
    return write(schema.setUseHeader(false).build(), rows);
  }

  private static byte[] write(CsvSchema schema, List<JsonNode> rows) {
    try {
      if (rows.isEmpty() && schema.usesHeader()) {
        // The generator writes a header only with a first record.
        return header(schema);
      }
      return MAPPER.writer(schema).writeValueAsBytes(rows);
    } catch (JsonProcessingException e) {
      // Flat records in memory can always be written.
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] header(CsvSchema schema) throws JsonProcessingException {
    List<String> names = new ArrayList<>();
    schema.forEach(column -> names.add(column.getName()));
    return MAPPER.writer(schema.withoutHeader()).writeValueAsBytes(names);
  }

  private static StageException invalid(String place, String expected, String found) {
    return StageException.invalidInput(
        "%s: expected %s, found %s".formatted(place, expected, found));
  }
}
