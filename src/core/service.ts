/** A named thing of the company: what messages say of it comes from here. */
export type Service = Readonly<{
  id: string;
  title: string;
  owner?: string;
  runbook?: string;
  links: Readonly<Record<string, string>>;
}>;
