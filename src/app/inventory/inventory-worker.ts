import { systemClock } from "../../platform/clock.ts";
import { readInventory } from "../../platform/inventory.ts";
import { answerParent } from "../../platform/inventory-process.ts";

await answerParent(() => readInventory(systemClock));
