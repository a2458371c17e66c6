import { describe, expect, it } from "vitest";
import { alertingConfigOf, type RawSections, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import { lintTrouble } from "./lint-trouble.ts";

const chat = receiverOf(true);

function lint(sections: RawSections, receivers = { ops: chat, dev: chat }): readonly string[] {
  return lintTrouble(alertingConfigOf([], { route: { receiver: "ops" }, ...sections }, receivers)).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
}

describe("alerting/lint trouble", () => {
  it("names a receiver whose death would be told through it alone", () => {
    expect(lint({})).toEqual([
      "receivers.ops: nobody learns when it is dead: that would be told through it alone; name another receiver in `meta`",
    ]);
  });

  it("is quiet where a route takes it elsewhere, as `meta` does", () => {
    const matchers = ["alertname=WatchfireTrouble", "component!~channel dev .*"];

    expect(lint({ route: { receiver: "ops", routes: { own: { matchers, receiver: "dev" } } } })).toEqual([]);
  });

  it("is quiet where a second way or a fallback tells it, and where only the daemon's log could", () => {
    const twice = { ...chat, integrations: [...chat.integrations, ...receiverOf(true).integrations] };

    expect(lint({}, { ops: twice, dev: chat })).toEqual([]);
    expect(lint({}, { ops: { ...chat, fallback: ["dev"] }, dev: chat })).toEqual([]);
    const log = { ...chat, integrations: chat.integrations.map((each) => ({ ...each, kind: "log", endpoint: "log" })) };
    expect(lint({}, { ops: chat, dev: log })).toEqual([]);
  });
});
