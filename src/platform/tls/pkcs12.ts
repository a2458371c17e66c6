import { X509Certificate } from "node:crypto";

/** Certificates of a PKCS#12 store, that of the private key first, or what is wrong with it. */
export type Pkcs12 = Readonly<{ certificates: readonly X509Certificate[] } | { problem: "password" | "broken" }>;

/** Opens a PKCS#12 store; old ciphers that OpenSSL 3 no longer knows are read, too. */
export async function readPkcs12(bytes: Buffer, password: string): Promise<Pkcs12> {
  // Most checks have no such file, and the library is large.
  const { default: forge } = await import("node-forge");
  try {
    const tree = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString("binary")));
    const store = forge.pkcs12.pkcs12FromAsn1(tree, false, password);
    const bags = store.getBags({ bagType: String(forge.pki.oids["certBag"]) })[String(forge.pki.oids["certBag"])] ?? [];
    const keyed = (bag: (typeof bags)[number]): number => (bag.attributes?.["localKeyId"] === undefined ? 1 : 0);
    const certificates = bags
      .toSorted((a, b) => keyed(a) - keyed(b))
      .map((bag) => {
        const der = forge.asn1.toDer(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1).getBytes();
        return new X509Certificate(Buffer.from(der, "binary"));
      });
    return { certificates };
  } catch (error) {
    return { problem: /password|MAC|decrypt/i.test(String(error)) ? "password" : "broken" };
  }
}
