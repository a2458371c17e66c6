import { describe, expect, it } from "vitest";
import { OpenProbe, openProbe } from "./open-probe.ts";

describe("scheduler/open-probe", () => {
  it("closes once, when it is retired and its last run has ended", async () => {
    let closed = 0;
    const opened = new OpenProbe({
      run: () => Promise.resolve({ findings: [], samples: [] }),
      close: () => {
        closed += 1;
        return Promise.resolve();
      },
    });
    opened.hold();
    opened.hold();
    opened.release();
    await opened.retire();
    expect(closed).toBe(0);

    opened.release();
    expect(closed).toBe(1);
  });

  it("survives a unit that cannot close", async () => {
    const opened = new OpenProbe({
      run: () => Promise.resolve({ findings: [], samples: [] }),
      close: () => Promise.reject(new Error("stuck")),
    });

    await expect(opened.retire()).resolves.toBeUndefined();
  });

  it("gives a probe that fails in every run when it does not open", async () => {
    const opened = openProbe(() => {
      throw new Error("unknown option");
    });
    const context = {} as Parameters<typeof opened.probe.run>[0];

    await expect(opened.probe.run(context)).rejects.toThrow("unknown option");
    await expect(opened.retire()).resolves.toBeUndefined();
  });
});
