package io.tierflow.runner.cli;

import io.tierflow.wire.SchemaRegistry;
import io.tierflow.wire.Subject;
import picocli.CommandLine.Command;

/** Registers what the subjects lack. */
@Command(
    name = "register",
    description = {
      "Register the schema of every topic; what is there already keeps its id.",
      "The registry refuses a schema that breaks the compatibility its subject is set to."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every subject has its schema",
      "1:the registry refused one",
      "2:the command line or a setting is not valid",
      "3:the registry cannot be reached"
    })
final class SchemasRegisterCommand extends RegistryCommand {

  @Override
  int ask(SchemaRegistry registry, Subject subject) {
    return registry.register(subject.name(), subject.schema());
  }
}
