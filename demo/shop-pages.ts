import { encodeGbk } from "./gbk.ts";
import { isOutage } from "./outage.ts";

export type Page = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: Buffer }>;

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function html(charset: string, title: string, content: string): string {
  const meta = charset === "" ? "" : `<meta charset="${charset}">`;
  return `<!doctype html><html lang="zh">${meta}<title>${title}</title><h1>${title}</h1>${content}</html>\n`;
}

const front = `<p>今日特价</p><button>加入购物车</button>
<img src="/images/tea.png" alt="茶"><img src="/images/cup.png" alt="杯"><img src="/images/missing.png" alt="壶">
<p><a href="/gbk">旧版商城</a></p>`;
const old = "<p>库存:充足</p><button>加入购物车</button>";

function page(status: number, type: string, body: string | Buffer): Page {
  return { status, headers: { "content-type": type, "cache-control": "no-store" }, body: Buffer.from(body) };
}

function json(status: number, value: unknown): Page {
  return page(status, "application/json; charset=utf-8", `${JSON.stringify(value)}\n`);
}

/** Pages of the demonstration shop, by path; what each is for stands in demo/README.md. */
const pages: Readonly<Record<string, (sinceStartMs: number) => Page>> = {
  "/": () => page(200, "text/html; charset=utf-8", html("utf-8", "演示商城", front)),
  "/gbk": () => page(200, "text/html; charset=gbk", encodeGbk(html("gbk", "旧版商城", old))),
  "/gbk-undeclared": () => page(200, "text/html", encodeGbk(html("", "旧版商城", old))),
  "/gbk-mislabelled": () => page(200, "text/html; charset=iso-8859-1", encodeGbk(html("", "旧版商城", old))),
  "/busy": () => page(200, "text/html; charset=utf-8", html("utf-8", "提示", "<p>系统繁忙,请稍后再试</p>")),
  "/images/tea.png": () => page(200, "image/png", pixel),
  "/images/cup.png": () => page(200, "image/png", pixel),
  "/api/checkout": (sinceStartMs) =>
    isOutage(sinceStartMs)
      ? json(502, { status: "error", message: "payment gateway does not answer" })
      : json(200, { status: "ok", stock: 17 }),
};

/** The answer to a path at a moment of the shop's life; 404 for what it does not have. */
export function pageOf(path: string, sinceStartMs: number): Page {
  return Object.hasOwn(pages, path) ? (pages[path]?.(sinceStartMs) ?? notFound) : notFound;
}

const notFound = page(404, "text/plain; charset=utf-8", "not found\n");
