import assert from "node:assert/strict";
import { parseSelection } from "../../local/data-api-selection.ts";

const read = (address: string) => parseSelection(new URL(address, "http://127.0.0.1"));

describe("parseSelection", () => {
  it("reads columns, conditions, order and limit, with the values as parameters", () => {
    const query = read(
      "/rest/v1/source_objects?select=key,etag&bucket=eq.a'b&key=gt.x.y%0A+z&order=key.asc&limit=5",
    );

    assert.deepEqual(query?.parameters, ["a'b", "x.y\n z"]);
    assert.equal(
      query?.sql.replaceAll(/\s+/g, " "),
      "select coalesce(json_agg(selected), '[]') from ( select key,etag from public.source_objects " +
        "where true and bucket = $1 and key > $2 order by key limit 5) as selected",
    );
  });

  for (const [what, address] of [
    ["a function", "/rest/v1/rpc/known_content?select=a&order=a.asc&limit=1"],
    ["an operator that it does not know", "/rest/v1/t?select=a&a=like.x&order=a.asc&limit=1"],
    ["SQL in the columns", "/rest/v1/t?select=a;drop+table+t&order=a.asc&limit=1"],
    ["SQL in a condition", "/rest/v1/t?select=a&a%3B=eq.x&order=a.asc&limit=1"],
    ["SQL in the limit", "/rest/v1/t?select=a&order=a.asc&limit=1;"],
    ["no order", "/rest/v1/t?select=a&limit=1"],
    ["no limit", "/rest/v1/t?select=a&order=a.asc"],
  ] as const) {
    it(`takes ${what} for nothing that it reads`, () => {
      assert.equal(read(address), undefined);
    });
  }
});
