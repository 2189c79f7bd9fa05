package io.tributary.events.bills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Assembles the columns of a row that are structures, each as JSON text. */
final class ParquetAssembly extends RecordMaterializer<@Nullable String[]> {

  private final Level root;
  private final @Nullable String[] cells;

  /**
   * @param schema with these columns only
   * @param places of the columns in a row, by path
   * @param columns how many a row has in all
   */
  ParquetAssembly(MessageType schema, Map<List<String>, Integer> places, int columns) {
    this.cells = new String[columns];
    this.root = new Level(schema, List.of(), places);
  }

  /** The cells of the current row, null where the row has no value; the same array every time. */
  @Override
  public @Nullable String[] getCurrentRecord() {
    return cells;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  /** A structure above columns: it has no cell of its own. */
  private final class Level extends GroupConverter {

    private final Converter[] children;
    private final List<Integer> below = new ArrayList<>();
    private final List<Repeated> repeated = new ArrayList<>();

    Level(GroupType group, List<String> above, Map<List<String>, Integer> places) {
      children = new Converter[group.getFieldCount()];
      for (int i = 0; i < children.length; i++) {
        Type field = group.getType(i);
        List<String> path = new ArrayList<>(above);
        path.add(field.getName());
        Integer place = places.get(path);
        if (place == null) {
          Level level = new Level(field.asGroupType(), path, places);
          below.addAll(level.below);
          children[i] = level;
        } else {
          below.add(place);
          children[i] = converter(field, place);
        }
      }
    }

    private Converter converter(Type field, int place) {
      if (!field.isRepetition(Type.Repetition.REPEATED)) {
        return ParquetStructure.converter(field, value -> cells[place] = JsonText.of(value));
      }
      Repeated values = new Repeated(place);
      repeated.add(values);
      return ParquetStructure.converter(field, values::add);
    }

    @Override
    public Converter getConverter(int index) {
      return children[index];
    }

    @Override
    public void start() {
      below.forEach(place -> cells[place] = null);
      repeated.forEach(Repeated::start);
    }

    @Override
    public void end() {
      repeated.forEach(Repeated::end);
    }
  }

  /** The values of a field that is repeated without being called a list; none is an empty list. */
  private final class Repeated {

    private final int place;
    private ArrayNode values = JsonNodeFactory.instance.arrayNode();

    Repeated(int place) {
      this.place = place;
    }

    void start() {
      values = JsonNodeFactory.instance.arrayNode();
    }

    void add(JsonNode value) {
      values.add(value);
    }

    void end() {
      cells[place] = JsonText.of(values);
    }
  }
}
