import { systemClock } from "../../platform/clock.ts";
import { readInventory } from "../../platform/processes/inventory.ts";
import { answerParent } from "../../platform/processes/inventory-process.ts";

await answerParent(() => readInventory(systemClock));
