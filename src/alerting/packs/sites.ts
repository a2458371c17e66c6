import type { RulePack } from "../../core/alerting/rule-pack.ts";

/** Checks that fail now and then without ever being down, and answers that get slow. */
export const availability: RulePack = {
  id: "availability",
  title: { en: "Availability of checks", zh: "可用性" },
  rules: {
    AvailabilityLow: {
      title: { en: "Fails now and then", zh: "可用性偏低" },
      summary: {
        en: "{check} ({instance}): only {percent} of the runs of the last hour were good",
        zh: "{check}（{instance}）：最近一小时只有 {percent} 的探测成功",
      },
      runbook: {
        en: "Look at the failed runs of the check: always the same reason, the same server behind the balancer, the same minute?",
        zh: "查看该检查的失败记录：原因是否相同？是否总是负载均衡后的同一台机器、同一时刻？",
      },
      block: {
        kind: "threshold",
        metric: "probe_success",
        window: "1h",
        below: { warning: "95%" },
        recover: "98%",
        interval: "5m",
        forget_after: "1d",
      },
    },
    AnswersSlowerThanLastWeek: {
      title: { en: "Slower than in the last days", zh: "响应变慢" },
      summary: {
        en: "{check} ({instance}): answers take {percent} longer than at this time of the last days",
        zh: "{check}（{instance}）：响应时间比最近几天同一时刻长 {percent}（同比）",
      },
      runbook: {
        en: "Which phase grew (name, connection, TLS, server, transfer)? What changed since, and is the machine busy?",
        zh: "看哪个阶段变慢（解析、连接、TLS、服务端、传输）；近期有无变更，机器是否繁忙？",
      },
      block: {
        kind: "compare",
        metric: "probe_duration_seconds",
        matchers: ["tier=application"],
        window: "30m",
        to: { days: 7, take: "median", at_least: 2 },
        change: { info: "> 200%" },
        recover: "100%",
        min_baseline: 0.05,
        for: "15m",
        interval: "5m",
        forget_after: "1d",
      },
    },
  },
};

/** Certificates that checks see on their way; a check of kind `certificate` judges its own by their lifetime. */
export const certificates: RulePack = {
  id: "certificates",
  title: { en: "Certificates on the way of other checks", zh: "证书" },
  rules: {
    CertificateExpiresSoon: {
      title: { en: "A certificate ends soon", zh: "证书即将过期" },
      summary: {
        en: "{check} ({instance}): a certificate of the chain ends in {duration}",
        zh: "{check}（{instance}）：证书链中有证书将在 {duration} 后过期",
      },
      runbook: {
        en: "Renew it, load it into every server and balancer that serves the name, and check it with `watchfire probe http <address>`.",
        zh: "续期证书，部署到所有提供该域名的服务器和负载均衡，再用 `watchfire probe http <地址>` 验证。",
      },
      block: {
        kind: "threshold",
        explains: false,
        metric: "probe_ssl_earliest_cert_expiry",
        aggregate: "last",
        window: "2h",
        read_as: "time_until",
        below: { warning: "21d", critical: "7d" },
        recover: "22d",
        interval: "5m",
        for: "10m",
        forget_after: "1d",
      },
    },
  },
};

/** Domains that a domain_exporter watches; a check of kind `domain` judges its own. */
export const domains: RulePack = {
  id: "domains",
  title: { en: "Domains watched by domain_exporter", zh: "域名" },
  rules: {
    DomainExpiresSoon: {
      title: { en: "A domain ends soon", zh: "域名即将到期" },
      summary: {
        en: "{domain} has to be renewed within {value} days",
        zh: "{domain} 将在 {value} 天后到期",
      },
      runbook: {
        en: "Renew it with the registrar; is the card on file valid, and does the mail of the registrar reach somebody?",
        zh: "在注册商处续费；检查自动续费的支付方式是否有效、注册商的邮件是否有人接收。",
      },
      // A look-up that failed shows as -1 days and no success: without success there is no volume.
      block: {
        kind: "ratio",
        explains: false,
        of: "domain_expiry_days",
        to: "domain_probe_success",
        aggregate: "last",
        window: "1d",
        below: { warning: 30, critical: 7 },
        recover: 31,
        interval: "5m",
        forget_after: "3d",
      },
    },
  },
};
