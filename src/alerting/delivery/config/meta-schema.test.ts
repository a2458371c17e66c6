import { describe, expect, it } from "vitest";
import { routeSchema } from "../../routing/route-schema.ts";
import { buildRouteTree, matchRoutes } from "../../routing/route-tree.ts";
import { withMetaRoute } from "./meta-schema.ts";

const route = routeSchema.parse({ receiver: "chat", routes: { all: { matchers: ["tier=os"], receiver: "os" } } });
const trouble = { alertname: "WatchfireTrouble", tier: "os", component: "uplink" };
const receiversOf = (labels: Record<string, string>, receiver?: string): readonly string[] => {
  const tree = buildRouteTree(withMetaRoute(route, receiver === undefined ? undefined : { receiver }));
  return matchRoutes(tree, labels).map((taken) => taken.receiver);
};

describe("alerting/delivery/config/meta-schema", () => {
  it("takes trouble of the daemon, and nothing else, to its receiver before all routes", () => {
    expect(receiversOf(trouble, "mail")).toEqual(["mail"]);
    expect(receiversOf({ ...trouble, alertname: "CheckDown" }, "mail")).toEqual(["os"]);
    expect(receiversOf(trouble)).toEqual(["os"]);
  });

  it.each(["channel", "lost pages of", "budget of"])(
    "lets trouble of a %s of its own receiver take the others",
    (what) => {
      const about = (receiver: string) => ({
        ...trouble,
        component: `${what} ${receiver} smtp.example.com:587#0123456789ab`,
      });

      expect(receiversOf(about("ops.mail"), "ops.mail")).toEqual(["os"]);
      expect(receiversOf(about("chat"), "ops.mail")).toEqual(["ops.mail"]);
      expect(receiversOf(about("ops-mail"), "ops.mail")).toEqual(["ops.mail"]);
    },
  );
});
