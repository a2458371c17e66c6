import { z } from "zod";
import { edgesSchema } from "../../core/edges/edges-options.ts";
import { requestOptions } from "../../core/http/request-options.ts";
import { severities } from "../../core/severity.ts";
import { sizeSchema } from "../../core/size.ts";
import { selectorSchema } from "./page/element-selector.ts";
import { resourceKinds } from "./page/reference.ts";

const mib = 1024 ** 2;

const hostPattern = z
  .string()
  .regex(/^(?:\*\.)?[^\s/:*@]+$/, 'write a host as "cdn.example.com", or "*.example.com" for all below it')
  .transform((text, context) => {
    const [prefix, host] = text.startsWith("*.") ? ["*.", text.slice(2)] : ["", text];
    const url = URL.parse(`http://${host}/`);
    if (url !== null) return `${prefix}${url.hostname}`;
    context.addIssue({ code: "custom", message: `"${text}" is no host name` });
    return z.NEVER;
  });

const share = z.number().gt(0).max(1);

const limits = {
  count: z.int().min(1).optional().describe("As many images fail, or more."),
  share: share.optional().describe("This part of all images fails, or more: 0.5 is half of them."),
  host_share: share
    .optional()
    .describe("This part of one host's images fails, or more; counts for hosts with three images or more."),
};

/** Options of an images check. */
export const optionsSchema = z
  .strictObject({
    kinds: z
      .array(z.enum(resourceKinds))
      .min(1)
      .default(["image"])
      .describe("What is asked for and judged: image, script, stylesheet, font, media."),
    min: z.int().min(0).default(1).describe("Fewer than this many on the page is an outage; inline ones count."),
    selector: selectorSchema
      .optional()
      .describe(
        "Only what elements that match this CSS selector load, and those inside of them: `main`, `#products`, `.gallery > img`.",
      ),
    hosts: z
      .strictObject({
        only: z.array(hostPattern).min(1).optional().describe("Ask these hosts and no others; `*.example.com` too."),
        except: z.array(hostPattern).default([]).describe("Do not ask these hosts."),
      })
      .prefault({})
      .describe("Whose images are judged."),
    style_sheets: z.boolean().default(true).describe("Also look into linked style sheets."),
    referer: z.boolean().default(true).describe("Say where the address was found, as browsers do."),
    max_images: z.int().min(1).max(1000).default(100).describe("Ask for at most this many; the rest is skipped."),
    min_bytes: sizeSchema({ minBytes: 1 }).optional().describe("A smaller image fails."),
    max_bytes: sizeSchema({ minBytes: 1024, maxBytes: 64 * mib })
      .default(5 * mib)
      .describe("A larger image fails, and is read no further (default 5MiB)."),
    max_total_bytes: sizeSchema({ minBytes: 1024, maxBytes: 1024 * mib })
      .default(64 * mib)
      .describe("Stop asking after this much in all; the rest is skipped (default 64MiB)."),
    max_pixels: z.int().min(1).default(100_000_000).describe("An image of more pixels, width times height, fails."),
    decode: z
      .enum(["header", "full"])
      .default("header")
      .meta({ "x-needs-package": { full: "sharp" } })
      .describe(
        "`full` also unpacks every pixel, which needs the package `sharp`; `header` looks at the first and last bytes.",
      ),
    concurrency: z.int().min(1).max(6).default(4).describe("Ask a host for this many at a time."),
    page_limit: sizeSchema({ minBytes: 1024, maxBytes: 16 * mib })
      .default(2 * mib)
      .describe("Read at most this much of the page, and of each style sheet (default 2MiB)."),
    flaw_when: z
      .strictObject({
        ...limits,
        severity: z.enum(severities).default("warning").describe("Severity of the flaw."),
      })
      .prefault({ count: 1 })
      .describe("From when failing images are a flaw; any one limit is enough, and none means one image."),
    down_when: z
      .strictObject(limits)
      .prefault({ share: 0.5 })
      .describe("From when failing images are an outage; any one limit is enough, and none (`{}`) means never."),
    private_addresses: z
      .boolean()
      .default(false)
      .describe("Also ask addresses that are less public than the page's own."),
    edges: edgesSchema({ traits: ["image", "certificate"], compared: ["image", "certificate"], timeout: "15s" })
      .optional()
      .describe("Look at every address of the name by itself; `{}` takes those that this machine is given."),
    ...requestOptions,
  })
  .refine(({ edges, proxy }) => edges === undefined || proxy === undefined, {
    message: "edges dials every address itself: leave out proxy",
    path: ["edges"],
  });

export type ImagesOptions = z.infer<typeof optionsSchema>;
export type Limits = Pick<ImagesOptions["flaw_when"], keyof typeof limits>;
