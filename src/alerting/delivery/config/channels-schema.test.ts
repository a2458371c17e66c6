import { describe, expect, it } from "vitest";
import { channelsSchema } from "./channels-schema.ts";

describe("alerting/delivery/config/channels-schema", () => {
  it("takes a proxy with a login and never shows it", () => {
    const channels = channelsSchema.parse({
      proxy: "http://ops:S3CRET@proxy.example:3128",
      no_proxy: [".corp.example"],
    });

    expect(channels.proxy?.reveal()).toBe("http://ops:S3CRET@proxy.example:3128");
    expect(JSON.stringify(channels)).not.toContain("S3CRET");
  });

  it.each([
    { proxy: "socks5://ops:S3CRET@proxy.example" },
    { no_proxy: ["https://corp.example"] },
    { no_proxy: ["10.0.0.0/8"] },
    { ca: "" },
    { verify: false },
  ])("refuses %j without repeating a secret", (section) => {
    const parsed = channelsSchema.safeParse(section);

    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).not.toContain("S3CRET");
  });
});
