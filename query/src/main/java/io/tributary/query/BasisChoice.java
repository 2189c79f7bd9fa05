package io.tributary.query;

/** Which entries count: what was billed, what is estimated from usage, or both. */
public enum BasisChoice {
  ALL,
  BILLED,
  ESTIMATED
}
