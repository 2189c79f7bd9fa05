package io.tributary.architecture;

import io.javalin.http.Context;
import io.tributary.events.Charge;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Breaks rules, so that a test can see them bite. */
final class Offender {

  private Offender() {}

  static long clockOfTheSystem() {
    return System.currentTimeMillis();
  }

  static Instant now() {
    return Instant.now();
  }

  static String randomName() {
    return UUID.randomUUID().toString() + new Random().nextInt();
  }

  static Clock clock() {
    return Clock.systemUTC();
  }

  static int secret() {
    return new SecureRandom().nextInt();
  }

  static void print() {
    System.out.println("terminal");
  }

  static String resource(Charge charge) {
    return charge.getResourceId();
  }

  static void log() {
    Logger.getLogger("offender").info("log");
  }

  static @Nullable String parameter(Context request) {
    return request.queryParam("tenant") + request.req().getParameter("tenant");
  }
}
