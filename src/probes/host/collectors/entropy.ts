import { type Collector, collected, gauge, numberOf, sample, unreadable } from "../collector.ts";

const available = gauge("node_entropy_available_bits", "Bits of available entropy.");
const poolSize = gauge("node_entropy_pool_size_bits", "Bits of entropy pool.");

/** Randomness that the kernel has at hand. */
export const entropy: Collector = {
  name: "entropy",
  metrics: [available, poolSize],
  open: () => (source) => {
    const bits = numberOf(source.proc("sys/kernel/random/entropy_avail"));
    const size = numberOf(source.proc("sys/kernel/random/poolsize"));
    if (bits === undefined || size === undefined) return unreadable("sys/kernel/random");
    return collected([sample(available.name, bits), sample(poolSize.name, size)]);
  },
};
