package io.tierflow.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryDecoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.JsonEncoder;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;

/**
 * Another program's view of the topics: Confluent's own registry client, its Avro, and the framing
 * as Flink reads and writes it. It knows none of Tierflow's classes, only what the registry gives.
 */
final class ConfluentClient {

  private final CachedSchemaRegistryClient client;

  ConfluentClient(String url) {
    client = new CachedSchemaRegistryClient(url, 100);
  }

  int register(String subject, String schema) throws IOException, RestClientException {
    return client.register(subject, new AvroSchema(schema));
  }

  /** The id of a schema that the subject has already. */
  int idOf(String subject, String schema) throws IOException, RestClientException {
    return client.getId(subject, new AvroSchema(schema));
  }

  /** The newest schema of a subject. */
  String newest(String subject) throws IOException, RestClientException {
    return client.getLatestSchemaMetadata(subject).getSchema();
  }

  boolean compatible(String subject, String schema) throws IOException, RestClientException {
    return client.testCompatibility(subject, new AvroSchema(schema));
  }

  void setCompatibility(String subject, String level) throws IOException, RestClientException {
    client.updateCompatibility(subject, level);
  }

  String schema(int id) throws IOException, RestClientException {
    return client.getSchemaById(id).canonicalString();
  }

  /** A record in the wire format as Avro's JSON. */
  String read(byte[] record) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(record);
    Schema schema = new ConfluentSchemaRegistryCoder(client).readSchema(in);
    BinaryDecoder body = DecoderFactory.get().directBinaryDecoder(in, null);
    GenericRecord value = new GenericDatumReader<GenericRecord>(schema).read(null, body);
    if (in.available() > 0) {
      throw new IOException(in.available() + " bytes after the end of the value");
    }
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    JsonEncoder encoder = EncoderFactory.get().jsonEncoder(schema, json);
    new GenericDatumWriter<GenericRecord>(schema).write(value, encoder);
    encoder.flush();
    return json.toString(StandardCharsets.UTF_8);
  }

  /** Avro's JSON of a record in the wire format; the schema is registered where it is new. */
  byte[] write(String subject, String schemaText, String json) throws IOException {
    Schema schema = new Schema.Parser().parse(schemaText);
    GenericRecord value =
        new GenericDatumReader<GenericRecord>(schema)
            .read(null, DecoderFactory.get().jsonDecoder(schema, json));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ConfluentSchemaRegistryCoder(subject, client).writeSchema(schema, out);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(value, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
