import { z } from "zod";
import { type RequestOptions, requestOptions } from "../../core/http/request-options.ts";
import type { DomainOptions } from "./options.ts";

const defaults = z.strictObject(requestOptions).parse({});

/** How RDAP is asked: with the check's proxy, family and trust, and no credentials. */
export function requestOptionsOf({ family, tls, proxy, proxy_auth: auth }: DomainOptions): RequestOptions {
  return {
    ...defaults,
    family,
    tls,
    ...(proxy !== undefined && { proxy }),
    ...(auth !== undefined && { proxy_auth: auth }),
  };
}
