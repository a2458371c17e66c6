import { z } from "zod";

/** One address that answers for as long as the uplink works. */
export type Canary = Readonly<{ host: string; port: number }>;

const canaryText = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[^\s:/[\]]+)):(?<port>\d{1,5})$/;

const canarySchema = z.string().transform((text, context): Canary => {
  const { six, name, port } = canaryText.exec(text)?.groups ?? {};
  const canary = { host: six ?? name ?? "", port: Number(port ?? 0) };
  if (canary.port > 0 && canary.port < 65_536) return canary;
  context.addIssue({ code: "custom", message: "write host:port, as in 223.5.5.5:53 or [2400:3200::1]:53" });
  return z.NEVER;
});

/** The section `uplink`: whether the way out of this machine works is a decision of the config, never a guess. */
export const uplinkSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("none").describe("The uplink is not watched: what fails is an outage of its target."),
    })
    .describe("The uplink is not watched."),
  z
    .strictObject({
      kind: z.literal("canaries").describe("The uplink works for as long as one of some addresses answers."),
      addresses: z
        .array(canarySchema)
        .min(1)
        .max(10)
        .describe("Addresses outside as `host:port`, asked by TCP; one that answers, or refuses, is enough."),
      lost_means: z
        .enum(["unknown", "outage"])
        .default("unknown")
        .describe("What failing targets outside are while no canary answers: unknown, told as one alert, or outages."),
      inside: z
        .array(z.string().min(1).max(253))
        .max(100)
        .default([])
        .describe(
          "Hosts that are reached without the uplink, as a name or `*.suffix`; loopback and private addresses, names without a dot and under .local, .internal, .lan, .corp and .home.arpa always are.",
        ),
    })
    .describe("The uplink is watched by canaries."),
]);

/** Section `uplink` after parsing. */
export type UplinkConfig = z.output<typeof uplinkSchema>;

/** The part of it that watches. */
export type CanariesConfig = Extract<UplinkConfig, { kind: "canaries" }>;
