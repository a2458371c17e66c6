/** What stands for a secret in everything that is shown. */
export const hidden = "<secret>";

const secretHeader =
  /^(?:proxy-)?authorization$|^cookie2?$|^set-cookie$|(?:^|[-_])(?:token|key|apikey|secret|password|passwd|auth|signature|sig|credentials?|session)$/i;
const headerMaps: ReadonlySet<string> = new Set(["headers", "metadata"]);
const userInfo = /(:\/\/)([^\s/?#@:]*)(:[^\s/?#]*)?@(?=[^\s/?#@]*(?:[/?#\s]|$))/g;
const secretParameter =
  /([?&;](?:[\w.-]*(?:token|secret|password|passwd|signature|api[-_]?key|access[-_]?key|private[-_]?key|credential)|key|apikey|sig|sign|pwd|pass|auth|authorization|jwt|session|sessionid|sid)=)([^&;#\s]+)/gi;
const interpolation = /\$\{[^}]*\}/g;
const fallback = /(\$\{[A-Za-z_][A-Za-z0-9_]*:-)[^}]+\}/g;

/** Tells by the keys that lead to it that a value is a header which carries a credential. */
export function isSecretHeader(path: readonly (string | number)[]): boolean {
  const [map, name] = path.slice(-2);
  return typeof name === "string" && headerMaps.has(String(map)) && secretHeader.test(name);
}

/** A text that may be shown: passwords and tokens in its addresses are hidden, in what stands before the host and in the query; variables stay. */
export function withoutAddressSecrets(text: string): string {
  return text
    .replace(userInfo, (match: string, start: string, user: string, password: string | undefined) => {
      if (password !== undefined) return isLiteral(password.slice(1)) ? `${start}${user}:${hidden}@` : match;
      return isLiteral(user) ? `${start}${hidden}@` : match;
    })
    .replace(secretParameter, (match: string, start: string, value: string) =>
      isLiteral(value) ? start + hidden : match,
    );
}

/** The text of a secret as it was written, less what a variable's default gives away. */
export function withoutDefaults(written: string): string {
  return written.replace(fallback, `$1${hidden}}`);
}

/** True when something is left beside the variables. */
export function isLiteral(text: string): boolean {
  return text.replace(interpolation, "") !== "";
}
