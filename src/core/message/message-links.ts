import type { Alert } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { cleanText, cutText } from "./clean-text.ts";
import { words } from "./words.ts";

const linkPrefix = "link_";
const longestUrl = 2000;
const longestLinkText = 40;

type Links = Readonly<{
  /** The runbook as text, when it is no link. */
  runbook: string | undefined;
  links: readonly Readonly<{ text: string; url: string }>[];
}>;

/**
 * Links of a message in their fixed order: taking it, snoozing it, the evidence, the runbook, the annotations `link_<name>`, the
 * board; only http and https get through.
 */
export function messageLinks({ locale, externalUrl, pages = {} }: Notification, headline: Alert | undefined): Links {
  const text = words[locale];
  const annotations = headline?.annotations ?? {};
  const runbook = annotations["runbook"] ?? annotations["runbook_url"];
  const named = Object.entries(annotations)
    .filter(([name]) => name.startsWith(linkPrefix))
    .map(([name, url]) => ({ text: cutText(cleanText(name.slice(linkPrefix.length)), longestLinkText), url }));
  const candidates = [
    ...(["take", "snooze", "evidence"] as const).map((page) => ({ text: text[page], url: pages[page] ?? "" })),
    ...(runbook === undefined ? [] : [{ text: text.runbook, url: runbook }]),
    ...named,
    { text: text.board, url: externalUrl },
  ];
  return {
    runbook: runbook === undefined || webUrl(runbook) !== undefined ? undefined : `${text.runbook}: ${runbook}`,
    links: candidates.flatMap(({ text, url }) => {
      const href = webUrl(url);
      return href === undefined ? [] : [{ text, url: href }];
    }),
  };
}

/** The URL in canonical form, in which no space, quote or angle bracket is left; undefined for anything but the web. */
function webUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  const href = url.href.replaceAll("|", "%7C").replaceAll("<", "%3C").replaceAll(">", "%3E");
  return href.length > longestUrl ? undefined : href;
}
