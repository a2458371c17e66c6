import { afterEach, describe, expect, it } from "vitest";
import { DeliveryWorld } from "../../support/worlds/delivery-world.ts";

let world: DeliveryWorld;

afterEach(() => world.stop());

describe("integration/delivery on the half hour", () => {
  it("lets a warning to Feishu wait a few seconds, once, and what is critical go at once", async () => {
    world = await DeliveryWorld.start({
      receivers: (url) => ({
        feishu: { to: [{ kind: "feishu", token: "T", base_url: url }] },
        wecom: { to: [{ kind: "wecom", key: "K", base_url: url }] },
      }),
      script: [{ status: 200, body: '{"code":0,"errcode":0}' }],
    });
    const warning = { labels: { severity: "warning" } };

    await world.enqueue(
      world.row(warning, { receiver: "feishu" }),
      world.row({}, { receiver: "feishu" }),
      world.row(warning, { receiver: "wecom" }),
    );
    const atOnce = world.chat.requests.length;
    await world.pass(21);

    expect(atOnce).toBe(2);
    expect(world.chat.requests).toHaveLength(3);
    expect(new Set(await world.outcomes())).toEqual(new Set(["row-1 delivered", "row-2 delivered", "row-3 delivered"]));
  });
});
