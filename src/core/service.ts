/** A named thing of the company: what messages say of it comes from here. */
export type Service = Readonly<{
  id: string;
  title: string;
  owner?: string;
  /** Ids of the machines it runs on. */
  hosts: readonly string[];
  /** Ids of the services it cannot do without. */
  needs: readonly string[];
  redundancy?: readonly RedundancyGroup[];
  /** Id of the escalation policy of its incidents. */
  policy?: string;
  runbook?: string;
  links: Readonly<Record<string, string>>;
}>;

/** Hosts or services of which `needed` are enough: while so many are well, the others explain nothing. */
export type RedundancyGroup = Readonly<{ id: string; of: readonly string[]; needed: number }>;
