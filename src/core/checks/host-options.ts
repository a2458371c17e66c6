import { z } from "zod";

/** Collectors of the host probe that are off by default: the first reads one file per process, the others start a process of their own each run. */
export const costlyCollectors = ["processes", "timex", "systemd", "gpu"] as const;

const watchedProcessSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("name"),
    name: z
      .string()
      .regex(/^[^/\s]{1,100}$/, "a name of a process has no / and no spaces")
      .describe("The program's name, as `ps -e` shows it."),
  }),
  z.strictObject({
    kind: z.literal("pid_file"),
    path: z
      .string()
      .regex(/^\/[^*?]*$/, "a path begins with /")
      .describe("File that holds the number of the process; below `rootfs`."),
  }),
  z.strictObject({
    kind: z.literal("unit"),
    unit: z
      .string()
      .regex(/^[\w@:.\\-]{1,200}\.service$/, "a unit is a name that ends in .service")
      .describe("Service of systemd; all its processes count."),
  }),
  z.strictObject({
    kind: z.literal("port"),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .describe(
        "TCP port on which the processes listen; those of other users only where the daemon may see their files.",
      ),
  }),
]);

/** How the processes of one group are found. */
export type WatchedProcess = z.infer<typeof watchedProcessSchema>;

/** Name of a service of systemd or of Windows, in which `*` stands for anything. */
export const serviceNameSchema = z
  .string()
  .regex(
    /^[\p{L}\p{N} ._@$:*-]{1,200}$/u,
    "a service is a name of letters, digits and . _ @ $ : -, in which * stands for anything",
  );

/** Options of the host probe that a line of `hosts` about the local machine takes as well. */
export const localHostOptions = {
  more_collectors: z
    .array(z.enum(costlyCollectors))
    .default([])
    .describe(
      "Groups of metrics that are off by default, beside those of `collectors`: `timex` (the clock, by perl), `systemd` (by systemctl), `gpu` (by nvidia-smi, on Windows, too), `processes`.",
    ),
  watched_processes: z
    .record(z.string().regex(/^[\w.-]{1,60}$/, "a group's name has letters, digits and . _ -"), watchedProcessSchema)
    .default({})
    .describe("Processes to count and measure, by the name of their group; on Windows by `name` only."),
  must_run: z
    .array(serviceNameSchema)
    .max(100)
    .default([])
    .describe(
      "Services that have to run, of systemd or of Windows; `*` stands for anything. One that does not is critical.",
    ),
};
