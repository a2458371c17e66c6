import { existsSync, readFileSync } from "node:fs";

const listFile = ".cache/missing-peers.txt";

/** Says after the tests which of them did not run because a peer is not on this machine, and how to get it. */
const lines = existsSync(listFile)
  ? [...new Set(readFileSync(listFile, "utf8").split("\n").filter(Boolean))].sort()
  : [];
if (lines.length > 0) {
  console.log("\nTests that compare with other programs did not run, because those are not on this machine:");
  for (const line of lines) console.log(`  ${line}`);
  console.log("Everything else ran. To run them too, install the packages named above (Debian's names).");
}
