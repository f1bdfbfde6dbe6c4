# shellcheck shell=bash disable=SC2154
# The node: containerd, the kubelet and kube-proxy. containerd and the kubelet share a mount namespace of their
# own, so that every mount of every container ends with them, however they end. A container that ended is started again
# after a second at most, however often it did: tests end the same one many times.

cgroup_roots() { # every hierarchy of version 1, or the one of version 2
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    echo /sys/fs/cgroup
  else
    awk '$3 ~ /^cgroup2?$/ {print $2}' /proc/mounts
  fi
}

make_cgroups() {
  local root file
  for root in $(cgroup_roots); do
    mkdir -p "$root/$name"
    for file in cpuset.cpus cpuset.mems; do # version 1 does not inherit them, and refuses processes without
      [ ! -e "$root/$name/$file" ] || [ -e "$root/cgroup.controllers" ] || cat "$root/$file" >"$root/$name/$file"
    done
  done
}

start_containerd() {
  mkdir -p "$run/cni"
  cat >"$run/containerd.toml" <<EOF
version = 2
root = "$run/containerd/root"
state = "$run/containerd/state"
[grpc]
address = "$run/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
path = "$run/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "$sandbox_image"
disable_apparmor = true
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$run/cni"
EOF
  cat >"$run/cni/10-bridge.conflist" <<EOF
{"cniVersion": "0.4.0", "name": "$name", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$run/ipam", "ranges": [[{"subnet": "$pods"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
EOF
  # shellcheck disable=SC2016 # expanded by the inner shell
  start containerd unshare --mount --propagation private sh -c 'mount --make-rshared / && exec containerd -c "$0"' "$run/containerd.toml"
  await 20 containerd containerd ctr -a "$run/containerd.sock" version
  load_pause_image
}

load_pause_image() {
  local dir=$run/pause digest
  mkdir -p "$dir"
  tar -C "$bin" --owner=0 --group=0 -cf "$dir/layer.tar" pause
  digest=$(sha256sum "$dir/layer.tar" | cut -d' ' -f1)
  echo '{"architecture":"'"$(go env GOARCH)"'","os":"linux","config":{"Entrypoint":["/pause"]},"rootfs":{"type":"layers","diff_ids":["sha256:'"$digest"'"]}}' >"$dir/config.json"
  echo '[{"Config":"config.json","RepoTags":["'"$sandbox_image"'"],"Layers":["layer.tar"]}]' >"$dir/manifest.json"
  tar -C "$dir" -cf "$dir/pause.tar" config.json manifest.json layer.tar
  load "$dir/pause.tar" >/dev/null
}

load() {
  local file
  for file in "$@"; do
    [ -r "$file" ] || die "no image at $file"
    ctr -a "$run/containerd.sock" -n k8s.io images import --snapshotter overlayfs "$file"
  done
}

container_pid() {
  ctr -a "$run/containerd.sock" -n k8s.io task ls | awk -v id="$1" '$1 == id && $3 == "RUNNING" {print $2; found = 1} END {exit !found}' ||
    die "no container $1 is running"
}

start_kubelet() {
  make_cgroups
  echo "nameserver $dns_ip" >"$run/resolv.conf"
  cat >"$run/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: "$pki/ca.crt"}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /$name
failSwapOn: false
failCgroupV1: false
localStorageCapacityIsolation: false
enforceNodeAllocatable: []
clusterDomain: cluster.local
clusterDNS: ["$dns_ip"]
containerRuntimeEndpoint: "unix://$run/containerd.sock"
resolvConf: "$run/resolv.conf"
tlsCertFile: "$pki/kubelet.crt"
tlsPrivateKeyFile: "$pki/kubelet.key"
podLogsDir: "$run/pod-logs"
volumePluginDir: "$run/volume-plugins"
maxPods: 200
serializeImagePulls: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: "100Mi"}
featureGates: {KubeletCrashLoopBackOffMax: true}
crashLoopBackOff: {maxContainerRestartPeriod: 1s}
EOF
  start kubelet nsenter --mount --target "$(cat "$run/containerd.pid")" -- \
    "$bin/kubelet" --config "$run/kubelet.yaml" --kubeconfig "$pki/kubelet.kubeconfig" --hostname-override node1 \
    --root-dir "$run/kubelet" --node-ip "$node_ip"
}

start_proxy() {
  cat >"$run/proxy.yaml" <<EOF
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clusterCIDR: $pods
hostnameOverride: node1
clientConnection: {kubeconfig: "$pki/proxy.kubeconfig"}
conntrack: {maxPerCore: 0}
EOF
  start proxy "$bin/kube-proxy" --config "$run/proxy.yaml"
}
