#!/bin/sh
# Makes a small CA of its own with OCSP answers about its leaf (DER), and the leaf as PKCS#12 files.
# Needs openssl 3; run once, the results are committed, so that the tests need no openssl. Answers begin on the day of the run.
set -eu
cd "$(dirname "$0")/ocsp"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

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
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:shop.test,IP:127.0.0.1
[responder]
basicConstraints = CA:FALSE
extendedKeyUsage = OCSPSigning
[plain]
basicConstraints = CA:FALSE
CONF
: >"$work/index"

make() {
  name=$1 extensions=$2
  openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$name.key.pem"
  openssl req -new -config "$work/ca.cnf" -key "$work/$name.key.pem" -subj "/CN=Watchfire test $name" -out "$work/$name.csr"
  if [ "$name" = root ]; then sign="-selfsign -keyfile $work/root.key.pem"
  else sign="-cert root.pem -keyfile $work/root.key.pem"; fi
  # shellcheck disable=SC2086
  openssl ca -batch -notext -config "$work/ca.cnf" -extensions "$extensions" -startdate 20200101000000Z \
    -enddate 21200101000000Z $sign -in "$work/$name.csr" -out "$name.pem" 2>/dev/null
}

make root root; make leaf leaf; make responder responder; make stranger plain
cp "$work/leaf.key.pem" leaf.key.pem
cp "$work/index" "$work/index.good"
cat "$work/index"
# answer NAME INDEX SIGNER DAYS
answer() {
  openssl ocsp -index "$2" -CA root.pem -rsigner "$3.pem" -rkey "$work/$3.key.pem" -issuer root.pem -cert leaf.pem \
    -ndays "$4" -respout "$1.der" -noverify >/dev/null 2>&1
}
answer good "$work/index.good" root 36500
answer delegated "$work/index.good" responder 36500
answer stranger "$work/index.good" stranger 36500
answer short "$work/index.good" root 7
openssl ca -config "$work/ca.cnf" -cert root.pem -keyfile "$work/root.key.pem" -revoke leaf.pem 2>/dev/null
answer revoked "$work/index" root 36500
openssl ocsp -index "$work/index.good" -CA root.pem -rsigner root.pem -rkey "$work/root.key.pem" -issuer root.pem \
  -cert responder.pem -ndays 36500 -respout other.der -noverify >/dev/null 2>&1

# The same with a password: as openssl writes it today, and as Windows and Java used to.
openssl pkcs12 -export -inkey leaf.key.pem -in leaf.pem -certfile root.pem -passout pass:secret -out leaf.p12
openssl pkcs12 -export -legacy -inkey leaf.key.pem -in leaf.pem -certfile root.pem -passout pass:secret -out leaf-legacy.p12
openssl x509 -in leaf.pem -outform DER -out leaf.cer
rm -f responder.pem stranger.pem
