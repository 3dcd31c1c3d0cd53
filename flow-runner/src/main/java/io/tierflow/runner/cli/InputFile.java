package io.tierflow.runner.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what a command is given: a file, or standard input for {@code -}. */
final class InputFile {

  private InputFile() {}

  static String text(Path file) {
    try {
      return file.toString().equals("-")
          ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(file);
    } catch (NoSuchFileException e) {
      throw CliFailure.invalid(file + ": no such file");
    } catch (CharacterCodingException e) {
      throw CliFailure.invalid(file + ": not text in UTF-8");
    } catch (IOException e) {
      throw CliFailure.invalid(file + ": cannot be read: " + e);
    }
  }

  static JsonNode json(Path file) {
    String text = text(file);
    JsonNode json;
    try {
      json = ClientJson.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw CliFailure.invalid(
          file
              + (at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr())
              + ": not JSON: "
              + e.getOriginalMessage());
    }
    if (json.isMissingNode()) {
      throw CliFailure.invalid(file + ": found nothing, expected a JSON document");
    }
    return json;
  }
}
