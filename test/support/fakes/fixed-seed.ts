import fc from "fast-check";

// A commit is judged by the same stories each time; WATCHFIRE_SEED tells others, and `npm run test:long` takes one by chance.
const fixedSeed = 42;

fc.configureGlobal({ seed: Number(process.env["WATCHFIRE_SEED"] ?? fixedSeed) });
