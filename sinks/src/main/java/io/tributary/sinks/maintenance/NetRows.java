package io.tributary.sinks.maintenance;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * Rows in order, those that are one put together, those that come to nothing left out. What does
 * not fit a row is told in several. A row is the caller's until the next one is asked for.
 */
final class NetRows implements CloseableIterator<StructLike> {

  private final Netting netting;
  private final CloseableIterator<? extends StructLike> sorted;
  private @Nullable StructLike first;
  private @Nullable StructLike net;
  private @Nullable StructLike last;
  private Iterator<List<BigDecimal>> further = Collections.emptyIterator();

  private NetRows(Netting netting, CloseableIterator<? extends StructLike> sorted) {
    this.netting = netting;
    this.sorted = sorted;
    this.first = following(sorted);
  }

  static NetRows of(Netting netting, Iterable<? extends StructLike> sorted) {
    return new NetRows(netting, CloseableIterable.withNoopClose(sorted).iterator());
  }

  static NetRows of(Netting netting, CloseableIterable<? extends StructLike> sorted) {
    return new NetRows(netting, sorted.iterator());
  }

  private static @Nullable StructLike following(Iterator<? extends StructLike> rows) {
    return rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    if (net == null && last != null && further.hasNext()) {
      netting.further(last, further.next());
      net = last;
    }
    while (net == null && first != null) {
      StructLike sum = first;
      first = following(sorted);
      while (first != null && netting.add(sum, first)) {
        first = following(sorted);
      }
      net = netting.isNothing(sum) ? null : firstRow(sum);
    }
    return net != null;
  }

  private StructLike firstRow(StructLike sum) {
    if (!netting.fits(sum)) {
      further = netting.rows(sum).iterator();
      netting.replace(sum, further.next());
    }
    return sum;
  }

  @Override
  public StructLike next() {
    if (!hasNext() || net == null) {
      throw new NoSuchElementException();
    }
    StructLike next = net;
    last = next;
    net = null;
    return next;
  }

  @Override
  public void close() throws IOException {
    sorted.close();
  }
}
