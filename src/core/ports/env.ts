/** The process environment, as config interpolation sees it. */
export interface Env {
  get(name: string): string | undefined;
}
