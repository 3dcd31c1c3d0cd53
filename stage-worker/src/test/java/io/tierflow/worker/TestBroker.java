package io.tierflow.worker;

import io.tierflow.testkafka.TestKafka;
import java.nio.file.Files;

/** A real broker, one for all tests of the module; each test has its own topics. */
final class TestBroker {

  private static TestKafka instance;

  private TestBroker() {}

  static synchronized TestKafka shared() throws Exception {
    if (instance == null) {
      instance = TestKafka.start(Files.createTempDirectory("broker"));
      Runtime.getRuntime().addShutdownHook(new Thread(instance::close));
    }
    return instance;
  }
}
