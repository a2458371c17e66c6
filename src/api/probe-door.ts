type Answer = Readonly<{ status: number; contentType: string; body: string }>;

/** What the routes of blackbox_exporter lead to. */
export interface ProbeDoor {
  /** Probes the target of the query once; `scrapeTimeout` is Prometheus' header, in seconds. */
  probe(query: URLSearchParams, scrapeTimeout: string | undefined): Answer | Promise<Answer>;
  /** Debug output of an earlier probe. */
  logs(query: URLSearchParams): Answer;
  /** The modules in force. */
  config(): Answer;
  /** Earlier probes, newest first. */
  history(): readonly Readonly<{ id: number; module: string; target: string; isSuccess: boolean }>[];
}
