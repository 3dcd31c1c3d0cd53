package io.tierflow.runner.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Reads what a command is given: a file, or standard input for {@code -}. */
final class InputFile {

  /** How the parser writes a second place within its message. */
  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: .*?; line: (\\d+), column: (\\d+)]");

  private InputFile() {}

  static String text(Path file) {
    try {
      byte[] bytes = isStandardInput(file) ? System.in.readAllBytes() : Files.readAllBytes(file);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw CliFailure.invalid(file + ": no such file");
    } catch (CharacterCodingException e) {
      throw CliFailure.invalid(name(file) + ": not text in UTF-8");
    } catch (IOException e) {
      throw CliFailure.invalid(name(file) + ": cannot be read: " + e);
    }
  }

  /** What messages call it. */
  static String name(Path file) {
    return isStandardInput(file) ? "standard input" : file.toString();
  }

  private static boolean isStandardInput(Path file) {
    return file.toString().equals("-");
  }

  static JsonNode json(Path file) {
    String text = text(file);
    JsonNode json;
    try {
      json = ClientJson.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw CliFailure.invalid(
          name(file)
              + (at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr())
              + ": not JSON: "
              + SOURCE.matcher(e.getOriginalMessage()).replaceAll("line $1, column $2"));
    }
    if (json.isMissingNode()) {
      throw CliFailure.invalid(name(file) + ": found nothing, expected a JSON document");
    }
    return json;
  }
}
