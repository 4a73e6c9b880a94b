import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { unzipSync } from "fflate";
import { digestEntries, writeZip, type ZipEntry } from "../../layers/zip.ts";

const textEntry = (path: string, text: string): ZipEntry => ({
  path,
  text,
  bytes: Buffer.byteLength(text),
});
const texts = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/), fc.string(), {
  maxKeys: 6,
  noNullPrototype: true,
});
const entriesOf = (contents: Record<string, string>) =>
  Object.entries(contents).map(([path, text]) => textEntry(path, text));

describe("writeZip", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "zip-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const zip = async (entries: readonly ZipEntry[]) => {
    const path = join(folder, "out.zip");
    await writeZip(path, entries);
    return readFile(path);
  };

  it("keeps each path and its content", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (contents) => {
        const unzipped = unzipSync(await zip(entriesOf(contents)));

        const found = Object.entries(unzipped).map(([path, bytes]) => [
          path,
          Buffer.from(bytes).toString(),
        ]);
        assert.deepEqual(Object.fromEntries(found), contents);
      }),
      { numRuns: 30 },
    );
  });

  it("gives the same bytes in whatever order the entries come", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (contents) => {
        const entries = entriesOf(contents);

        assert.ok((await zip(entries)).equals(await zip(entries.toReversed())));
      }),
      { numRuns: 30 },
    );
  });

  it("gives the same bytes for a text and a file of any age, in any time zone", async () => {
    const sourcePath = join(folder, "source");
    const text = "the same text ".repeat(100_000);
    await writeFile(sourcePath, text);
    const zone = process.env.TZ;
    const fromText = await zip([textEntry("a/b", text)]);

    for (const TZ of ["America/Los_Angeles", "Pacific/Kiritimati"]) {
      process.env.TZ = TZ;
      await utimes(sourcePath, new Date(), new Date(Math.random() * 1e12));
      assert.ok(fromText.equals(await zip([{ path: "a/b", bytes: text.length, sourcePath }])));
    }

    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it("gives the same bytes on every machine", async () => {
    const lines = Array.from({ length: 5_000 }, (_, line) => `${line}: ${line ** 2 % 977}`);

    const bytes = await zip([textEntry("lines.txt", lines.join("\n")), textEntry("empty", "")]);

    assert.equal(
      createHash("sha256").update(bytes).digest("hex"),
      "119223d64b22f9c6a4b50aab4b71531e24d5e1555f3a72a0146de533b7b3c4cf",
    );
  });

  it("lets every user read what is unpacked, and write only its owner", async () => {
    const bytes = await zip([textEntry("one", "1")]);

    // Central directory header: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3.12
    const header = bytes.indexOf(Buffer.from("PK\x01\x02"));
    const unix = 3;
    assert.equal(bytes[header + 5], unix);
    assert.equal(bytes.readUInt32LE(header + 38) >>> 16, 0o100644);
  });

  it("leaves the zip that is there as it was when a file cannot be read", async () => {
    const before = await zip([textEntry("one", "1")]);

    const writing = zip([{ path: "two", bytes: 2, sourcePath: join(folder, "nothing") }]);

    await assert.rejects(writing, { code: "ENOENT" });
    assert.ok(before.equals(await readFile(join(folder, "out.zip"))));
  });
});

describe("digestEntries", () => {
  it("differs with each path and content, and not with the order", async () => {
    const digest = (contents: Record<string, string>) => digestEntries(entriesOf(contents));

    const digests = await Promise.all([
      digest({ a: "1", b: "2" }),
      digest({ a: "2", b: "1" }),
      digest({ a: "1" }),
      digest({ a: "1", c: "2" }),
      digest({ a: "12" }),
      digest({}),
    ]);

    assert.equal(new Set(digests).size, digests.length);
    assert.equal(await digest({ b: "2", a: "1" }), digests[0]);
  });
});
