import { createRequire, syncBuiltinESMExports } from "node:module";
import type { Worker } from "node:worker_threads";

// Node strips types with WebAssembly in each thread, and V8 takes the whole process down now and then when such threads come and go.
const threads = createRequire(import.meta.url)("node:worker_threads") as { Worker: typeof Worker };
const RealWorker = threads.Worker;

class BuiltWorker extends RealWorker {
  constructor(...[file, options]: ConstructorParameters<typeof Worker>) {
    const { href } = new URL(file, "file:///");
    if (href.startsWith("file:") && href.endsWith(".ts"))
      throw new Error(`${href}: a thread of a test runs JavaScript (see test/support/daemons/built-thread.ts)`);
    super(file, options);
  }
}

// Files that share a process come by here once each.
if (RealWorker.name !== BuiltWorker.name) {
  threads.Worker = BuiltWorker;
  syncBuiltinESMExports();
}
