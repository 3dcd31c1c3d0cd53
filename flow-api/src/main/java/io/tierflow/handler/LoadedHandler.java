package io.tierflow.handler;

import io.tierflow.flow.FailureKind;
import java.io.IOException;
import java.lang.reflect.Type;

/** A handler whose input type is known: takes and gives bytes. Thread-safe as the handler is. */
public final class LoadedHandler {

  private final StageHandler<Object, Object> handler;
  private final Type inputType;

  private LoadedHandler(StageHandler<Object, Object> handler, Type inputType) {
    this.handler = handler;
    this.inputType = inputType;
  }

  /**
   * Finds out the handler's input type.
   *
   * @throws IllegalArgumentException if it cannot be told, or the handler has no name
   */
  public static LoadedHandler of(StageHandler<?, ?> handler) {
    if (handler.name() == null || handler.name().isBlank()) {
      throw new IllegalArgumentException(
          handler.getClass().getName() + ": expected a name, found '" + handler.name() + "'");
    }
    Type inputType =
        handler instanceof TypedHandler<?, ?> typed
            ? typed.inputType()
            : InputTypes.of(handler.getClass());
    // The codec checks what goes in; what comes out is any object.
    @SuppressWarnings("unchecked")
    StageHandler<Object, Object> anything = (StageHandler<Object, Object>) handler;
    return new LoadedHandler(anything, inputType);
  }

  /** The handler. */
  public StageHandler<?, ?> handler() {
    return handler;
  }

  /** What the input is read as. */
  public Type inputType() {
    return inputType;
  }

  /** The content type of what {@link #invoke} takes and gives. */
  public String contentType() {
    return handler.codec().contentType();
  }

  /**
   * Does the work of one attempt.
   *
   * @return the encoded output
   * @throws StageException INVALID_INPUT if the bytes are not what the handler takes, HANDLER_ERROR
   *     (permanent) if its output cannot be encoded, or what the handler threw
   * @throws Exception whatever else the handler threw
   */
  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever the handler throws goes through
  public byte[] invoke(byte[] input, StageContext context) throws Exception {
    return encode(handler.handle(decode(input), context));
  }

  private Object decode(byte[] input) throws StageException {
    try {
      return handler.codec().decode(input, inputType);
    } catch (IOException | IllegalArgumentException e) {
      throw new StageException(
          FailureKind.INVALID_INPUT,
          "handler '"
              + handler.name()
              + "' takes "
              + inputType.getTypeName()
              + ", and the input is not one: "
              + firstLine(e),
          e);
    }
  }

  private byte[] encode(Object output) throws StageException {
    try {
      return handler.codec().encode(output);
    } catch (IOException | IllegalArgumentException e) {
      StageException failure =
          StageException.permanent(
              "the output of handler '" + handler.name() + "' cannot be encoded: " + firstLine(e));
      failure.initCause(e);
      throw failure;
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
