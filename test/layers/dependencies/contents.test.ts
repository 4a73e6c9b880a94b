import assert from "node:assert/strict";
import { open, stat } from "node:fs/promises";
import { type Architecture, dependenciesContents } from "../../../layers/dependencies/contents.ts";

/** e_machine of the ELF header: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const machines: Readonly<Record<Architecture, number>> = { x64: 62, arm64: 183 };
const runtime = "nodejs/node_modules/onnxruntime-node";

describe("dependenciesContents", () => {
  for (const architecture of ["arm64", "x64"] as const) {
    it(`has for ${architecture} the two libraries of that processor, and no other`, async () => {
      const entries = await dependenciesContents(architecture);

      const libraries = entries.filter(({ path }) => /\.(node|so|dylib|dll)\b/.test(path));
      assert.deepEqual(libraries.map(({ path }) => path).sort(), [
        `${runtime}/bin/napi-v6/linux/${architecture}/libonnxruntime.so.1`,
        `${runtime}/bin/napi-v6/linux/${architecture}/onnxruntime_binding.node`,
      ]);
      for (const entry of libraries) {
        assert.ok("sourcePath" in entry);
        const file = await open(entry.sourcePath);
        const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
        await file.close();
        assert.equal(buffer.readUInt16LE(18), machines[architecture]);
      }
    });
  }

  it("has beside them only what require reads, at the sizes that it has", async () => {
    const entries = await dependenciesContents("arm64");

    for (const entry of entries) {
      assert.ok("sourcePath" in entry);
      assert.equal(entry.bytes, (await stat(entry.sourcePath)).size);
    }
    const other = entries.map(({ path }) => path).filter((path) => !path.includes("/bin/"));
    for (const path of other) {
      assert.match(
        path,
        /^nodejs\/node_modules\/(onnxruntime-node\/(dist\/\w+\.js|package\.json)|onnxruntime-common\/(dist\/cjs\/[\w-]+\.js(on)?|package\.json))$/,
      );
    }
    assert.ok(other.includes(`${runtime}/dist/index.js`));
    assert.ok(other.includes("nodejs/node_modules/onnxruntime-common/dist/cjs/index.js"));
  });
});
