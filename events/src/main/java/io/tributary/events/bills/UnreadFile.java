package io.tributary.events.bills;

import org.jspecify.annotations.Nullable;

/**
 * A bill file that cannot be read. Deliveries that it may be a part of are held back: without it
 * they would withdraw what it holds.
 *
 * @param name of the file
 * @param why a line for people, which begins with the name
 * @param scope the one delivery that it is a part of; null where that cannot be known, so that it
 *     may be any
 */
public record UnreadFile(String name, String why, @Nullable DeliveryScope scope) {

  boolean mayBeOf(DeliveryScope other) {
    return scope == null || scope.equals(other);
  }
}
