import fc from "fast-check";
import { actOnIncident } from "../../../src/alerting/escalation/incident-actions.ts";
import { expireSilence, setSilence } from "../../../src/alerting/silences/silence-actions.ts";
import { downFinding } from "../worlds/alerting-world.ts";
import { type Death, deaths, type ReachedWorld } from "./reached-world.ts";
import { reachedChannels, reachedChecks, reachedConfigs } from "./reaching-company.ts";
import { type Answer, answers } from "./scripted-channels.ts";

/** One thing that happens to a daemon, its checks, its channels or its people. */
export type ReachedStep =
  | Readonly<{ do: "run"; check: number; isDown: boolean }>
  | Readonly<{ do: "wait"; seconds: number }>
  | Readonly<{ do: "answer"; channel: string; with: readonly Answer[]; times: number }>
  | Readonly<{ do: "die"; at: Death }>
  | Readonly<{ do: "restart" }>
  | Readonly<{ do: "reload"; config: number }>
  | Readonly<{ do: "silence" | "expire" | "acknowledge" }>;

/** Stories of up to 40 steps. */
export const reachedStories: fc.Arbitrary<readonly ReachedStep[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("run" as const),
        check: fc.nat(reachedChecks.length - 1),
        isDown: fc.boolean(),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 4, 12, 40, 130, 330) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("answer" as const),
        channel: fc.constantFrom(...reachedChannels),
        with: fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 3 }),
        times: fc.constantFrom(1, 2, 40),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("die" as const), at: fc.constantFrom(...deaths) }) },
    { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("reload" as const), config: fc.nat(reachedConfigs.length - 1) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom("silence" as const, "expire" as const) }),
    },
    {
      weight: 2,
      arbitrary: fc.constant({ do: "acknowledge" as const }),
    },
  ),
  { maxLength: 40, size: "max" },
);

/** Lets a story happen, and lets it end well: channels that take everything, all targets up, and time for everything to have its say. */
export async function tell(world: ReachedWorld, steps: readonly ReachedStep[]): Promise<void> {
  for (const step of steps) await happen(world, step);
  world.channels.recover();
  world.spare();
  await world.reload(reachedConfigs[0]);
  await expire(world);
  for (const check of reachedChecks) await world.run(check);
  await world.pass(25 * 60);
  // What may stand in a chat already and is not urgent is said again an hour later at the latest.
  for (let minute = 0; minute < 60 && (await world.store.facts()).outboxPending > 0; minute += 1) await world.pass(60);
}

async function happen(world: ReachedWorld, step: ReachedStep): Promise<void> {
  if (step.do === "run") {
    const check = reachedChecks[step.check];
    if (check !== undefined) await world.run(check, ...(step.isDown ? [downFinding] : []));
  } else if (step.do === "wait") await world.pass(step.seconds);
  else if (step.do === "answer")
    world.channels.script(step.channel, Array.from({ length: step.times }, () => step.with).flat());
  else if (step.do === "die") await world.die(step.at);
  else if (step.do === "restart") await world.restart();
  else if (step.do === "reload") await world.reload(reachedConfigs[step.config] ?? reachedConfigs[0]);
  else if (step.do === "expire") await expire(world);
  else if (step.do === "silence") await silence(world);
  else await acknowledge(world);
}

async function silence(world: ReachedWorld): Promise<void> {
  const nowMs = world.clock.now();
  const matchers = [{ name: "check", operator: "=" as const, value: "page" }];
  const times = { startsAtMs: nowMs, endsAtMs: nowMs + 240_000 };
  await world.perform(setSilence({ matchers, ...times, createdBy: "li", comment: "racks" }));
}

async function expire(world: ReachedWorld): Promise<void> {
  for (const { id } of world.engine.snapshot().silences) await world.perform(expireSilence(id, "li"));
}

async function acknowledge(world: ReachedWorld): Promise<void> {
  for (const { id } of world.engine.snapshot().incidents) {
    world.taken.push({ incident: id, atMs: world.clock.now() });
    await world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "cli" }));
  }
}
