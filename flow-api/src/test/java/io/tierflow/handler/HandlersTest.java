package io.tierflow.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierflow.flow.FailureKind;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandlersTest {

  record Order(String item, int count) {}

  abstract static class Base<T, L extends List<T>> implements StageHandler<L, Integer> {}

  /** Its input type stands two levels above. */
  public static final class Sizes extends Base<Order, List<Order>> {

    @Override
    public String name() {
      return "sizes";
    }

    @Override
    public Integer handle(List<Order> orders, StageContext context) {
      return orders.stream().mapToInt(Order::count).sum();
    }
  }

  /** Takes and gives anything. */
  public static final class Echo implements StageHandler<JsonNode, JsonNode> {

    @Override
    public String name() {
      return "echo";
    }

    @Override
    public JsonNode handle(JsonNode input, StageContext context) {
      return input;
    }
  }

  private static final StageContext CONTEXT =
      new StageContext() {
        @Override
        public String runId() {
          return "run";
        }

        @Override
        public String flow() {
          return "flow";
        }

        @Override
        public String pipeline() {
          return "pipeline";
        }

        @Override
        public String stage() {
          return "stage";
        }

        @Override
        public OptionalInt index() {
          return OptionalInt.empty();
        }

        @Override
        public int attempt() {
          return 1;
        }

        @Override
        public String idempotencyKey() {
          return "run/pipeline/stage";
        }

        @Override
        public String resourceClass() {
          return "small";
        }

        @Override
        public JsonNode config() {
          return new ObjectMapper().createObjectNode();
        }

        @Override
        public void progress(double fraction, String message) {}

        @Override
        public boolean isCancelled() {
          return false;
        }
      };

  private static String invoke(Handlers handlers, String name, String input) throws Exception {
    byte[] output = handlers.invoke(name, input.getBytes(StandardCharsets.UTF_8), CONTEXT);
    return new String(output, StandardCharsets.UTF_8);
  }

  @Test
  void numbersOfATreeKeepAllTheirDigits() throws Exception {
    String input = "{\"a\":1.10,\"b\":12345678901234567890.5,\"c\":[1e400,3.0]}";
    byte[] output =
        LoadedHandler.of(new Echo()).invoke(input.getBytes(StandardCharsets.UTF_8), CONTEXT);
    assertThat(new String(output, StandardCharsets.UTF_8))
        .isEqualTo(input.replace("1e400", "1E+400"));
  }

  @Test
  void readsTheInputAsTheHandlersOwnType() throws Exception {
    Handlers handlers = Handlers.of(List.of(new Sizes(), new Echo()));

    assertThat(handlers.names()).containsExactly("echo", "sizes");
    assertThat(invoke(handlers, "sizes", "[{\"item\":\"a\",\"count\":2},{\"count\":3}]"))
        .isEqualTo("5");
    assertThat(invoke(handlers, "echo", "{\"a\":null}")).isEqualTo("{\"a\":null}");
  }

  @Test
  void anInputOfAnotherTypeIsInvalidInput() {
    Handlers handlers = Handlers.of(List.of(new Sizes()));

    for (String input : new String[] {"{\"a\":1}", "[1]", "not json", ""}) {
      StageException e =
          catchThrowableOfType(StageException.class, () -> invoke(handlers, "sizes", input));
      assertThat(e.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
      assertThat(e).hasMessageContaining("handler 'sizes' takes").hasMessageContaining("Order");
    }
  }

  @Test
  void aFunctionWithItsTypeIsAHandler() throws Exception {
    Handlers handlers =
        Handlers.of(
            List.of(StageHandler.of("twice", Integer.class, (input, context) -> input * 2)));

    assertThat(invoke(handlers, "twice", "21")).isEqualTo("42");
  }

  @Test
  void whatAHandlerThrowsGoesThrough() {
    Handlers handlers =
        Handlers.of(
            List.of(
                StageHandler.of(
                    "broken",
                    JsonNode.class,
                    (input, context) -> {
                      throw new IOException("disk full");
                    })));

    assertThatThrownBy(() -> invoke(handlers, "broken", "1"))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
  }

  @Test
  void anOutputThatCannotBeEncodedIsPermanent() {
    Handlers handlers =
        Handlers.of(
            List.of(StageHandler.of("odd", JsonNode.class, (input, context) -> new Object())));

    StageException e =
        catchThrowableOfType(StageException.class, () -> invoke(handlers, "odd", "1"));
    assertThat(e.failure().permanent()).isTrue();
    assertThat(e).hasMessageContaining("output of handler 'odd'");
  }

  @Test
  void anUnknownHandlerIsAFailureThatNamesTheKnown() {
    StageException e =
        catchThrowableOfType(
            StageException.class, () -> invoke(Handlers.of(List.of(new Echo())), "ecko", "1"));

    assertThat(e.failure().kind()).isEqualTo(FailureKind.UNKNOWN_HANDLER);
    assertThat(e).hasMessage("no handler 'ecko' here, only [echo]");
  }

  @Test
  void refusesALambdaThatHidesItsType() {
    StageHandler<?, ?> generic = generic();

    assertThatThrownBy(() -> Handlers.of(List.of(generic)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input type cannot be told")
        .hasMessageContaining("StageHandler.of(name, type, work)");
  }

  private static <T> StageHandler<T, T> generic() {
    return new StageHandler<>() {
      @Override
      public String name() {
        return "generic";
      }

      @Override
      public T handle(T input, StageContext context) {
        return input;
      }
    };
  }

  @Test
  void refusesTwoHandlersOfOneNameAndNamesBothClasses() {
    StageHandler<?, ?> other = StageHandler.of("echo", JsonNode.class, (input, context) -> input);

    assertThatThrownBy(() -> Handlers.of(List.of(new Echo())).and(Handlers.of(List.of(other))))
        .hasMessage(
            "two handlers are named 'echo': io.tierflow.handler.HandlersTest$Echo and"
                + " io.tierflow.handler.TypedHandler");
  }

  @Test
  void findsHandlersByTheServiceLoaderOfTheGivenClassLoader(@TempDir Path folder)
      throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(StageHandler.class.getName()),
        Sizes.class.getName() + "\n" + Echo.class.getName() + "\n");

    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      assertThat(Handlers.load(loader).names()).containsExactly("echo", "sizes");
    }
    assertThat(Handlers.load(getClass().getClassLoader()).names()).isEmpty();
  }
}
