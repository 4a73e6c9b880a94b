import assert from "node:assert/strict";
import { refuseForeign } from "../../../local/studio/access.ts";

function isRefused(headers: Readonly<Record<string, string>>): boolean {
  return refuseForeign(new Request("http://127.0.0.1:4600/objects", { headers })) !== undefined;
}

describe("access to the studio", () => {
  for (const [who, headers] of [
    ["its own page", { host: "127.0.0.1:4600", origin: "http://127.0.0.1:4600" }],
    ["its own page as localhost", { host: "localhost:4600", origin: "http://localhost:4600" }],
    ["a program on this machine, which sends no origin", { host: "127.0.0.1:4600" }],
  ] as const) {
    it(`is given to ${who}`, () => assert.equal(isRefused(headers), false));
  }

  for (const [who, headers] of [
    ["a name that was made to point here", { host: "attacker.example:4600" }],
    ["a name that begins like ours", { host: "localhost.attacker.example" }],
    ["another site's page", { host: "127.0.0.1:4600", origin: "https://attacker.example" }],
    ["a page of another port", { host: "127.0.0.1:4600", origin: "http://127.0.0.1:3000" }],
    ["a page without an origin of its own", { host: "127.0.0.1:4600", origin: "null" }],
    ["a request without a host", {}],
  ] as const) {
    it(`is refused to ${who}`, () => assert.equal(isRefused(headers), true));
  }
});
