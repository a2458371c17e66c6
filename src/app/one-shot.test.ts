import { expect, it } from "vitest";
import { z } from "zod";
import { checkOf } from "../../test/support/worlds/alerting-world.ts";
import { defineProbe } from "../core/checks/probe.ts";
import { OneShot } from "./one-shot.ts";

const echo = defineProbe({
  kind: "echo",
  title: "echo",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 1000, timeoutMs: 1000, failureThreshold: 1 },
  address: z.string(),
  display: (address) => address,
  hostOf: () => undefined,
  options: z.strictObject({ word: z.string() }),
  metrics: [],
  create: ({ word }) => ({
    run: async (context) => {
      context.note(`asked for ${word}`);
      return { findings: [{ is: "down", reason: "keyword", detail: `it says ${word}` }], samples: [] };
    },
    close: async () => {},
  }),
});

it("app/one-shot lets no secret of a check's options into what a run says", async () => {
  const secret = "t3nant-0f-ours";
  const check = checkOf("shop", { probe: "echo", options: { word: secret }, secrets: [secret] });
  const oneShot = new OneShot([echo]);
  const { result, notes } = await oneShot.run(
    check,
    check.targets[0] ?? { id: "", address: "", display: "", labels: {} },
  );
  await oneShot.close();

  expect(result.headline?.detail).toBe("it says <secret>");
  expect(notes).toEqual(["asked for <secret>"]);
});
