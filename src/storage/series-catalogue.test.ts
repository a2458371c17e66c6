import { describe, expect, it } from "vitest";
import { LabelReader, SeriesCatalogue } from "./series-catalogue.ts";

describe("storage/series-catalogue", () => {
  it("gives equal labels as one object within one answer: they are sent to another thread once", () => {
    const catalogue = new SeriesCatalogue();
    catalogue.add("1", { number: 1, metric: "used", labelsText: '{"host":"a"}' });
    catalogue.add("2", { number: 2, metric: "all", labelsText: '{"host":"a"}' });
    catalogue.add("3", { number: 3, metric: "all", labelsText: '{"host":"b"}' });
    const reader = new LabelReader();

    const [used] = catalogue.find({ metric: "used", matchers: [] }, reader);
    const all = catalogue.find({ metric: "all", matchers: [] }, reader);

    expect(all[0]?.labels).toBe(used?.labels);
    expect(all[1]?.labels).toEqual({ host: "b" });
  });
});
