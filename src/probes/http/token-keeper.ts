import { z } from "zod";
import type { Finding } from "../../core/checks/finding.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import { displayOf } from "../../core/http/address.ts";
import { type Visited, visit } from "../../core/http/visit.ts";
import { readJson } from "../../core/jsonpath/read-json.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { Secret } from "../../core/secrets/secret.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { TlsOptions } from "../../core/tls/tls-options.ts";
import type { OauthOptions } from "./oauth-schema.ts";
import type { WrittenOptions } from "./options.ts";

const bodyLimitBytes = 64 * 1024;
/** Where the endpoint does not say how long a token is good. */
const usualLifeSeconds = 300;
const marginMs = 60_000;

export type TokenOutcome = Readonly<{ token: Secret } | { finding: Finding }>;
type Token = Readonly<{ token: Secret; goodUntilMs: number }>;

const answerSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().optional(),
  expires_in: z.coerce.number().positive().optional(),
});
const errorSchema = z.object({ error: z.string() });

/** Gets access tokens by client credentials and keeps each until shortly before its end. @see RFC 6749 §4.4 */
export class TokenKeeper {
  readonly #oauth: OauthOptions;
  readonly #options: WrittenOptions;
  readonly #io: ProbeIo;
  #kept: Token | undefined;
  #fetching: Promise<TokenOutcome> | undefined;

  constructor(oauth: OauthOptions, options: WrittenOptions, io: ProbeIo) {
    this.#oauth = oauth;
    this.#options = options;
    this.#io = io;
  }

  /** A token that is good now; one request serves all targets that ask meanwhile. */
  async token(context: ProbeContext): Promise<TokenOutcome> {
    context.phase("lookup");
    while (this.#fetching !== undefined) await this.#fetching;
    const kept = this.#kept;
    if (kept !== undefined && this.#io.monotonicMs() < kept.goodUntilMs) return kept;
    this.#fetching = this.#fetch(context).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** The target does not take this token. */
  refused(token: Secret): void {
    if (this.#kept?.token === token) this.#kept = undefined;
  }

  async #fetch(context: ProbeContext): Promise<TokenOutcome> {
    const askedAtMs = this.#io.monotonicMs();
    const { token_url: address, client_secret: secret, send } = this.#oauth;
    const url = new URL(address);
    const first = await this.#ask(url, context, send === "body" ? "body" : "header");
    const isRefused = send === "any" && [400, 401].includes(first.last.response?.status ?? 0);
    const { finding, last } = isRefused ? await this.#ask(url, context, "body") : first;
    const answer = finding === undefined ? tokenIn(last.response, askedAtMs) : { problem: finding.detail };
    if ("problem" in answer) {
      const detail = `the token endpoint ${displayOf(url)}: ${answer.problem}`.replaceAll(secret.reveal(), "<secret>");
      return { finding: { is: "unknown", reason: "lookup_failed", phase: "lookup", detail } };
    }
    this.#kept = answer;
    return answer;
  }

  #ask(url: URL, { signal }: ProbeContext, place: "header" | "body"): Promise<Visited> {
    const { proxy, proxy_auth, family } = this.#options;
    return visit(
      { url, method: "POST", body: this.#form(place), ownHeaders: true },
      {
        options: {
          headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
          auth: place === "header" ? this.#basic() : undefined,
          tls: this.#tls(),
          proxy,
          proxy_auth,
          family,
        },
        further: [],
        bodyLimitBytes,
        followRedirects: false,
        maxRedirects: 0,
      },
      // Its phases are not the target's: at the deadline the token is what was missing.
      { io: this.#io, signal, phase: () => {}, note: () => {} },
    );
  }

  /** Our own certificate and the name of the target are nothing to the endpoint. */
  #tls(): TlsOptions {
    const { certificate: _certificate, key: _key, server_name: _name, ...tls } = this.#options.tls;
    return this.#oauth.tls ?? tls;
  }

  #form(place: "header" | "body"): string {
    const { client_id: id, client_secret: secret, scopes, parameters } = this.#oauth;
    const form = new URLSearchParams({ grant_type: "client_credentials", ...parameters });
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    if (place === "body") {
      form.set("client_id", id);
      form.set("client_secret", secret.reveal());
    }
    return form.toString();
  }

  /** Id and secret are form-encoded before they are joined. @see RFC 6749 §2.3.1 */
  #basic() {
    const { client_id: id, client_secret: secret } = this.#oauth;
    const password = new Secret(encodeURIComponent(secret.reveal()));
    return { kind: "basic", username: encodeURIComponent(id), password } as const;
  }
}

function tokenIn(response: HttpResponse | undefined, askedAtMs: number): Token | Readonly<{ problem: string }> {
  if (response === undefined) return { problem: "gave no answer" };
  const read = readJson(new TextDecoder().decode(response.body));
  const document = read.ok ? read.document : undefined;
  if (response.status !== 200) {
    const error = errorSchema.safeParse(document).data?.error;
    return {
      problem: `answered ${response.status}${error === undefined ? "" : ` ${escapeControls(error).slice(0, 100)}`}`,
    };
  }
  const parsed = answerSchema.safeParse(document);
  if (!parsed.success) return { problem: "its answer holds no access_token" };
  const { access_token: token, token_type: type, expires_in: seconds = usualLifeSeconds } = parsed.data;
  if (type !== undefined && type.toLowerCase() !== "bearer") return { problem: "its token is no bearer token" };
  const lifeMs = seconds * 1000;
  return { token: new Secret(token), goodUntilMs: askedAtMs + lifeMs - Math.min(marginMs, lifeMs / 4) };
}
