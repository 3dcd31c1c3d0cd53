package io.tierflow.worker.handlers;

import io.tierflow.handler.Handlers;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.TreeSet;
import java.util.zip.ZipFile;

/** A folder of jars with users' handlers, beside those that come with the worker. */
public final class HandlersFolder {

  private HandlersFolder() {}

  /**
   * The handlers of the parent and of the folder's jars. Their class loader lives as long as the
   * process, as its handlers do.
   *
   * @throws IllegalArgumentException if the folder, a jar or a handler in it cannot be read; the
   *     message names it
   */
  public static Handlers load(Path folder, ClassLoader parent) {
    List<URL> jars = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("handlers folder " + folder + ": expected a folder");
    }
    for (Path jar : list(folder)) {
      jars.add(checked(jar));
    }
    URLClassLoader loader = new URLClassLoader(jars.toArray(new URL[0]), parent);
    try {
      return Handlers.load(loader);
    } catch (ServiceConfigurationError | LinkageError | TypeNotPresentException e) {
      throw new IllegalArgumentException("handlers folder " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Iterable<Path> list(Path folder) {
    TreeSet<Path> sorted = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
      found.forEach(sorted::add);
    } catch (IOException e) {
      throw new IllegalArgumentException("handlers folder " + folder + ": " + e.getMessage(), e);
    }
    return sorted;
  }

  private static URL checked(Path jar) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.size() == 0) {
        throw new IllegalArgumentException(
            "handlers jar " + jar + ": expected classes, it is empty");
      }
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("handlers jar " + jar + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "handlers jar " + jar + " is broken: " + e.getMessage(), e);
    }
  }
}
