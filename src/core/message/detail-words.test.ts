import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { detailWords } from "./detail-words.ts";

/** Where our own probes say it, up to the first thing that is filled in. */
const sources = {
  socket: "src/platform/net/socket-failure.ts",
  deadline: "src/scheduler/runner.ts",
  dialogue: "src/core/dialogue/dialogue.ts",
  answer: "src/platform/http/answer-failure.ts",
  names: "src/platform/dns/query.ts",
  head: "src/probes/http/judge-head.ts",
  body: "src/probes/http/judge-body.ts",
  slow: "src/core/matching/slower-than.ts",
  images: "src/probes/images/verdict.ts",
  services: "src/config/short-forms/must-run.ts",
  thresholds: "src/probes/scrape/judge-thresholds.ts",
  expiry: "src/core/tls/expiry.ts",
  registration: "src/probes/domain/judge.ts",
  files: "src/probes/file/run.ts",
  due: "src/probes/file/judge.ts",
  jobs: "src/probes/push/progress.ts",
  edges: "src/core/edges/judge-edges.ts",
  differences: "src/core/edges/differences.ts",
} as const;

const details: readonly (readonly [keyof typeof sources, fragment: string, english: string, chinese: string])[] = [
  [
    "socket",
    "the connection was refused: nothing listens there, or a firewall rejects it",
    "the connection was refused: nothing listens there, or a firewall rejects it (10.0.0.7 port 443)",
    "连接被拒绝:该端口没有服务在监听,或被防火墙拒绝(10.0.0.7 端口 443)",
  ],
  [
    "deadline",
    ": the deadline fell $",
    "not finished within 10s: the deadline fell in phase processing",
    "10s 内未完成(停在 processing 阶段)",
  ],
  [
    "dialogue",
    ", waiting for a line that matches $",
    "step 2, waiting for a line that matches ^250: not finished within 10s: the deadline fell in phase dialogue",
    "第 2 步等待匹配 ^250 的一行,10s 内未完成(停在 dialogue 阶段)",
  ],
  ["edges", " addresses`", "2 of 14 addresses fail: 10.0.0.1: refused", "14 个节点中有 2 个异常:10.0.0.1: refused"],
  ["edges", " addresses`", "2 of 14 addresses: 10.0.0.1: took long", "14 个节点中有 2 个:10.0.0.1: took long"],
  [
    "differences",
    "present another certificate",
    "2 of 14 addresses present another certificate than the majority for 1h or longer: 10.0.0.1: CN=a until x, not CN=b until y",
    "14 个节点中有 2 个的证书与多数不同,已超过 1h:10.0.0.1: CN=a until x, not CN=b until y",
  ],
  [
    "differences",
    "present another certificate",
    "1 of 2 addresses present another certificate than the majority: 10.0.0.1",
    "2 个节点中有 1 个的证书与多数不同:10.0.0.1",
  ],
  [
    "differences",
    "answer with another page",
    "1 of 2 addresses answer with another page than the majority for 1h or longer: 10.0.0.1",
    "2 个节点中有 1 个的内容与多数不同,已超过 1h: 10.0.0.1",
  ],
  ["socket", "the other end reset the connection", "the other end reset the connection", "连接被对端重置"],
  ["socket", "the other end does not answer", "the other end does not answer (a.b port 1)", "对端无应答(a.b 端口 1)"],
  ["socket", "no route to the host", "no route to the host", "没有到目标的路由"],
  ["answer", "no answer in time", "no answer in time", "未在时限内应答"],
  ["names", "the name does not exist", "the name does not exist", "域名不存在"],
  [
    "names",
    "the name server did not answer in time",
    "the name server did not answer in time",
    "域名服务器未在时限内应答",
  ],
  ["head", "status $", "status 502 Bad Gateway, expected 200-299", "状态码 502 Bad Gateway,应为 200-299"],
  [
    "body",
    'the body does not contain "$',
    'the body does not contain "购物车" (read as gb18030, big5)',
    '页面中没有"购物车"(按 gb18030, big5 解码)',
  ],
  ["body", 'the body contains none of "$', 'the body contains none of "a", "b"', '页面中一个也没有:"a", "b"'],
  [
    "body",
    'the body contains "$',
    'the body contains "x $1" (read as gbk; the server says iso-8859-1)',
    '页面中出现了"x $1"(按 gbk 解码;服务器声称 iso-8859-1)',
  ],
  [
    "body",
    'the answer is an error page: it says "$',
    'the answer is an error page: it says "系统繁忙"',
    '返回的是错误页面,写着"系统繁忙"',
  ],
  ["slow", "took $", "took 4120 ms, more than 4s", "用时 4120 毫秒,超过 4s"],
  ["images", "} of $", "1 of 40: https://a/7.png: status 404", "40 个中有 1 个:https://a/7.png: status 404"],
  [
    "services",
    " has to run",
    'service W3SVC has to run: state{name="w3svc"} is 0, below 1',
    '服务 W3SVC 应在运行:state{name="w3svc"} 为 0,低于 1',
  ],
  ["thresholds", ": there is no series $", "depth: there is no series queue_depth", "depth:没有指标 queue_depth"],
  ["thresholds", " is $", "depth: queue_depth is 1.5e+6, above 1000", "depth: queue_depth 为 1.5e+6,高于 1000"],
  [
    "expiry",
    "expires in $",
    'certificate "CN=a" expires in 4.9 days (2026-12-02)',
    '证书"CN=a"还有 4.9 天到期(2026-12-02)',
  ],
  ["expiry", "has expired", 'certificate "CN=a" has expired (2026-12-02)', '证书"CN=a"已过期(2026-12-02)'],
  [
    "registration",
    "the registration ends in $",
    "the registration ends in 12.3 days (2026-12-09)",
    "域名注册还有 12.3 天到期(2026-12-09)",
  ],
  [
    "registration",
    "the registration ended $",
    "the registration ended 1.5 days ago (2026-11-21)",
    "域名注册已于 1.5 天前到期(2026-11-21)",
  ],
  [
    "due",
    "no file came for $",
    "no file came for 2026-11-23 05:00: the newest is of 2026-11-22 04:20",
    "2026-11-23 05:00 应有的文件没有出现,最新的是 2026-11-22 04:20",
  ],
  ["files", "no file matches $", "no file matches /backup/*.gz", "没有文件匹配 /backup/*.gz"],
  [
    "files",
    ": that is a directory, write $",
    "no file matches /backup: that is a directory, write /backup/*",
    "没有文件匹配 /backup:这是目录,应写 /backup/*",
  ],
  [
    "jobs",
    ", never heard",
    "expected by 2026-11-27T02:00:00Z + 3h grace, never heard",
    "应在 2026-11-27T02:00:00Z 前报告(宽限 3h),从未收到",
  ],
  [
    "jobs",
    ", last heard $",
    "expected by 2026-11-27T02:00:00Z, last heard 2026-11-26T02:00:00Z",
    "应在 2026-11-27T02:00:00Z 前报告,最近一次收到于 2026-11-26T02:00:00Z",
  ],
  [
    "jobs",
    " and has not finished",
    "expected by 2026-11-27T02:00:00Z, started 2026-11-27T02:01:00Z and has not finished",
    "应在 2026-11-27T02:00:00Z 前报告,2026-11-27T02:01:00Z 开始后未结束",
  ],
  [
    "jobs",
    "the job reported failure$",
    "the job reported failure with exit code 3 at 2026-11-27T02:00:00Z",
    "任务于 2026-11-27T02:00:00Z 报告失败(退出码 3)",
  ],
];

describe("core/message/detail-words", () => {
  it.each(details)(
    "says a detail of %s in Chinese, which is still what is said there: %s",
    (source, fragment, english, chinese) => {
      expect(detailWords(english, "zh")).toBe(chinese);
      expect(detailWords(english, "en")).toBe(english);
      expect(readFileSync(sources[source], "utf8")).toContain(fragment);
    },
  );

  it("leaves what a server or a program said as it was", () => {
    for (const said of ["errcode 40001: invalid token", "the server wrote: no answer in time", ""])
      expect(detailWords(said, "zh")).toBe(said);
  });
});
