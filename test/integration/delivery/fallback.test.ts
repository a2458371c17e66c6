import { afterEach, describe, expect, it } from "vitest";
import { anAlert } from "../../support/samples/notifications.ts";
import type { ScriptedAnswer } from "../../support/servers/chat-server.ts";
import { DeliveryWorld } from "../../support/worlds/delivery-world.ts";

const ok: ScriptedAnswer = { status: 200, body: "ok" };
const gone: ScriptedAnswer = { status: 404, body: "no_service" };
let world: DeliveryWorld;

afterEach(() => world.stop());

const receivers = (url: string) => ({
  "ops-chat": { to: [{ kind: "slack", url: `${url}/ops` }], deliver_within: { critical: "60s" }, fallback: ["voice"] },
  voice: { to: [{ kind: "phone" }], fallback: ["mail", "ops-chat"] },
  mail: { to: [{ kind: "webhook", url: `${url}/mail` }] },
});
const within = (seconds: number) => ({ giveUpAtMs: world.clock.now() + seconds * 1000 });
const deliveries = async () => (await world.store.deliveries(100)).toReversed();
const dead = () => world.told.filter((line) => line.startsWith("dead"));

describe("integration/delivery fallback", () => {
  it.each<[reason: string, answer: ScriptedAnswer, within: number]>([
    ["bad_message", { status: 200, body: "invalid_payload" }, 3],
    ["endpoint_gone", gone, 50],
    ["redirect", { status: 301, headers: { location: "https://example.com/" } }, 50],
    ["server_error", { status: 503 }, 63],
    ["rate_limited", { status: 429, headers: { "Retry-After": "120" } }, 3],
  ])("calls a person when the chat fails with %s, once, and within its time", async (reason, answer, seconds) => {
    world = await DeliveryWorld.start({ receivers, script: [answer] });

    await world.enqueue(world.row({}, {}, within(60)));
    await world.pass(seconds);
    expect(world.calls).toMatchObject([{ receiver: "voice", fallbackFrom: "ops-chat" }]);
    await world.pass(120);

    expect(world.calls).toHaveLength(1);
    expect(dead()).toEqual([`dead row-1 ${reason} voice`]);
    expect(world.told).toContain(`ops-chat ${reason}`);
    expect((await deliveries()).at(-1)).toMatchObject({ receiver: "voice", outcome: "delivered", ended: true });
  });

  it("rings on through a provider's bad minutes where only the last resort would take over, until somebody takes the incident", async () => {
    const alone = (url: string) => ({
      "ops-chat": { to: [{ kind: "slack", url: `${url}/ops` }] },
      voice: { to: [{ kind: "phone" }] },
    });
    world = await DeliveryWorld.start({ receivers: alone, lastResort: ["ops-chat"], script: [ok] });
    const page = () => world.row({ labels: { severity: "critical" } }, { receiver: "voice" });
    world.phoneOutcome = { kind: "retryable", reason: "server_error", detail: "HTTP 503", maybeDelivered: true };
    await world.enqueue(page());
    await world.pass(300);
    const triedCount = world.calls.length;
    world.phoneOutcome = { kind: "delivered", final: true };
    await world.pass(600);

    expect(triedCount).toBeGreaterThan(2);
    expect([world.calls.length, world.chat.requests.length]).toEqual([triedCount + 1, 0]);

    world.phoneOutcome = { kind: "retryable", reason: "server_error", detail: "HTTP 503", maybeDelivered: true };
    await world.enqueue(page());
    world.isAttended = true;
    await world.pass(600);

    expect(world.calls.length).toBe(triedCount + 2);
    expect((await deliveries()).at(-1)).toMatchObject({ outcome: "dropped", reason: "past", ended: true });
  });

  it("calls a person when no attempt could be made in time, and not earlier", async () => {
    const tooFast: ScriptedAnswer = { status: 429, headers: { "Retry-After": "900" } };
    world = await DeliveryWorld.start({ receivers, script: [tooFast] });
    await world.enqueue(world.row({ labels: { ...anAlert().labels, severity: "warning" } }));
    await world.enqueue(world.row({}, {}, within(60)));

    await world.pass(59);
    expect(world.calls).toHaveLength(0);
    await world.pass(4);

    expect(world.calls).toHaveLength(1);
    expect(dead()).toEqual(["dead row-2 expired voice"]);
  });

  it("does not let a page wait behind an earlier message of its incident that is told to wait", async () => {
    world = await DeliveryWorld.start({ receivers, script: [{ status: 429, headers: { "Retry-After": "900" } }] });
    const incident = { incident: "i", groupKey: "g" };
    await world.enqueue(world.row({ labels: { ...anAlert().labels, severity: "warning" } }, incident));
    await world.enqueue(world.row({}, incident, within(60)));
    await world.pass(64);

    expect(world.calls).toHaveLength(1);
  });

  it("tries a page on that an endpoint refuses for a moment, without calling anybody", async () => {
    world = await DeliveryWorld.start({ receivers, script: [gone, ok] });

    await world.enqueue(world.row({}, {}, within(60)));
    await world.pass(15);

    expect(await world.outcomes()).toEqual(["row-1 rejected endpoint_gone", "row-1 delivered"]);
    expect(world.calls).toEqual([]);
    expect(world.told).toEqual(["slack rejected", "slack delivered"]);
  });

  it("lets everything else fall back at once while an endpoint is known to refuse, and asks it again now and then", async () => {
    world = await DeliveryWorld.start({ receivers, script: [gone] });
    await world.enqueue(world.row({}, {}, within(60)));
    await world.pass(30);
    const asked = world.chat.requests.length;

    await world.enqueue(world.row({}, {}, within(60)));
    expect(world.told.at(-1)).toBe("dead row-2 endpoint_gone voice");
    expect(world.chat.requests).toHaveLength(asked);
    await world.pass(60);
    world.chat.answerWith(ok);
    await world.enqueue(world.row({}, {}, within(60)));

    expect(world.told.slice(-2)).toEqual(["slack delivered", "ops-chat works again"]);
  });

  it("falls back further when the fallback fails, never to a place that was tried, and then tells that a page was lost", async () => {
    world = await DeliveryWorld.start({
      receivers,
      script: [{ status: 200, body: "invalid_payload" }, { status: 400 }],
      lastResort: ["ops-chat"],
    });
    world.phoneOutcome = { kind: "rejected", reason: "unknown_recipient", detail: "no number", scope: "recipient" };

    await world.enqueue(world.row({}));
    await world.pass(10);

    expect(dead()).toEqual([
      "dead row-1 bad_message voice",
      expect.stringMatching(/^dead \S+ unknown_recipient mail$/),
      expect.stringMatching(/^dead \S+ bad_message$/),
    ]);
    expect(world.told).toContain("mail lost bad_message");
  });

  it("hands a page on when its receiver has left the config, by the fallback that it was made with, or to the last resort", async () => {
    world = await DeliveryWorld.start({ receivers, lastResort: ["mail"] });
    const removed = { receiver: "removed" };

    await world.enqueue(world.row({}, removed, { fallback: ["voice"] }), world.row({}, removed));
    await world.pass(4);

    expect(dead()).toEqual(["dead row-1 removed voice", "dead row-2 removed mail"]);
    expect(world.calls).toHaveLength(1);
    expect(world.chat.requests.map(({ path }) => path)).toEqual(["/mail"]);
  });

  it("calls nobody about an end that cannot be delivered", async () => {
    world = await DeliveryWorld.start({ receivers, script: [{ status: 200, body: "invalid_payload" }] });

    await world.enqueue(world.row({ status: "resolved", endsAtMs: world.clock.now() }, { intent: "resolved" }));
    await world.pass(5);

    expect(dead()).toEqual(["dead row-1 bad_message"]);
    expect(world.calls).toEqual([]);
  });

  it("calls a person once when two notifiers of a receiver fail with the same message", async () => {
    const both = (url: string) => {
      const to = [
        { kind: "slack", url: `${url}/a` },
        { kind: "slack", url: `${url}/b` },
      ];
      return { ...receivers(url), "ops-chat": { to, fallback: ["person/voice"] } };
    };
    world = await DeliveryWorld.start({ receivers: both, script: [{ status: 200, body: "invalid_payload" }] });
    const first = world.row({});
    const second = { ...first, id: "second", dedupKey: "second", integration: 1 };

    await world.enqueue(first, second);
    await world.pass(5);

    expect(dead()).toHaveLength(2);
    expect(world.calls).toMatchObject([{ recipient: "voice" }]);
  });

  describe("messages of one incident that are lost together", () => {
    const about = { incident: "i", groupKey: "g" };
    const to = (kind: string) => (url: string) => ({
      ...receivers(url),
      ...(kind === "slack" ? { voice: { to: [{ kind, url: `${url}/voice` }] } } : {}),
    });
    const refuses: ScriptedAnswer = { status: 200, body: "invalid_payload" };
    const accepts = (request: { path: string }): ScriptedAnswer => (request.path === "/ops" ? refuses : ok);

    it("ring once, whatever is said of it, and with all that was lost", async () => {
      world = await DeliveryWorld.start({ receivers: to("phone"), script: [refuses] });
      const warning = { labels: { ...anAlert().labels, severity: "warning" } };

      await world.enqueue(world.row({}, about));
      await world.pass(1);
      await world.enqueue(world.row({}, about), world.row(warning, { ...about, intent: "update" }));
      await world.pass(120);

      expect(world.calls).toHaveLength(1);
      expect(world.calls[0]?.alerts.map(({ fingerprint }) => fingerprint)).toEqual(["row-1", "row-2", "row-3"]);
      expect(world.calls[0]).toMatchObject({ incident: "i", fallbackFrom: "ops-chat" });
    });

    it("are one message of a chat that takes over, also where none of them is critical", async () => {
      world = await DeliveryWorld.start({ receivers: to("slack"), script: [accepts] });
      const warning = { labels: { ...anAlert().labels, severity: "warning" } };

      await world.enqueue(...[1, 2, 3].map(() => world.row(warning, about)));
      await world.pass(120);

      const told = world.chat.requests.filter(({ path }) => path === "/voice");
      expect(told).toHaveLength(1);
      for (const id of ["row-1", "row-2", "row-3"]) expect(told[0]?.body).toContain(id);
    });

    it("are two calls where they are of two incidents and the second is lost later", async () => {
      world = await DeliveryWorld.start({ receivers: to("phone"), script: [refuses] });

      await world.enqueue(world.row({}, about));
      await world.pass(5);
      await world.enqueue(world.row({}));
      await world.pass(120);

      expect(world.calls.map(({ incident }) => incident)).toEqual(["i", "i-row-2"]);
    });

    it("lose nothing when the daemon ends while they wait", async () => {
      world = await DeliveryWorld.start({ receivers: to("phone"), script: [refuses] });

      await world.enqueue(world.row({}, about), world.row({}, about));
      await world.pass(2);
      expect(dead()).toHaveLength(2);
      expect(world.calls).toEqual([]);
      await world.restart();
      await world.pass(120);

      expect(world.calls).toHaveLength(1);
      expect(world.calls[0]?.alerts).toHaveLength(2);
    });
  });

  it("tells no end where the beginning never arrived, and again what fires anew", async () => {
    const chat = (url: string) => ({ "ops-chat": { to: [{ kind: "slack", url: `${url}/ops` }] } });
    world = await DeliveryWorld.start({ receivers: chat, script: [{ status: 200, body: "invalid_payload" }] });
    const about = { incident: "i", groupKey: "g" };
    const over = { status: "resolved" as const, endsAtMs: world.clock.now() };
    await world.enqueue(world.row({ fingerprint: "f" }, about));
    await world.pass(5);
    world.chat.answerWith(ok);
    const end = { ...about, intent: "resolved" as const };
    await world.enqueue(world.row({ fingerprint: "f", ...over }, end));
    expect(await world.outcomes()).toContain("row-2 dropped not_told");

    const { startsAtMs } = anAlert();
    await world.enqueue(world.row({ fingerprint: "g", startsAtMs }, about));
    await world.pass(3);
    const alerts = ["f", "g"].map((fingerprint) =>
      anAlert({ fingerprint, startsAtMs, annotations: { title: `over ${fingerprint}` }, ...over }),
    );
    world.chat.answerWith({ status: 200, body: "invalid_payload" });
    await world.enqueue(world.row({ fingerprint: "f" }, about));
    await world.pass(3);
    world.chat.answerWith(ok);
    await world.enqueue(world.row({}, { ...end, alerts }));
    await world.pass(5);

    const titles = ["f", "g"].map((title) => `over ${title}`);
    const said = world.chat.requests.map(({ body }) => titles.filter((title) => body.includes(title)));
    expect(said).toEqual([[], [], [], ["over g"]]);
  });
});
