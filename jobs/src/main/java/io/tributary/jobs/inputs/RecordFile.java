package io.tributary.jobs.inputs;

import io.tributary.events.RecordKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of records that a command names.
 *
 * @param kind of all its records; null where it may hold records of any kind
 */
public record RecordFile(Path path, @Nullable RecordKind kind) {}
