/**
 * File of a thread that stands beside the module at `moduleUrl`. Seen from the sources it is the built one: Node strips types with WebAssembly
 * in each thread, and V8 takes the whole process down now and then when threads come and go with it.
 * @see https://github.com/nodejs/node/issues/64500
 */
export function threadUrl(moduleUrl: string, name: string): URL {
  if (!moduleUrl.endsWith(".ts")) return new URL(`./${name}.js`, moduleUrl);
  const [root] = moduleUrl.split("/src/app/");
  return new URL(`${root}/dist/parts/${name}.js`);
}
