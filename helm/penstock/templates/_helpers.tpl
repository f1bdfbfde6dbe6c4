{{- define "penstock.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains .Chart.Name $name) -}}{{- $name = printf "%s-%s" $name .Chart.Name -}}{{- end -}}
{{- $name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "penstock.selectorLabels" -}}
app.kubernetes.io/name: penstock-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "penstock.labels" -}}
{{ include "penstock.selectorLabels" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: penstock
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "penstock.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "penstock.name" .) }}
{{- else -}}
{{ required "serviceAccount.name is required with serviceAccount.create=false: name the account that the operator runs as" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{- define "penstock.image" -}}
{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}

{{- define "penstock.poolerImage" -}}
{{ printf "%s:%s" .Values.pooler.image.repository (.Values.pooler.image.tag | default .Chart.AppVersion) }}
{{- end }}

{{/* What the operator may do where ConnectionPools are. */}}
{{- define "penstock.rules" -}}
# The resources themselves: their specs are read, their finalizers set, their statuses written.
- apiGroups: [penstock.dev]
  resources: [connectionpools]
  verbs: [get, list, watch, patch, update]
# One is made for each pool that has its server to itself, and deleted with it.
- apiGroups: [penstock.dev]
  resources: [databaseservers]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [penstock.dev]
  resources: [connectionpools/status, databaseservers/status]
  verbs: [patch, update]
# To make a pool the owner of its children where OwnerReferencesPermissionEnforcement is on.
- apiGroups: [penstock.dev]
  resources: [connectionpools/finalizers, databaseservers/finalizers]
  verbs: [update]
# The children: applied, and deleted with the pool by the garbage collector, but for those that go before.
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch]
# Those of workloads that a pool no longer names are deleted.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch]
# Credentials are referenced by any name; certificates and authentication files are children.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch]
# Workloads that pools name are counted and never touched (Deployments: above); other kinds are granted where they
# are named (docs/workloads.md).
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch]
# Instances are watched and never touched.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end }}
