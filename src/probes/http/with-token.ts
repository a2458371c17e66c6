import type { ProbeContext } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { HttpOptions, WrittenOptions } from "./options.ts";
import type { TokenKeeper } from "./token-keeper.ts";

type Observe = (options: HttpOptions) => Promise<Observation>;

/** Observes with a token; one that the target no longer takes (401) is got anew, once. */
export async function withToken(
  keeper: TokenKeeper,
  options: WrittenOptions,
  context: ProbeContext,
  observe: Observe,
): Promise<Observation> {
  const first = await keeper.token(context);
  if ("finding" in first) return { findings: [first.finding], samples: [] };
  const observation = await observe({ ...options, auth: { kind: "bearer", token: first.token } });
  if (!isUnauthorized(observation)) return observation;
  keeper.refused(first.token);
  context.note("401: the token is got anew");
  const second = await keeper.token(context);
  if ("finding" in second) return { ...observation, findings: [second.finding] };
  return observe({ ...options, auth: { kind: "bearer", token: second.token } });
}

function isUnauthorized({ samples }: Observation): boolean {
  return samples.some(({ metric, value }) => metric === "probe_http_status_code" && value === 401);
}
