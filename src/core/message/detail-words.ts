import type { Locale } from "./words.ts";

/**
 * Says the commonest details of probes in the language of the message: which words and numbers they hold stays as it was. A detail that is
 * not known stays English, as what a server itself said does.
 */
export function detailWords(detail: string, locale: Locale): string {
  return locale === "en" ? detail : sayings.reduce((said, [form, words]) => said.replace(form, words), detail);
}

type Saying = readonly [form: RegExp, words: string];

/** Each form is bounded by what our own probes write around it, so that no text of a target is taken for one. */
const sayings: readonly Saying[] = [
  // Connections.
  [
    /^the connection was refused: nothing listens there, or a firewall rejects it/,
    "连接被拒绝:该端口没有服务在监听,或被防火墙拒绝",
  ],
  [/^the other end reset the connection/, "连接被对端重置"],
  [/^the other end does not answer/, "对端无应答"],
  [/^no route to the (?:host|network)/, "没有到目标的路由"],
  [/^the host is down/, "目标主机不在线"],
  [
    /^step (\d+), waiting for a line that matches (.*): not finished within /s,
    "第 $1 步等待匹配 $2 的一行,not finished within ",
  ],
  [/\bnot finished within (\S+): the deadline fell in phase (\w+)$/, "$1 内未完成(停在 $2 阶段)"],
  [/^no answer in time/, "未在时限内应答"],
  [/^the name servers? did not answer in time/, "域名服务器未在时限内应答"],
  [/^the name does not exist/, "域名不存在"],
  [/ \(([^\s()]+) port (\d+)\)$/, "($1 端口 $2)"],
  // Answers.
  [/^status (\d{3}) ?([^,]*), expected ([\d, -]+)$/, "状态码 $1 $2,应为 $3"],
  [/^the answer is an error page: it says "(.*)"/s, '返回的是错误页面,写着"$1"'],
  [/^the body does not contain "(.*)"/s, '页面中没有"$1"'],
  [/^the body contains none of "(.*)"/s, '页面中一个也没有:"$1"'],
  [/^the body contains "(.*)"/s, '页面中出现了"$1"'],
  [/ \(read as ([a-z0-9_, -]+); the server says ([a-z0-9_-]+)\)$/, "(按 $1 解码;服务器声称 $2)"],
  [/ \(read as ([a-z0-9_, -]+)\)$/, "(按 $1 解码)"],
  [/^took (\d+) ms, more than (\S+)$/, "用时 $1 毫秒,超过 $2"],
  [/^(\d+) of (\d+): /, "$2 个中有 $1 个:"],
  // Addresses of one name.
  [
    /^(\d+) of (\d+) addresses present another certificate than the majority for (\w+) or longer: /,
    "$2 个节点中有 $1 个的证书与多数不同,已超过 $3:",
  ],
  [/^(\d+) of (\d+) addresses present another certificate than the majority: /, "$2 个节点中有 $1 个的证书与多数不同:"],
  [
    /^(\d+) of (\d+) addresses (?:answer with|serve) another (?:status|page|image) than the majority for (\w+) or longer/,
    "$2 个节点中有 $1 个的内容与多数不同,已超过 $3",
  ],
  [
    /^(\d+) of (\d+) addresses (?:answer with|serve) another (?:status|page|image) than the majority/,
    "$2 个节点中有 $1 个的内容与多数不同",
  ],
  [/^(\d+) of (\d+) addresses fail: /, "$2 个节点中有 $1 个异常:"],
  [/^(\d+) of (\d+) addresses: /, "$2 个节点中有 $1 个:"],
  // Numbers and dates.
  [/^service (\S+) has to run: /, "服务 $1 应在运行:"],
  [/: there is no series /, ":没有指标 "],
  [/ is (-?[\d.e+-]+), above (-?[\d.e+-]+)$/, " 为 $1,高于 $2"],
  [/ is (-?[\d.e+-]+), below (-?[\d.e+-]+)$/, " 为 $1,低于 $2"],
  [/^certificate "(.*)" expires in ([\d.]+) days \(([\d-]+)\)$/s, '证书"$1"还有 $2 天到期($3)'],
  [/^certificate "(.*)" has expired \(([\d-]+)\)$/s, '证书"$1"已过期($2)'],
  [/^the registration ends in ([\d.]+) days \(([\d-]+)/, "域名注册还有 $1 天到期($2"],
  [/^the registration ended ([\d.]+) days ago \(([\d-]+)/, "域名注册已于 $1 天前到期($2"],
  // Jobs and backups.
  [/^no file matches (.*): that is a directory, write (.*)$/, "没有文件匹配 $1:这是目录,应写 $2"],
  [/^no file matches /, "没有文件匹配 "],
  [/^no file came for ([\d-]+ [\d:]+): the newest is of ([\d-]+ [\d:]+)$/, "$1 应有的文件没有出现,最新的是 $2"],
  [/^expected by (\S+) \+ (\S+) grace, /, "应在 $1 前报告(宽限 $2),"],
  [/^expected by (\S+), /, "应在 $1 前报告,"],
  [/,never heard$/, ",从未收到"],
  [/,last heard (\S+)$/, ",最近一次收到于 $1"],
  [/,started (\S+) and has not finished$/, ",$1 开始后未结束"],
  [/^the job reported failure with exit code (\d+) at (\S+)$/, "任务于 $2 报告失败(退出码 $1)"],
  [/^the job reported failure at (\S+)$/, "任务于 $1 报告失败"],
];
