package io.tributary.jobs.bills;

import io.tributary.events.ResourceIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What tells a charge of a tenant from all others: 128 bits of SHA-256 of resource and key. */
record ChargeId(long high, long low) {

  /**
   * @param resourceId as delivered, null for a charge of no resource
   */
  static ChargeId of(@Nullable String resourceId, String chargeKey) {
    String text = (resourceId == null ? "" : ResourceIdentity.of(resourceId)) + "\0" + chargeKey;
    try {
      ByteBuffer digest =
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
      return new ChargeId(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
