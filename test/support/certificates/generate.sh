#!/bin/sh
# Makes the certificates of the tests anew: a root, an intermediate, and one leaf for each way a certificate can be wrong.
# Needs openssl 3; run once, the results are committed, so that the tests need no openssl and do not depend on the day.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
long_from=20200101000000Z
long_to=21200101000000Z

cat >"$work/ca.cnf" <<CONF
[ca]
default_ca = any
[any]
database = $work/index
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = any_policy
unique_subject = no
copy_extensions = none
[any_policy]
commonName = supplied
[req]
distinguished_name = dn
prompt = no
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = DNS:localhost,DNS:shop.test,DNS:*.shop.test,IP:127.0.0.1,IP:::1
[other_name]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:other.test
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
CONF
: >"$work/index"

key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key.pem"; }
request() { openssl req -new -config "$work/ca.cnf" -key "$1.key.pem" -subj "/CN=$2" -out "$work/$1.csr"; }
# sign NAME EXTENSIONS FROM TO ISSUER [more options]
sign() {
  name=$1 extensions=$2 from=$3 to=$4 issuer=$5
  shift 5
  openssl ca -batch -notext -config "$work/ca.cnf" -extensions "$extensions" -startdate "$from" -enddate "$to" \
    -cert "$issuer.pem" -keyfile "$issuer.key.pem" -in "$work/$name.csr" -out "$name.pem" "$@" 2>/dev/null
}
self() {
  openssl ca -batch -notext -config "$work/ca.cnf" -extensions "$2" -startdate "$long_from" -enddate "$long_to" \
    -selfsign -keyfile "$1.key.pem" -in "$work/$1.csr" -out "$1.pem" 2>/dev/null
}

for authority in root foreign-root; do
  key "$authority"; request "$authority" "Watchfire test $authority"; self "$authority" root
done
key intermediate; request intermediate "Watchfire test intermediate"; sign intermediate intermediate "$long_from" "$long_to" root
for leaf in good previous expired not-yet-valid sha1; do key "$leaf"; request "$leaf" "shop.test"; done
sign good leaf "$long_from" "$long_to" intermediate
# Good as well, and gone twenty years earlier.
sign previous leaf "$long_from" 21000101000000Z intermediate
sign expired leaf 20200101000000Z 20200401000000Z intermediate
sign not-yet-valid leaf 20990101000000Z 21200101000000Z intermediate
sign sha1 leaf "$long_from" "$long_to" intermediate -md sha1
key wrong-host; request wrong-host other.test; sign wrong-host other_name "$long_from" "$long_to" intermediate
key untrusted; request untrusted shop.test; sign untrusted leaf "$long_from" "$long_to" foreign-root
key self-signed; request self-signed shop.test; self self-signed leaf
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out short-key.key.pem
request short-key shop.test; sign short-key leaf "$long_from" "$long_to" intermediate
key client; request client client.test; sign client client "$long_from" "$long_to" intermediate
rm -f root.key.pem foreign-root.key.pem intermediate.key.pem
