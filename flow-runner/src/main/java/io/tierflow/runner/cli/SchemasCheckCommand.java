package io.tierflow.runner.cli;

import io.tierflow.wire.SchemaRegistry;
import io.tierflow.wire.Subject;
import picocli.CommandLine.Command;

/** Looks whether the subjects have the schemas; it changes nothing. */
@Command(
    name = "check",
    description = "Look whether the registry has the schema of every topic; change nothing.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every subject has its schema",
      "1:a subject lacks its schema",
      "2:the command line or a setting is not valid",
      "3:the registry cannot be reached"
    })
final class SchemasCheckCommand extends RegistryCommand {

  @Override
  int ask(SchemaRegistry registry, Subject subject) {
    return registry.idOf(subject.name(), subject.schema());
  }
}
