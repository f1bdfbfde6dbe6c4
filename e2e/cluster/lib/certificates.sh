# shellcheck shell=bash disable=SC2154
# One certificate authority for the cluster's lifetime, and a certificate and kubeconfig for each component.

certificate() { # certificate NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]; RSA, the one kind of key that all clients can read
  openssl req -newkey rsa:2048 -nodes -keyout "$pki/$1.key" -out "$pki/$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -out "$pki/$1.crt" -days 30 \
    -extfile <(
      echo "extendedKeyUsage=serverAuth,clientAuth"
      [ -z "${3:-}" ] || echo "subjectAltName=$3"
    ) 2>/dev/null
}

kubeconfig_for() {
  cat >"$pki/$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters: [{name: penstock, cluster: {server: "https://$node_ip:6443", certificate-authority-data: $(base64 -w0 <"$pki/ca.crt")}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 <"$pki/$1.crt"), client-key-data: $(base64 -w0 <"$pki/$1.key")}}]
contexts: [{name: penstock, context: {cluster: penstock, user: $1}}]
current-context: penstock
EOF
}

make_certificates() {
  local component names=DNS:localhost,IP:127.0.0.1,IP:$node_ip,IP:$api_ip service=kubernetes
  for component in default svc cluster.local; do
    names+=,DNS:$service
    service+=.$component
  done
  names+=,DNS:$service
  mkdir -p "$pki"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$pki/ca.key" -out "$pki/ca.crt" -subj /CN=penstock-test-ca -days 30 2>/dev/null
  certificate apiserver /CN=kube-apiserver "$names"
  certificate admin /O=system:masters/CN=admin
  certificate kubelet /O=system:nodes/CN=system:node:node1 "DNS:node1,IP:$node_ip"
  certificate controller-manager /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  certificate aggregator /CN=front-proxy
  openssl genrsa -out "$pki/service-accounts.key" 2048 2>/dev/null
  openssl rsa -in "$pki/service-accounts.key" -pubout -out "$pki/service-accounts.pub" 2>/dev/null
  for component in admin kubelet controller-manager scheduler proxy; do kubeconfig_for "$component"; done
}
