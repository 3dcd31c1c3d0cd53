package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A user's jar with one handler, built as a user would. */
final class HandlerJar {

  private static final String SERVICE = "META-INF/services/io.tierflow.handler.StageHandler";

  private static final String SOURCE =
      """
      package user;

      import io.tierflow.handler.StageContext;
      import io.tierflow.handler.StageHandler;
      import java.util.Locale;

      public final class Handler implements StageHandler<String, String> {
        @Override public String name() { return "NAME"; }

        @Override public String handle(String input, StageContext context) {
          return input.toUpperCase(Locale.ROOT);
        }
      }
      """;

  private HandlerJar() {}

  /** Puts a jar into a folder whose handler says its text input in capitals. */
  static Path write(Path folder, String handlerName) throws IOException {
    return write(folder, handlerName, "user.Handler");
  }

  /** The same, with another class named as the service. */
  static Path write(Path folder, String handlerName, String service) throws IOException {
    Path work = Files.createTempDirectory("handler-jar");
    Path source = Files.createDirectories(work.resolve("src/user")).resolve("Handler.java");
    Files.writeString(source, SOURCE.replace("NAME", handlerName));
    Path classes = Files.createDirectories(work.resolve("classes"));
    int failures =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(failures).isZero();
    Path jar = Files.createDirectories(folder).resolve(handlerName + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      add(out, "user/Handler.class", Files.readAllBytes(classes.resolve("user/Handler.class")));
      add(out, SERVICE, service.getBytes(StandardCharsets.UTF_8));
    }
    delete(work);
    return jar;
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : deepestFirst) {
      Files.delete(each);
    }
  }
}
