package io.tierflow.wire;

import io.tierflow.schemas.StageTask;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that the contract's generated classes may be made from schemas: since 1.12.2 it makes
 * none it has not been told of. Every codec does this by itself; only code that copies records with
 * records in them ({@code StageTask.newBuilder(task)}) where no codec is ever made needs to call
 * it.
 *
 * <p>Thread-safe.
 */
public final class ContractClasses {

  private static final String PACKAGE = StageTask.class.getPackageName();

  private static boolean trusted;

  private ContractClasses() {}

  /**
   * Lets Avro make the contract's classes, beside those it makes already. Repeating is harmless.
   */
  public static synchronized void trust() {
    if (!trusted) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(
              ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(PACKAGE)));
      trusted = true;
    }
  }
}
