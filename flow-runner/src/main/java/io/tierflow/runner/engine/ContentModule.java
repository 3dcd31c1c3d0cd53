package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.tierflow.machine.Content;
import java.io.IOException;

/**
 * How contents lie in the state: inline JSON, which nearly all of them are, as its bytes alone; any
 * other with its fields.
 */
final class ContentModule extends SimpleModule {

  private static final long serialVersionUID = 1L;

  ContentModule() {
    addSerializer(Content.class, new Writer());
    addDeserializer(Content.class, new Reader());
  }

  private static final class Writer extends StdSerializer<Content> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(Content.class);
    }

    @Override
    public void serialize(Content content, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (content.bytes() != null && content.contentType().equals(Content.JSON)) {
        out.writeBinary(content.bytes());
        return;
      }
      out.writeStartObject();
      out.writeStringField("contentType", content.contentType());
      if (content.bytes() != null) {
        out.writeBinaryField("bytes", content.bytes());
      }
      if (content.reference() != null) {
        out.writeStringField("reference", content.reference());
      }
      out.writeNumberField("size", content.size());
      out.writeEndObject();
    }
  }

  private static final class Reader extends StdDeserializer<Content> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(Content.class);
    }

    @Override
    public Content deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (in.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT) {
        return Content.json(in.getBinaryValue());
      }
      String contentType = Content.JSON;
      byte[] bytes = null;
      String reference = null;
      long size = -1;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String field = in.currentName();
        in.nextToken();
        switch (field) {
          case "contentType" -> contentType = in.getText();
          case "bytes" -> bytes = in.getBinaryValue();
          case "reference" -> reference = in.getText();
          case "size" -> size = in.getLongValue();
          default -> in.skipChildren(); // a newer runner's field
        }
      }
      return new Content(contentType, bytes, reference, size);
    }
  }
}
