import assert from "node:assert/strict";
import fc from "fast-check";
import { findOverlap, OBJECT_EVENTS } from "../../infra/notification-overlap.ts";

const CREATED = ["s3:ObjectCreated:*"];

/** Every key of up to six letters a and b: enough for any two prefixes and suffixes of up to two. */
const KEYS = Array.from({ length: 7 }, (_, length) =>
  Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (_, bit) => ((bits >> bit) & 1 ? "a" : "b")).join(""),
  ),
).flat();

describe("findOverlap", () => {
  it("finds an overlap exactly where one key matches both", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 2 });
    const filter = fc.record({ prefix: part, suffix: part });
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        const common = KEYS.some((key) =>
          [one, other].every(
            ({ prefix, suffix }) => key.startsWith(prefix) && key.endsWith(suffix),
          ),
        );

        const overlap = findOverlap({ ...one, events: CREATED }, [{ ...other, events: CREATED }]);

        assert.equal(overlap !== undefined, common);
      }),
    );
  });

  it("takes a wildcard event for each event that it covers, either way round", () => {
    const all = { events: CREATED, prefix: "", suffix: "" };
    const put = { events: ["s3:ObjectCreated:Put"], prefix: "", suffix: "" };

    assert.equal(findOverlap(all, [put]), put);
    assert.equal(findOverlap(put, [all]), all);
  });

  it("lets other events of the same keys be", () => {
    const tagged = {
      events: ["s3:ObjectTagging:*", "s3:ObjectRestore:Post"],
      prefix: "",
      suffix: "",
    };

    assert.equal(
      findOverlap({ events: OBJECT_EVENTS, prefix: "", suffix: "" }, [tagged]),
      undefined,
    );
  });

  it("gives the one that overlaps, not its neighbours", () => {
    const markdown = { events: CREATED, prefix: "", suffix: ".md" };
    const portable = { events: CREATED, prefix: "", suffix: ".pdf" };

    assert.equal(
      findOverlap({ events: CREATED, prefix: "in/", suffix: "x.pdf" }, [markdown, portable]),
      portable,
    );
  });
});
