import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { slowMs, until } from "../../support/daemons/daemon-process.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

describe("integration/daemon that correlates", { timeout: slowMs }, () => {
  it("tells what a cause breaks in the incident of the cause, over a restart, and on its own when the cause is over", async (context) => {
    const world = new DaemonWorld(context);
    const [pay, shop, chat, owners] = [
      await world.server(broken),
      await world.server(good),
      await world.server(),
      await world.server(),
    ];
    const config = chatConfig(
      chat,
      {
        pay: pageCheck(pay, { service: "pay" }),
        shop: pageCheck(shop),
      },
      {
        services: { shop: { title: "Shop", needs: ["pay"] }, pay: { title: "Payment" } },
        receivers: {
          ops: { to: [{ kind: "slack", url: `${chat.url}/hook` }] },
          owners: { to: [{ kind: "slack", url: `${owners.url}/hook` }] },
        },
        route: {
          receiver: "ops",
          group_by: ["check"],
          group_wait: "0s",
          group_interval: "1s",
          routes: { pay: { matchers: ["service=pay"], receiver: "owners" } },
        },
        correlation: { grace: "1s" },
      },
    );
    const home = await world.home(config);
    const first = await home.start();

    await owners.received(1);
    shop.answerWith(broken);
    await owners.received(2);
    await first.stop();
    const second = await home.start();
    await until("it goes on as before", async () => {
      return (await second.values("watchfire_alerts", { status: "firing" }))[0] === 2;
    });
    const toldBefore = chat.requests.length;
    pay.answerWith(good);
    await chat.received(1);

    expect(toldBefore).toBe(0);
    expect(headlines(owners)[0]).toMatch(/^\S* ?Critical: Payment/);
    expect(owners.requests[1]?.body).toContain("Payment");
    expect(owners.requests[1]?.body).toMatch(/Chain: [^"]*Payment[^"]* → [^"]*Shop/);
    expect(headlines(chat)[0]).toMatch(/^\S* ?Critical: Shop/);
    expect(chat.requests[0]?.body).toContain("No longer explained by: Payment");
  });
});
