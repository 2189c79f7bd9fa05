package io.tributary.jobs.cdc;

import io.tributary.events.EntityChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change of a row says about entities.
 *
 * @param entities to publish; none where nothing changed that is mapped
 * @param refused the part that could not be mapped, or null
 */
record MappedChange(List<EntityChange> entities, @Nullable Unmappable refused) {}
