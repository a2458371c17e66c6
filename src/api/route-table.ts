import type { ApiDependencies } from "./api-dependencies.ts";
import type { RouteSpec } from "./route-spec.ts";
import { adminRoutes } from "./routes/admin-routes.ts";
import { changeRoutes } from "./routes/change-routes.ts";
import { deliveryRoutes } from "./routes/delivery-routes.ts";
import { doorRoutes } from "./routes/door-routes.ts";
import { drillRoutes } from "./routes/drill-routes.ts";
import { explainRoutes } from "./routes/explain-routes.ts";
import { incidentPageRoutes } from "./routes/incident-page-routes.ts";
import { incidentRoutes } from "./routes/incident-routes.ts";
import { maintenanceRoutes } from "./routes/maintenance-routes.ts";
import { oncallRoutes } from "./routes/oncall-routes.ts";
import { opsRoutes } from "./routes/ops-routes.ts";
import { pageRoutes } from "./routes/page-routes.ts";
import { pushRoutes } from "./routes/push-routes.ts";
import { resultsRoutes } from "./routes/results-routes.ts";
import { seriesRoutes } from "./routes/series-routes.ts";
import { shadowRoutes } from "./routes/shadow-routes.ts";
import { silenceRoutes } from "./routes/silence-routes.ts";

/** Every route there is, with who may call it; a test holds the router to it. */
export function routeTable(dependencies: ApiDependencies): readonly RouteSpec[] {
  return [
    ...opsRoutes(dependencies),
    ...doorRoutes,
    ...pushRoutes,
    ...adminRoutes,
    ...incidentRoutes,
    ...oncallRoutes,
    ...incidentPageRoutes,
    ...drillRoutes,
    ...seriesRoutes,
    ...shadowRoutes,
    ...silenceRoutes,
    ...maintenanceRoutes,
    ...changeRoutes,
    ...explainRoutes,
    ...deliveryRoutes,
    ...resultsRoutes,
    ...pageRoutes(dependencies),
  ];
}
