/** Says flows in Java, sentence by sentence; begin with {@link io.tierflow.flow.Flow#named}. */
package io.tierflow.flow.builder;
