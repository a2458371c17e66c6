import { env } from "node:process";

const defaultThreads = "16";

// A dead network mount holds one thread per hanging call; with libuv's four, name look-ups and files of all checks would hang with it.
env["UV_THREADPOOL_SIZE"] ??= defaultThreads;
