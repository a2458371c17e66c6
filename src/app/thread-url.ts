/** File of a thread that stands beside the module at `moduleUrl`: `.ts` from the sources, `.js` from the build. */
export function threadUrl(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith(".ts") ? ".ts" : ".js"}`, moduleUrl);
}
