import { littleTextLength, visibleText } from "../../core/text/visible-text.ts";

/** A text that is known from pages which say that something is broken while they answer 200. */
type ErrorPage = Readonly<{
  text: string;
  /** `anywhere`: no working page says this. `alone`: working pages may, so it counts only in the title or on a page with little else. */
  where: "anywhere" | "alone";
}>;

const anywhere = (text: string): ErrorPage => ({ text, where: "anywhere" });
const alone = (text: string): ErrorPage => ({ text, where: "alone" });

/** Error pages seen in China: application, registration (备案), domain, firewall and server defaults. */
export const chineseErrorPages: readonly ErrorPage[] = [
  alone("系统繁忙"),
  alone("系统异常"),
  alone("系统错误"),
  alone("系统维护"),
  alone("系统升级中"),
  alone("服务器错误"),
  alone("服务器繁忙"),
  alone("服务器内部错误"),
  alone("服务不可用"),
  alone("服务暂不可用"),
  alone("网络繁忙"),
  alone("网站维护中"),
  alone("页面不存在"),
  alone("页面找不到"),
  alone("数据库连接失败"),
  alone("数据库错误"),
  anywhere("Error establishing a database connection"),
  anywhere("建立数据库连接时出错"),
  anywhere("该网站暂未备案"),
  anywhere("网站未备案"),
  alone("未备案"),
  anywhere("尚未完成备案"),
  anywhere("该域名未备案"),
  anywhere("Non-compliance ICP Filing"),
  alone("域名已过期"),
  anywhere("该域名已过期"),
  anywhere("域名已到期"),
  alone("站点已暂停"),
  alone("站点已停止"),
  anywhere("该网站已被管理员停止"),
  anywhere("网站已被关停"),
  anywhere("虚拟主机已过期"),
  alone("没有找到站点"),
  anywhere("您没有将此域名或IP绑定到对应站点"),
  anywhere("您的请求可能存在威胁"),
  anywhere("您的访问被阻断"),
  anywhere("您的访问请求被拦截"),
  anywhere("很抱歉，由于您访问的URL有可能对网站造成安全威胁"),
  anywhere("请求存在安全风险，已被拦截"),
  anywhere("您提交的内容包含危险的攻击请求"),
  alone("访问被拒绝"),
  anywhere("Whitelabel Error Page"),
  anywhere("Welcome to nginx!"),
  anywhere("Welcome to OpenResty!"),
  anywhere("Welcome to tengine!"),
  anywhere("Apache2 Ubuntu Default Page"),
  anywhere("Apache2 Debian Default Page"),
  alone("IIS Windows Server"),
  anywhere("恭喜, 站点创建成功"),
  anywhere("恭喜，站点创建成功"),
  alone("502 Bad Gateway"),
  alone("503 Service Temporarily Unavailable"),
  alone("504 Gateway Time-out"),
  anywhere("Fatal error: Uncaught"),
  anywhere("ThinkPHP { Fast & Simple OOP PHP Framework }"),
];

/** Returns the first known error text that the page shows to people; scripts and styles are not looked at. */
export function errorPageIn(html: string): string | undefined {
  const visible = visibleText(html);
  const title = between(html, "<title", "</title");
  const short = visible.length < littleTextLength;
  return chineseErrorPages.find(
    ({ text, where }) => visible.includes(text) && (where === "anywhere" || short || title.includes(text)),
  )?.text;
}

function between(html: string, start: string, end: string): string {
  const lower = html.toLowerCase();
  const at = lower.indexOf(start);
  const close = at === -1 ? -1 : lower.indexOf(end, at);
  return close === -1 ? "" : html.slice(at, close);
}
