import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readManifest } from "../../../function/model/manifest.ts";
import { type DownloadProgress, downloadModel } from "../../../layers/model/download.ts";
import { createManifest, type PinnedModel } from "../../../layers/models.ts";
import { type Behaviour, breakAfter, type Hub, serveFrom, startHub } from "./hub.ts";

const graph = pattern(200_000, 1);
const tokenizer = pattern(5_000, 2);
const graphPath = "/team/model/resolve/abc123/onnx/model_q4.onnx";
const published = new Map([
  [graphPath, graph],
  ["/team/model/resolve/abc123/tokenizer.json", tokenizer],
]);
const model: PinnedModel = {
  repository: "team/model",
  revision: "abc123",
  dtype: "q4",
  dimensions: 8,
  windowTokens: 16,
  prompts: { document: "", query: "" },
  promptVersion: 1,
  pooling: "none",
  graph: "onnx/model_q4.onnx",
  tokenizer: "tokenizer.json",
  files: [
    { path: "onnx/model_q4.onnx", bytes: graph.length, sha256: sha256(graph) },
    { path: "tokenizer.json", bytes: tokenizer.length, sha256: sha256(tokenizer) },
  ],
  licence: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
};

describe("downloadModel", () => {
  let folder: string;
  let hub: Hub;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "download-"));
    hub = await startHub(published);
  });

  afterEach(async () => {
    await hub.close();
    await rm(folder, { recursive: true });
  });

  const download = (onProgress?: (progress: DownloadProgress) => void) =>
    downloadModel("tiny", model, folder, {
      hubUrl: hub.url,
      retryDelayMilliseconds: 1,
      ...(onProgress && { onProgress }),
    });
  const filesInFolder = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort();
  const writePart = async (bytes: Uint8Array) => {
    await mkdir(join(folder, "onnx"), { recursive: true });
    await writeFile(join(folder, "onnx/model_q4.onnx.part"), bytes);
  };
  const sha256Of = async (path: string) => sha256(await readFile(join(folder, path)));
  const assertComplete = async () => {
    assert.deepEqual(await filesInFolder(), ["manifest.json", "model_q4.onnx", "tokenizer.json"]);
    assert.equal(await sha256Of("onnx/model_q4.onnx"), sha256(graph));
    assert.equal(await sha256Of("tokenizer.json"), sha256(tokenizer));
    assert.deepEqual(await readManifest(folder), createManifest("tiny", model));
  };

  it("fetches each pinned file at its revision and writes the manifest", async () => {
    const manifest = await download();

    assert.deepEqual(manifest, createManifest("tiny", model));
    assert.deepEqual(
      hub.requests,
      [...published.keys()].map((path) => ({ path, range: undefined })),
    );
    await assertComplete();
  });

  it("tells how far each file has come, up to its last byte", async () => {
    const progress: DownloadProgress[] = [];

    await download((step) => progress.push(step));

    for (const file of model.files) {
      const steps = progress.filter(({ path }) => path === file.path);
      const received = steps.map(({ receivedBytes }) => receivedBytes);
      assert.deepEqual(
        received,
        received.toSorted((a, b) => a - b),
      );
      assert.deepEqual(steps.at(-1), {
        path: file.path,
        receivedBytes: file.bytes,
        totalBytes: file.bytes,
      });
    }
  });

  it("fetches nothing that is complete", async () => {
    await download();
    hub.requests.length = 0;

    await download();

    assert.deepEqual(hub.requests, []);
  });

  it("replaces a file that is complete and not the pinned one", async () => {
    await writeFile(join(folder, "tokenizer.json"), pattern(tokenizer.length, 9));

    await download();

    await assertComplete();
  });

  it("goes on where an earlier run stopped, wherever that was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: graph.length - 1 }), async (length) => {
        await rm(folder, { recursive: true });
        await writePart(graph.subarray(0, length));
        hub.requests.length = 0;

        await download();

        assert.deepEqual(hub.requests[0], { path: graphPath, range: `bytes=${length}-` });
        await assertComplete();
      }),
      { numRuns: 10 },
    );
  });

  it("takes a part that has everything without asking for it again", async () => {
    await writePart(graph);

    await download();

    assert.deepEqual(
      hub.requests.map(({ path }) => path),
      [...published.keys()].slice(1),
    );
    await assertComplete();
  });

  it("goes on by itself over connections that break, for as long as each brings something", async () => {
    const { behaviour, arrived } = breakAfter(published, 30_000);
    hub.misbehave(...Array.from({ length: 6 }, () => behaviour));

    await download(({ receivedBytes }) => arrived(receivedBytes));

    const ranges = hub.requests.slice(0, 7).map(({ range }) => range);
    assert.deepEqual(ranges, [
      undefined,
      ...[30_000, 60_000, 90_000, 120_000, 150_000, 180_000].map((from) => `bytes=${from}-`),
    ]);
    await assertComplete();
  });

  it("begins anew where the hub ignores the range", async () => {
    await writePart(graph.subarray(0, 1_000));
    hub.misbehave((_request, response) => response.writeHead(200).end(graph));

    await download();

    await assertComplete();
  });

  for (const [situation, answer] of Object.entries<Behaviour>({
    "says that the range cannot be had": (_request, response) => response.writeHead(416).end(),
    "answers with another range": (_request, response) =>
      response.writeHead(206, { "content-range": "bytes 7-9/200000" }).end("abc"),
  })) {
    it(`begins anew where the hub ${situation}`, async () => {
      await writePart(graph.subarray(0, 1_000));
      hub.misbehave(answer);

      await download();

      assert.equal(hub.requests[1]?.range, undefined);
      await assertComplete();
    });
  }

  it("keeps the range when the hub sends it on to another host", async () => {
    const storage = await startHub(published);
    await writePart(graph.subarray(0, 1_000));
    hub.misbehave((request, response) =>
      response.writeHead(302, { location: storage.url + request.url }).end(),
    );

    await download().finally(() => storage.close());

    assert.deepEqual(storage.requests, [{ path: graphPath, range: "bytes=1000-" }]);
    await assertComplete();
  });

  it("asks for the bytes as they are published, not compressed", async () => {
    const encodings: (string | undefined)[] = [];
    hub.misbehave((request, response) => {
      encodings.push(request.headers["accept-encoding"]);
      serveFrom(published)(request, response);
    });

    await download();

    assert.deepEqual(encodings, ["identity"]);
  });

  for (const [difference, served] of Object.entries({
    "of the same length": pattern(graph.length, 3),
    "that is shorter": graph.subarray(0, -1),
    "that is longer": Buffer.concat([graph, Buffer.alloc(100_000)]),
  })) {
    it(`refuses another file ${difference}, and leaves nothing of it`, async () => {
      hub.misbehave((_request, response) => response.writeHead(200).end(served));

      await assert.rejects(download(), (error: Error) => {
        assert.equal(error.name, "ModelFileMismatchError");
        assert.match(error.message, /^onnx\/model_q4\.onnx from http/);
        assert.ok(error.message.includes(`expected 200000 bytes with SHA-256 ${sha256(graph)}`));
        const found =
          served.length > graph.length
            ? "found more than 200000 bytes"
            : `found ${served.length} bytes with SHA-256 ${sha256(served)}`;
        assert.ok(error.message.includes(found), error.message);
        return true;
      });
      assert.deepEqual(await filesInFolder(), []);
    });
  }

  it("reads no further than the first byte too many", async () => {
    hub.misbehave((_request, response) => {
      response.writeHead(200);
      const writeOn = () => {
        while (response.write(graph));
      };
      response.on("drain", writeOn);
      writeOn();
    });

    await assert.rejects(download(), { name: "ModelFileMismatchError" });
  });

  for (const [difference, part] of Object.entries({
    "of other bytes": pattern(1_000, 4),
    "that is longer than the file": Buffer.alloc(graph.length + 1),
  })) {
    it(`gives up a part ${difference}, so that the next run succeeds`, async () => {
      await writePart(part);

      await assert.rejects(download(), { name: "ModelFileMismatchError" });
      await download();

      await assertComplete();
    });
  }

  it("tries again when the hub is busy", async () => {
    hub.misbehave(
      (_request, response) => response.writeHead(503).end(),
      (_request, response) => response.writeHead(429).end(),
    );

    await download();

    assert.equal(hub.requests.length, 4);
    await assertComplete();
  });

  it("says what to do when connections bring nothing, and keeps what has arrived", async () => {
    const drop: Behaviour = (request) => request.destroy();
    const { behaviour, arrived } = breakAfter(published, 40_000);
    hub.misbehave(behaviour, drop, drop, drop);
    const downloading = download(({ receivedBytes }) => arrived(receivedBytes));

    await assert.rejects(downloading, (error: Error) => {
      assert.equal(error.name, "HubUnreachableError");
      assert.ok(error.message.includes(`${hub.url}${graphPath} cannot be downloaded`));
      assert.match(error.message, /UND_ERR_SOCKET/);
      for (const advice of ["network", "HTTPS_PROXY", "HF_ENDPOINT", "--model PATH"]) {
        assert.ok(error.message.includes(advice), advice);
      }
      return true;
    });
    assert.equal(hub.requests.length, 4);
    assert.deepEqual(await filesInFolder(), ["model_q4.onnx.part"]);
    assert.equal(await sha256Of("onnx/model_q4.onnx.part"), sha256(graph.subarray(0, 40_000)));
  });

  it("says what to do when nothing listens at the hub's address", async () => {
    const gone = await startHub(new Map());
    await gone.close();

    const downloading = downloadModel("tiny", model, folder, {
      hubUrl: gone.url,
      retryDelayMilliseconds: 1,
    });

    await assert.rejects(downloading, { name: "HubUnreachableError", message: /ECONNREFUSED/ });
    assert.deepEqual(await filesInFolder(), []);
  });

  it("does not insist when the hub refuses", async () => {
    hub.misbehave((_request, response) => response.writeHead(404).end("Entry not found"));

    await assert.rejects(download(), { name: "HubRefusalError", httpStatus: 404 });

    assert.equal(hub.requests.length, 1);
  });

  it("takes the hub from HF_ENDPOINT, with or without a slash at its end", async () => {
    const before = process.env.HF_ENDPOINT;
    process.env.HF_ENDPOINT = `${hub.url}/`;
    try {
      await downloadModel("tiny", model, folder);
    } finally {
      if (before === undefined) delete process.env.HF_ENDPOINT;
      else process.env.HF_ENDPOINT = before;
    }

    await assertComplete();
  });
});

/** Bytes without a pattern that a wrong offset could hide behind. */
function pattern(length: number, seed: number): Buffer {
  const block = (index: number) => createHash("sha256").update(`${seed}/${index}`).digest();
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) => block(index));
  return Buffer.concat(blocks).subarray(0, length);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
