import { z } from "zod";

/** Bytes in the config, as pairs of hexadecimal digits. */
export const hexSchema = z
  .string()
  .max(8192)
  .regex(/^(?:\s*[0-9a-fA-F]{2})+\s*$/, "write bytes as pairs of hexadecimal digits: 00 ff 0a")
  .transform((text) => {
    const digits = text.replaceAll(/\s/g, "");
    return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
      Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
    );
  });
