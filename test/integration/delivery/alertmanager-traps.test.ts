import { afterEach, describe, expect, it } from "vitest";
import { DeliveryWorld } from "../../support/worlds/delivery-world.ts";

let world: DeliveryWorld;

afterEach(() => world.stop());

/** Where Alertmanager loses a message on its way out. The other traps: src/alerting/{grouping,silences,muting}/*.test.ts. */
describe("integration/delivery Alertmanager's traps", () => {
  it.each([429, 403, 408])(
    "tries a message again that was answered with %i, and keeps what became of it (trap 3)",
    async (status) => {
      const receivers = (url: string) => ({ "ops-chat": { to: [{ kind: "webhook", url: `${url}/hook` }] } });
      world = await DeliveryWorld.start({
        receivers,
        script: [
          { status, body: "no" },
          { status: 200, body: "ok" },
        ],
      });

      await world.enqueue(world.row({}));
      await world.pass(600);

      const outcomes = await world.outcomes();
      expect(outcomes[0]).toMatch(/^row-1 (?:retryable|rejected) /);
      expect(outcomes.at(-1)).toBe("row-1 delivered");
    },
  );

  it("never drops a refused message silently: its end is recorded and told (trap 3)", async () => {
    const receivers = (url: string) => ({ "ops-chat": { to: [{ kind: "webhook", url: `${url}/hook` }] } });
    world = await DeliveryWorld.start({ receivers, script: [{ status: 404, body: "no" }] });

    await world.enqueue(world.row({}));
    await world.pass(600);

    expect(await world.outcomes()).toEqual(["row-1 rejected bad_message"]);
    expect(world.told.filter((line) => line.startsWith("dead row-1"))).toHaveLength(1);
  });

  it("does not take HTTP 200 for delivered where the body says otherwise (trap 4)", async () => {
    const token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const receivers = (url: string) => ({ "ops-chat": { to: [{ kind: "dingtalk", token, base_url: url }] } });
    const answers = ['{"errcode":-1,"errmsg":"system busy"}', '{"errcode":0,"errmsg":"ok"}'];
    world = await DeliveryWorld.start({ receivers, script: answers.map((body) => ({ status: 200, body })) });

    await world.enqueue(world.row({}));
    await world.pass(600);

    expect(await world.outcomes()).toEqual(["row-1 retryable server_error", "row-1 delivered"]);
  });
});
