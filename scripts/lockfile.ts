type Package = Readonly<{ version?: string; optionalDependencies?: Readonly<Record<string, string>> }>;
export type Lockfile = Readonly<{ packages: Readonly<Record<string, Package>> }>;

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** Optional packages that the lockfile names as dependencies and does not list, each with the entry it should have. */
export function missingOptionals({ packages }: Lockfile): readonly Readonly<{ name: string; entry: object }>[] {
  return Object.entries(packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name]) =>
          packages[`${parent}/node_modules/${name}`] === undefined && packages[`node_modules/${name}`] === undefined,
      )
      .map(([name, version]) => ({ name, entry: entryOf(name, version) })),
  );
}

function entryOf(name: string, version: string): object {
  const words = name.split(/[-/_@.]/);
  const system = systems.find((each) => words.includes(each));
  const processor = processors.find((each) => words.includes(each));
  const libc = /musl/.test(name) ? "musl" : /gnu/.test(name) ? "glibc" : undefined;
  return {
    version,
    ...(processor === undefined ? {} : { cpu: [processor] }),
    dev: true,
    ...(libc !== undefined && system === "linux" ? { libc: [libc] } : {}),
    optional: true,
    ...(system === undefined ? {} : { os: [system] }),
  };
}
