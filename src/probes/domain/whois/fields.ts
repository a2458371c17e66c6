/** One value of an answer with its label in lower case, and the heading it stands under. */
export type Field = Readonly<{
  label: string;
  value: string;
  section: string;
  /** The line had no label of its own. */
  continued: boolean;
}>;

const mostLines = 3000;
const bracketed = /^\s*(?:[a-z]\.\s*)?\[([^\]]{1,60})\]\s*(.*)$/;
const labelled = /^[\s*]*([^:]{1,110}?)[\s.]*:\s*(.*)$/;
/** Headings that some registries write without a colon. */
const headings =
  /^(?:nameservers?|name servers?|nameserver in listed order|registrar|secondary name server|primary name server)$/;

/**
 * Takes an answer apart: `label: value`, `label.....: value`, `[label] value`; a line without a label goes on with the last one.
 * Comments (`%`, `#`, `>>>`) are left out.
 */
export function fieldsOf(text: string): readonly Field[] {
  const fields: Field[] = [];
  let section = "";
  let label = "";
  let hasContent = false;
  for (const line of text.split(/\r?\n/).slice(0, mostLines)) {
    const trimmed = line.trim();
    if (trimmed === "") {
      if (hasContent) section = "";
      continue;
    }
    if (/^(?:%|#|>>>)/.test(trimmed)) continue;
    // A name server and its addresses: the colons are those of IPv6.
    const isHost = /^[\w-]+(?:\.[\w-]+)+\s{2,}/.test(trimmed);
    const match = isHost ? null : (bracketed.exec(line) ?? labelled.exec(line));
    const value = match === null ? trimmed.replace(/^- /, "") : (match[2] ?? "").trim();
    if (match !== null) label = normal(match[1] ?? "");
    if (match === null && headings.test(trimmed.toLowerCase())) {
      label = trimmed.toLowerCase();
      section = label;
      hasContent = false;
    } else if (match !== null && value === "") {
      section = label;
      hasContent = false;
      fields.push({ label, value, section, continued: false });
    } else {
      hasContent = true;
      fields.push({ label, value, section, continued: match === null });
    }
  }
  return fields;
}

function normal(label: string): string {
  return label.toLowerCase().replaceAll(/\s+/g, " ").trim();
}
