/** A named thing of the company: the one source for correlation, routing, rights and messages. */
export type Service = Readonly<{
  id: string;
  title: string;
  owner?: string;
  policy?: string;
  hosts: readonly string[];
  needs: readonly string[];
  runbook?: string;
  links: Readonly<Record<string, string>>;
}>;
