# shellcheck shell=bash disable=SC2154
# etcd, the API server and the controllers.

start_control_plane() {
  local etcd=http://127.0.0.1:2379
  start etcd "$bin/etcd" --data-dir "$run/etcd" --unsafe-no-fsync --listen-client-urls $etcd \
    --advertise-client-urls $etcd --listen-peer-urls http://127.0.0.1:2380
  start apiserver "$bin/kube-apiserver" --etcd-servers $etcd --advertise-address "$node_ip" --secure-port 6443 \
    --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$pki/service-accounts.pub" \
    --service-account-signing-key-file "$pki/service-accounts.key" --service-cluster-ip-range "$services" \
    --authorization-mode Node,RBAC --allow-privileged --enable-admission-plugins NodeRestriction \
    --kubelet-preferred-address-types InternalIP --kubelet-client-certificate "$pki/admin.crt" \
    --kubelet-client-key "$pki/admin.key" --kubelet-certificate-authority "$pki/ca.crt" \
    --requestheader-client-ca-file "$pki/ca.crt" --requestheader-allowed-names front-proxy \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- --enable-aggregator-routing \
    --proxy-client-cert-file "$pki/aggregator.crt" --proxy-client-key-file "$pki/aggregator.key"
}

# The autoscaler's periods are short, so that a test of autoscaling takes seconds and not minutes.
start_controllers() {
  start controller-manager "$bin/kube-controller-manager" --kubeconfig "$pki/controller-manager.kubeconfig" --leader-elect=false \
    --use-service-account-credentials --service-account-private-key-file "$pki/service-accounts.key" \
    --root-ca-file "$pki/ca.crt" --cluster-cidr "$pods" --node-monitor-grace-period=20s \
    --horizontal-pod-autoscaler-sync-period=5s --horizontal-pod-autoscaler-downscale-stabilization=20s \
    --horizontal-pod-autoscaler-initial-readiness-delay=5s
  start scheduler "$bin/kube-scheduler" --kubeconfig "$pki/scheduler.kubeconfig" --leader-elect=false
}
