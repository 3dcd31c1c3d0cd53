package io.tierflow.handler;

import java.lang.reflect.Type;

/** A handler made of a function, which carries its input type along. */
record TypedHandler<I, O>(String name, Type inputType, StageHandler.Work<I, O> work)
    implements StageHandler<I, O> {

  @Override
  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever the work throws goes through
  public O handle(I input, StageContext context) throws Exception {
    return work.handle(input, context);
  }
}
