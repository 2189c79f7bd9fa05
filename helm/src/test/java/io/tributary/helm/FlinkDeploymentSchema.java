package io.tributary.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The definition of a FlinkDeployment that the operator installs in a cluster. */
final class FlinkDeploymentSchema {

  private static final String DEFINITION =
      "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

  /** The newest that the definition on the classpath, of operator 1.10, has. */
  private static final String KNOWN_VERSION = "v1_20";

  private static final JsonSchema SCHEMA = load();

  private FlinkDeploymentSchema() {}

  /** What a cluster would refuse, and what it would silently drop. */
  static List<String> problems(JsonNode deployment) {
    ObjectNode copy = deployment.deepCopy();
    String version = copy.at("/spec/flinkVersion").asText();
    if (!version.matches("v2_[0-9]+")) {
      throw new IllegalArgumentException("not a version of Flink 2: " + version);
    }
    ((ObjectNode) copy.get("spec")).put("flinkVersion", KNOWN_VERSION);
    return SCHEMA.validate(copy).stream().map(ValidationMessage::toString).sorted().toList();
  }

  private static JsonSchema load() {
    try (InputStream in = FlinkDeploymentSchema.class.getResourceAsStream(DEFINITION)) {
      if (in == null) {
        throw new IllegalStateException("not on the classpath: " + DEFINITION);
      }
      JsonNode schema =
          Chart.yaml(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .at("/spec/versions/0/schema/openAPIV3Schema");
      close(schema.at("/properties/spec"));
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A cluster drops fields that the definition does not have; here they are wrong. What it calls an
   * integer or a string is either.
   */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.path("x-kubernetes-int-or-string").asBoolean()) {
        object.remove("type");
        object.remove("anyOf");
      }
      if (object.path("type").asText().equals("object")
          && object.path("properties").isObject()
          && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
    }
    schema.forEach(FlinkDeploymentSchema::close);
  }
}
