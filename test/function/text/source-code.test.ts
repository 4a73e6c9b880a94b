import assert from "node:assert/strict";
import { chunkText } from "../../../function/chunk.ts";
import { extractDocument } from "../../../function/text/extract.ts";
import { readSourceCode } from "../../../function/text/source-code.ts";
import { readFixture } from "./fixture.ts";

/** Each declaration, and the line on which what belongs to it begins. */
function declarations(text: string): unknown[] {
  const { marks } = readSourceCode(text).structure;
  return marks.map(({ start, place }) => [
    place.headings?.[0],
    text.slice(start).split("\n", 1)[0],
  ]);
}

describe("readSourceCode", () => {
  for (const [name, program, contentType] of [
    ["tsc-tides.js", "the TypeScript compiler", "text/javascript"],
    ["sqlite-dump.sql", "SQLite", "application/sql"],
    ["git-whole-hours.patch", "git", "text/x-diff"],
  ] as const) {
    it(`gives code as it is, made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.contentType, contentType);
    });
  }

  it("finds the declarations of TypeScript, each with its comment", () => {
    const code =
      "import x from 'x';\n\n/**\n * Adds.\n */\nexport async function add(\n  a: number,\n) {\n  f();\n}\n// B.\nclass B {}\n";

    assert.deepEqual(declarations(code), [
      ["export async function add", "/**"],
      ["class B {}", "// B."],
    ]);
  });

  it("finds those of Python, with their decorators", () => {
    const code =
      "import os\n\n@cache\ndef one(x):\n    # def not():\n    pass\n\n\nclass Two:\n    def three(self):\n        pass\n";

    assert.deepEqual(declarations(code), [
      ["def one(x)", "@cache"],
      ["class Two", "class Two:"],
    ]);
  });

  it("finds those of C by their form, and no calls in a script", () => {
    const code =
      "#include <a.h>\n\nstatic int *find(struct node *n, int key)\n{\n    return walk(n);\n}\n";
    const script = "a = 1\nprint(a)\nprint(2)\n";

    assert.deepEqual(declarations(code), [
      ["static int *find(struct node *n, int key)", "static int *find(struct node *n, int key)"],
    ]);
    assert.deepEqual(declarations(script), []);
  });

  it("cuts code before a declaration, and says which one a chunk begins in", () => {
    const code = ["one", "two", "three"]
      .map((name) => `function ${name}() {\n${"  call it now;\n".repeat(8)}\n  return done;\n}\n`)
      .join("\n");
    const countTokens = (text: string) => text.match(/\S+/g)?.length ?? 0;
    const { text, structure } = readSourceCode(code);

    const chunks = chunkText(text, { chunkTokens: 40, overlapTokens: 0, countTokens }, structure);

    assert.deepEqual(
      chunks.map(({ content, place }) => [content.split("\n", 1)[0], place?.headings]),
      ["one", "two", "three"].map((name) => [`function ${name}() {`, [`function ${name}()`]]),
    );
  });

  for (const [key, declaredType, contentType] of [
    ["a.ts", "video/mp2t", "text/typescript"],
    ["a.ts", undefined, "text/typescript"],
    ["a.py", "text/x-python", "text/x-python"],
    ["a.yml", undefined, "text/yaml"],
    ["a.h", "application/octet-stream", "text/x-c"],
  ] as const) {
    it(`takes ${key}, uploaded as ${declaredType ?? "nothing"}, for ${contentType}`, async () => {
      const document = await extractDocument(Buffer.from("a: 1\n"), key, declaredType);

      assert.deepEqual([document.contentType, document.text], [contentType, "a: 1\n"]);
    });
  }

  it("reads code that was made small for browsers as fast as any", () => {
    const code = `function a(b){${"if(a(b)){c(d)}".repeat(200_000)}}`;

    assert.deepEqual(readSourceCode(code).structure.marks, []);
  });
});
