const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Says whether a URL's host is reached without the general proxy: this machine, a host of the list, and names below one. */
export function isDirect(hostname: string, exceptions: readonly string[]): boolean {
  if (loopback.test(hostname)) return true;
  const host = hostname.toLowerCase().replace(/^\[|\]$|\.$/g, "");
  return exceptions.some((entry) => {
    const name = entry.toLowerCase().replace(/^\*?\.|\.$/g, "");
    return host === name || host.endsWith(`.${name}`);
  });
}
