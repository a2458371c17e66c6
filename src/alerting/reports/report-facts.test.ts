import { describe, expect, it } from "vitest";
import { anAlert } from "../../../test/support/samples/notifications.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { type ReportInput, reportFacts } from "./report-facts.ts";

const minuteMs = 60_000;
const fromMs = Date.UTC(2026, 10, 22, 1);
const toMs = fromMs + 24 * 60 * minuteMs;

function incident(id: string, overrides: Partial<Incident> = {}): Incident {
  return {
    id,
    groupKey: id,
    receiver: "ops",
    groupLabels: { service: "shop", alertname: "CheckDown" },
    status: "open",
    severity: "critical",
    openedAtMs: fromMs + 60 * minuteMs,
    members: [],
    timeline: [],
    ...overrides,
  };
}

const resolvedAt = (atMs: number) => ({ status: "resolved", resolvedAtMs: atMs }) as const;
const facts = (overrides: Partial<ReportInput>) =>
  reportFacts({
    covers: "day",
    fromMs,
    toMs,
    incidents: [],
    alerts: [],
    groups: [],
    services: new Map([["shop", { id: "shop", title: "商城", links: {} }]]),
    locale: "zh",
    unbacked: [],
    ...overrides,
  } as ReportInput);

describe("alerting/reports/report-facts", () => {
  it("counts what began in the span by severity, and lists what was open in it: open and grave ones first", () => {
    const incidents = [
      incident("old", { openedAtMs: fromMs - minuteMs, severity: "warning" }),
      incident("over", resolvedAt(fromMs + 98 * minuteMs)),
      incident("mild", { severity: "warning", openedAtMs: fromMs + 5 * minuteMs }),
      incident("later", { openedAtMs: toMs + 1 }),
    ];

    expect(facts({ incidents })).toMatchObject({
      opened: { critical: 1, warning: 1, info: 0 },
      incidents: [
        { severity: "warning", openedAtMs: fromMs - minuteMs },
        { severity: "warning", openedAtMs: fromMs + 5 * minuteMs },
        { severity: "critical", title: "商城 CheckDown", resolvedAtMs: fromMs + 98 * minuteMs },
      ],
    });
  });

  it("names what is over by the gravest alert that it had, and leaves drills out", () => {
    const past = [
      anAlert({ fingerprint: "mild", labels: { severity: "warning", check: "x" }, annotations: { title: "Mild" } }),
      anAlert({
        fingerprint: "grave",
        labels: { severity: "critical", check: "y" },
        annotations: { title: "Grave" },
      }),
    ].map((alert) => ({ ...alert, status: "resolved" as const }));
    const over = incident("over", { ...resolvedAt(toMs - 1), members: ["mild", "grave"] });
    const drill = incident("drill", { groupLabels: { drill: "true", service: "shop" } });

    const found = facts({ incidents: [over, drill], pastAlerts: past });

    expect(found.incidents).toMatchObject([{ title: expect.stringContaining("Grave") }]);
    expect(found.opened.critical).toBe(1);
  });

  it("takes for open at its end what ended after that", () => {
    const [told] = facts({ incidents: [incident("i", resolvedAt(toMs + minuteMs))] }).incidents;

    expect(told).not.toHaveProperty("resolvedAtMs");
  });

  it("means over those that were taken and those that ended, and says nothing of none", () => {
    const taken = { timeline: [{ atMs: fromMs + 64 * minuteMs, kind: "snooze", detail: "" }] };
    const twice = {
      timeline: [
        { atMs: fromMs + 62 * minuteMs, kind: "acknowledge", detail: "" },
        { atMs: fromMs + 70 * minuteMs, kind: "acknowledge", detail: "" },
      ],
    };
    const incidents = [incident("a", { ...taken, ...resolvedAt(fromMs + 80 * minuteMs) }), incident("b", twice)];

    expect(facts({ incidents })).toMatchObject({ mttaMs: 3 * minuteMs, mttrMs: 20 * minuteMs });
    expect(facts({ incidents: [incident("c")] })).not.toHaveProperty("mttaMs");
    expect(facts({ incidents: [incident("c")] })).not.toHaveProperty("mttrMs");
  });

  it("names an incident by its alert while that is known", () => {
    const alerts = [anAlert({ fingerprint: "f", annotations: { title: "商城结算", reason: "status" } })];

    expect(facts({ alerts, incidents: [incident("i", { members: ["f"] })] }).incidents).toMatchObject([
      { title: "商城结算 状态码异常" },
    ]);
  });

  it("names what expires, what is blind, and what fires but was kept from being told", () => {
    const named = (fingerprint: string, labels: object, title: string) =>
      anAlert({ fingerprint, labels: { ...anAlert().labels, ...labels }, annotations: { title } });
    const alerts = [
      named("c", { alertname: "CheckFlaw", reason: "expiring" }, "商城证书"),
      named("b", { alertname: "CheckBlind" }, "内网"),
      named("h", { alertname: "CheckDown" }, "磁盘"),
      { ...named("o", { alertname: "CheckBlind" }, "旧的"), status: "resolved" as const },
    ];
    const groups = [
      { key: "g", route: "r", receiver: "ops", labels: {}, members: ["h"], nextFlushMs: 0, muted: { h: "nights" } },
    ];

    expect(facts({ alerts, groups })).toMatchObject({ expiring: ["商城证书"], blind: ["内网"], held: ["磁盘 不可用"] });
  });
});
