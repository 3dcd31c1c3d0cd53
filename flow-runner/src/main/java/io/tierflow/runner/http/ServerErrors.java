package io.tierflow.runner.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Problem documents for requests that the server refuses before any route sees them. */
final class ServerErrors extends ErrorHandler {

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Responses.PROBLEM_JSON);
    byte[] body =
        Responses.problemBody(
            code, Objects.requireNonNullElse(message, "the request was refused"), List.of());
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
