{{- define "alongside.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "alongside.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "alongside.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "alongside.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "alongside.selector" -}}
app.kubernetes.io/name: {{ include "alongside.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "alongside.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "alongside.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: alongside
{{- end }}

{{- define "alongside.image" -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}

{{- define "alongside.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default (include "alongside.fullname" .) }}
{{- else }}
{{- .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- define "alongside.secret" -}}
{{- .Values.secrets.existingSecret | default (include "alongside.fullname" .) }}
{{- end }}

{{- define "alongside.migrationSecret" -}}
{{- .Values.secrets.existingMigrationSecret | default (printf "%s-migration" (include "alongside.fullname" .)) }}
{{- end }}

{{- define "alongside.postgresSecret" -}}
{{- .Values.postgresql.existingSecret | default (printf "%s-postgresql" (include "alongside.fullname" .)) }}
{{- end }}

{{- define "alongside.turnSecret" -}}
{{- .Values.coturn.existingSecret | default (printf "%s-coturn" (include "alongside.fullname" .)) }}
{{- end }}

{{/* The URL of this release's own PostgreSQL: (dict "root" $ "login" "web"). */}}
{{- define "alongside.ownDatabase" -}}
{{- $password := required (printf "postgresql.passwords.%s: needed for this release's own PostgreSQL" .login) (index .root.Values.postgresql.passwords .login) }}
{{- printf "postgresql://%s:%s@%s-postgresql:5432/alongside" .login $password (include "alongside.fullname" .root) }}
{{- end }}

{{- define "alongside.databaseUrl" -}}
{{- if .Values.postgresql.enabled }}
{{- include "alongside.ownDatabase" (dict "root" . "login" "web") }}
{{- else }}
{{- required "secrets.databaseUrl, secrets.existingSecret or postgresql.enabled: a database is needed" .Values.secrets.databaseUrl }}
{{- end }}
{{- end }}

{{- define "alongside.migrationUrl" -}}
{{- if .Values.postgresql.enabled }}
{{- include "alongside.ownDatabase" (dict "root" . "login" "migrator") }}
{{- else }}
{{- .Values.secrets.migrationUrl | default (include "alongside.databaseUrl" .) }}
{{- end }}
{{- end }}

{{- define "alongside.natsUrl" -}}
{{- if .Values.nats.enabled }}
{{- $password := required "nats.password: needed for this release's own NATS" .Values.nats.password }}
{{- printf "nats://alongside:%s@%s-nats:4222" $password (include "alongside.fullname" .) }}
{{- else }}
{{- .Values.secrets.natsUrl }}
{{- end }}
{{- end }}

{{- define "alongside.contained" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "alongside.ordinaryUser" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* A setting as a variable has it: lists and tables as JSON, whole numbers without an exponent. */}}
{{- define "alongside.setting" -}}
{{- if or (kindIs "slice" .) (kindIs "map" .) }}
{{- toJson . }}
{{- else if and (kindIs "float64" .) (eq . (floor .)) }}
{{- printf "%.0f" . }}
{{- else }}
{{- toString . }}
{{- end }}
{{- end }}
