/**
 * Where large payloads lie (claim check): past {@link
 * io.tierflow.wire.payload.Payloads#DEFAULT_INLINE_LIMIT} a payload's bytes go to a {@link
 * io.tierflow.wire.payload.PayloadStore} and only a reference travels in the records. The default
 * store is a Kafka topic of its own.
 */
package io.tierflow.wire.payload;
