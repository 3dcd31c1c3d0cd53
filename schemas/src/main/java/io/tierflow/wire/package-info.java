/**
 * How the contract's records become the bytes of Kafka values: {@link
 * io.tierflow.wire.WireCodecs#from} gives the codec that a configuration asks for, Avro's
 * single-object encoding without a schema registry or the Confluent wire format with one.
 *
 * <p>The contract changes only so that every version reads every other: add fields with defaults;
 * never rename, retype or remove one that has none, and never add a branch to a union that a
 * released version reads (it could not read it). Each version's schemas are kept as resources, and
 * the build fails on a change that is not compatible, or not kept.
 */
package io.tierflow.wire;
