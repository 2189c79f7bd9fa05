package io.tributary.query.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;

/**
 * What the HTTP server itself refuses, before any route is looked for: a path or header that cannot
 * be read or is too long. The answer has the form and the headers of every other error.
 */
final class RefusedRequests extends ErrorHandler {

  @Override
  public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable headers) {
    SecurityHeaders.ALL.forEach(headers::put);
    headers.put(HttpHeader.CONTENT_TYPE, CostApi.JSON);
    return ByteBuffer.wrap(body(status));
  }

  @Override
  public void handle(
      String target, Request base, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    base.setHandled(true);
    SecurityHeaders.ALL.forEach(response::setHeader);
    response.setContentType(CostApi.JSON);
    response.getOutputStream().write(body(response.getStatus()));
  }

  private static byte[] body(int status) {
    String problem =
        switch (status) {
          case 400 -> "the request cannot be read: its path or a header is malformed";
          case 414 -> "the address is too long";
          case 431 -> "the headers are too long";
          default -> "the request cannot be handled";
        };
    return CostApi.errorText("invalid_request", problem).getBytes(StandardCharsets.UTF_8);
  }
}
