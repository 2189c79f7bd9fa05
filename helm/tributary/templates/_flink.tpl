{{/*
A FlinkDeployment. Takes root, component, name, args, upgradeMode, parallelism, slots, jobManager, taskManager,
and may take configuration, job, restartNonce, volumes, volumeMounts.
*/}}
{{- define "tributary.flinkDeployment" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $labels := dict "root" $root "component" .component -}}
{{- $configuration := mustMergeOverwrite (dict) (include "tributary.flinkConfiguration" . | fromYaml) $values.flink.configuration (default (dict) .configuration) -}}
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata:
  name: {{ .name }}
  labels:
    {{- include "tributary.labels" $labels | nindent 4 }}
spec:
  image: {{ include "tributary.image" (dict "root" $root "image" "flink") | quote }}
  imagePullPolicy: {{ $values.image.flink.pullPolicy }}
  flinkVersion: {{ $values.flink.version }}
  mode: native
  serviceAccount: {{ include "tributary.serviceAccount" (dict "root" $root "of" "flink") }}
  {{- with .restartNonce }}
  restartNonce: {{ int64 . }}
  {{- end }}
  flinkConfiguration:
    {{- range $key, $value := $configuration }}
    {{ $key }}: {{ $value | quote }}
    {{- end }}
  job:
    jarURI: local:///opt/flink/usrlib/jobs.jar
    entryClass: io.tributary.jobs.cli.TributaryOnFlink
    args:
      {{- toYaml .args | nindent 6 }}
    parallelism: {{ int .parallelism }}
    upgradeMode: {{ .upgradeMode }}
    state: running
    allowNonRestoredState: false
    {{- range $key, $value := default (dict) .job }}
    {{ $key }}: {{ $value }}
    {{- end }}
  jobManager:
    replicas: {{ int (default 1 .jobManager.replicas) }}
    resource:
      cpu: {{ .jobManager.cpu }}
      memory: {{ .jobManager.memory | quote }}
  taskManager:
    resource:
      cpu: {{ .taskManager.cpu }}
      memory: {{ .taskManager.memory | quote }}
  podTemplate:
    apiVersion: v1
    kind: Pod
    metadata:
      labels:
        {{- include "tributary.podLabels" $labels | nindent 8 }}
        {{- with $values.flink.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/configuration: {{ include "tributary.configuration" $root | sha256sum }}
        {{- with $values.flink.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      terminationGracePeriodSeconds: {{ int $values.flink.terminationGracePeriodSeconds }}
      {{- with $values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 9999
        runAsGroup: 9999
        fsGroup: 9999
        seccompProfile:
          type: RuntimeDefault
      {{- with $values.flink.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.flink.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.flink.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: flink-main-container
          ports:
            - name: metrics
              containerPort: 9249
          {{- if $values.warehouse.s3.keys }}
          env:
            - name: AWS_ACCESS_KEY_ID
              valueFrom:
                secretKeyRef:
                  name: {{ $values.credentials.writer.existingSecret }}
                  key: s3-access-key
            - name: AWS_SECRET_ACCESS_KEY
              valueFrom:
                secretKeyRef:
                  name: {{ $values.credentials.writer.existingSecret }}
                  key: s3-secret-key
          {{- end }}
          securityContext:
            {{- include "tributary.containerSecurity" . | nindent 12 }}
          volumeMounts:
            - name: configuration
              mountPath: /etc/tributary/configuration
              readOnly: true
            {{- if include "tributary.takesSecret" $root }}
            - name: credentials
              mountPath: /etc/tributary/credentials
              readOnly: true
            {{- end }}
            {{- if $values.kafka.existingSecret }}
            - name: kafka
              mountPath: /etc/tributary/kafka
              readOnly: true
            {{- end }}
            {{- if $values.privacy.existingSecret }}
            - name: labels
              mountPath: /etc/tributary/labels
              readOnly: true
            {{- end }}
            {{- if $values.flinkState.existingClaim }}
            - name: flink-state
              mountPath: {{ trimPrefix "file://" $values.flinkState.location }}
            {{- end }}
            - name: temporary
              mountPath: /tmp
            - name: log
              mountPath: /opt/flink/log
            {{- with .volumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: configuration
          configMap:
            name: {{ include "tributary.fullname" $root }}
        {{- if include "tributary.takesSecret" $root }}
        - name: credentials
          secret:
            secretName: {{ $values.credentials.writer.existingSecret }}
            defaultMode: 0440
        {{- end }}
        {{- with $values.kafka.existingSecret }}
        - name: kafka
          secret:
            secretName: {{ . }}
            defaultMode: 0440
        {{- end }}
        {{- with $values.privacy.existingSecret }}
        - name: labels
          secret:
            secretName: {{ . }}
            defaultMode: 0440
        {{- end }}
        {{- with $values.flinkState.existingClaim }}
        - name: flink-state
          persistentVolumeClaim:
            claimName: {{ . }}
        {{- end }}
        - name: temporary
          emptyDir:
            sizeLimit: {{ $values.flink.ephemeralStorage }}
        - name: log
          emptyDir:
            sizeLimit: 1Gi
        {{- with .volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end }}

{{/* What every job is given; what a job itself must be, it sets itself. */}}
{{- define "tributary.flinkConfiguration" -}}
{{- $s3 := .root.Values.warehouse.s3 -}}
taskmanager.numberOfTaskSlots: {{ int .slots | quote }}
taskmanager.data.port: "6121"
io.tmp.dirs: /tmp
metrics.reporters: prom
metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
metrics.reporter.prom.port: "9249"
env.java.opts.all: --add-opens=java.base/java.nio=ALL-UNNAMED
{{- if hasPrefix "s3:" .root.Values.flinkState.location }}
{{- with $s3.endpoint }}
s3.endpoint: {{ . | quote }}
{{- end }}
{{- if $s3.pathStyle }}
s3.path.style.access: "true"
{{- end }}
{{- end }}
{{- end }}
