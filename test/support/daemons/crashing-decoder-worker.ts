process.once("disconnect", () => process.exit());
process.on("message", ({ bytes }: { bytes: Uint8Array }) => {
  // Native code that goes wrong takes its process with it.
  if (bytes.length === 3) process.kill(process.pid, "SIGSEGV");
  else if (bytes.length === 2) process.send?.({ kind: "whole" });
});
