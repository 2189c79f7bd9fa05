{{- define "tributary.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 27 | trimSuffix "-" }}
{{- end }}

{{/* At most 27 characters: the operator takes 45 for a FlinkDeployment, and ours add what they are. */}}
{{- define "tributary.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 27 | trimSuffix "-" }}
{{- else }}
{{- $name := include "tributary.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 27 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 27 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "tributary.selector" -}}
app.kubernetes.io/name: {{ include "tributary.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "tributary.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "tributary.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: tributary
{{- end }}

{{/* Of pods: nothing that changes with the chart alone, since each change is an upgrade of the job. */}}
{{- define "tributary.podLabels" -}}
{{ include "tributary.selector" . }}
app.kubernetes.io/part-of: tributary
{{- end }}

{{- define "tributary.image" -}}
{{- $image := index .root.Values.image .image -}}
{{ $image.repository }}:{{ default .root.Chart.AppVersion $image.tag }}
{{- end }}

{{- define "tributary.serviceAccount" -}}
{{- $account := index .root.Values.serviceAccount .of -}}
{{- if $account.create -}}
{{ default (printf "%s-%s" (include "tributary.fullname" .root) .of) $account.name }}
{{- else -}}
{{ default "default" $account.name }}
{{- end -}}
{{- end }}

{{/* Whether reading and writing the warehouse takes credentials from a secret; else the platform gives them. */}}
{{- define "tributary.takesSecret" -}}
{{- $w := .Values.warehouse -}}
{{- if or $w.jdbc.url $w.s3.keys (and $w.rest.uri (ne $w.rest.auth "none")) -}}true{{- end -}}
{{- end }}

{{- define "tributary.checkpoints" -}}
{{ trimSuffix "/" .Values.flinkState.location }}/checkpoints
{{- end }}

{{/* What must hold between values. */}}
{{- define "tributary.check" -}}
{{- $w := .Values.warehouse -}}
{{- $catalogs := list $w.jdbc.url $w.rest.uri (index $w.catalogProperties "catalog-impl") | compact | len -}}
{{- if ne $catalogs 1 -}}
{{- fail "warehouse needs one of warehouse.jdbc.url, warehouse.rest.uri and warehouse.catalogProperties.catalog-impl" -}}
{{- end -}}
{{- if and $w.jdbc.url (not $w.location) -}}
{{- fail "warehouse.location is needed with warehouse.jdbc.url: where files go, s3://BUCKET/PATH or file:///PATH" -}}
{{- end -}}
{{- if and $w.location (not $w.jdbc.url) -}}
{{- fail "warehouse.location goes with warehouse.jdbc.url: other catalogs know where data is" -}}
{{- end -}}
{{- if and (hasPrefix "file:" .Values.flinkState.location) (not .Values.flinkState.existingClaim) -}}
{{- fail "flinkState.existingClaim is needed for a flinkState.location that is a directory: a volume that all pods share" -}}
{{- end -}}
{{- if include "tributary.takesSecret" . -}}
{{- if not .Values.credentials.writer.existingSecret -}}
{{- fail "credentials.writer.existingSecret is needed: the secret with which the jobs reach catalog and storage" -}}
{{- end -}}
{{- if and .Values.query.enabled (not .Values.credentials.reader.existingSecret) -}}
{{- fail "credentials.reader.existingSecret is needed: the secret with which the query service reads catalog and storage" -}}
{{- end -}}
{{- if and .Values.query.enabled (eq .Values.credentials.writer.existingSecret .Values.credentials.reader.existingSecret) -}}
{{- fail "credentials.reader.existingSecret is that of the writer: the query service must not be able to write" -}}
{{- end -}}
{{- end -}}
{{- if not (or .Values.privacy.existingSecret .Values.privacy.labelKey) -}}
{{- fail "privacy.existingSecret is needed: the secret whose label.key labels are hashed with where a policy says so" -}}
{{- end -}}
{{- if and .Values.query.enabled (not .Values.query.accessKeys.existingSecret) -}}
{{- fail "query.accessKeys.existingSecret is needed: without access keys the service listens on its own machine alone" -}}
{{- end -}}
{{- if and .Values.query.ingress.enabled (not .Values.query.ingress.host) -}}
{{- fail "query.ingress.host is needed with query.ingress.enabled" -}}
{{- end -}}
{{- if and .Values.backfill.enabled (not .Values.backfill.tenant) -}}
{{- fail "backfill.tenant is needed with backfill.enabled" -}}
{{- end -}}
{{- if lt (int .Values.query.autoscaling.maxReplicas) (int .Values.query.autoscaling.minReplicas) -}}
{{- fail "query.autoscaling.maxReplicas is less than query.autoscaling.minReplicas" -}}
{{- end -}}
{{- end }}

{{/* The block warehouse of the configuration; both secrets are mounted at the same place. */}}
{{- define "tributary.warehouse" -}}
{{- $w := .Values.warehouse -}}
{{- if $w.jdbc.url -}}
jdbc:
  url: {{ $w.jdbc.url | quote }}
  user: ${file:/etc/tributary/credentials/jdbc-user}
  password: ${file:/etc/tributary/credentials/jdbc-password}
location: {{ $w.location | quote }}
{{- else if $w.rest.uri -}}
rest:
  uri: {{ $w.rest.uri | quote }}
  {{- with $w.rest.warehouse }}
  warehouse: {{ . | quote }}
  {{- end }}
  {{- if ne $w.rest.auth "none" }}
  {{ $w.rest.auth }}: ${file:/etc/tributary/credentials/rest-{{ $w.rest.auth }}}
  {{- end }}
{{- end }}
{{- with $w.coldLocation }}
coldLocation: {{ . | quote }}
{{- end }}
{{- with $w.catalogProperties }}
catalog:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if or $w.s3.endpoint $w.s3.region $w.s3.pathStyle $w.s3.keys }}
s3:
  {{- with $w.s3.endpoint }}
  endpoint: {{ . | quote }}
  {{- end }}
  {{- with $w.s3.region }}
  region: {{ . | quote }}
  {{- end }}
  {{- if $w.s3.pathStyle }}
  pathStyle: true
  {{- end }}
  {{- if $w.s3.keys }}
  accessKey: ${file:/etc/tributary/credentials/s3-access-key}
  secretKey: ${file:/etc/tributary/credentials/s3-secret-key}
  {{- end }}
{{- end }}
{{- end }}

{{/* A limit as the configuration takes it; large numbers come as floats. */}}
{{- define "tributary.limit" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ int64 . }}{{ end -}}
{{- end }}

{{/* docs/configuration.md */}}
{{- define "tributary.configuration" -}}
stream: {{ .Values.stream.id | quote }}
kafka:
  bootstrapServers: {{ .Values.kafka.bootstrapServers | quote }}
  topicPrefix: {{ .Values.kafka.topicPrefix | quote }}
  partitions: {{ int .Values.kafka.partitions }}
  {{- if .Values.kafka.newTopics }}
  newTopics: true
  {{- end }}
  {{- with .Values.kafka.properties }}
  properties:
    {{- toYaml . | nindent 4 }}
  {{- end }}
warehouse:
  {{- include "tributary.warehouse" . | nindent 2 }}
checkpoints: {{ include "tributary.checkpoints" . | quote }}
checkpointInterval: {{ .Values.stream.checkpointInterval }}
flushInterval: {{ .Values.stream.flushInterval }}
resplitInterval: {{ .Values.stream.resplitInterval }}
adopt: {{ .Values.stream.adopt }}
{{- with .Values.stream.takeOver }}
takeOver: {{ . | quote }}
{{- end }}
limits:
  recordsPerSecond: {{ include "tributary.limit" .Values.stream.limits.recordsPerSecond }}
  {{- if .Values.stream.limits.overflowRecordsPerSecond }}
  overflowRecordsPerSecond: {{ include "tributary.limit" .Values.stream.limits.overflowRecordsPerSecond }}
  {{- end }}
  {{- with .Values.stream.limits.tenants }}
  tenants:
    {{- range $tenant, $limit := . }}
    {{ $tenant | quote }}: {{ include "tributary.limit" $limit }}
    {{- end }}
  {{- end }}
maintenance:
  interval: {{ .Values.maintenance.interval }}
  coldAfter: {{ .Values.maintenance.coldAfter }}
  frozenAfterMonths: {{ .Values.maintenance.frozenAfterMonths }}
  {{- with .Values.maintenance.retention }}
  retention:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  snapshotsFor: {{ .Values.maintenance.snapshotsFor }}
  hourlySnapshotsFor: {{ .Values.maintenance.hourlySnapshotsFor }}
{{- with .Values.rollups }}
rollups:
  {{- toYaml . | nindent 2 }}
{{- end }}
privacy:
  labelKey: {{ .Values.privacy.labelKey | default "${file:/etc/tributary/labels/label.key}" }}
  {{- range $setting := list "rejectedKey" "rejectedAs" "sealRejected" }}
  {{- with index $.Values.privacy $setting }}
  {{ $setting }}: {{ . }}
  {{- end }}
  {{- end }}
{{- end }}

{{- define "tributary.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}
