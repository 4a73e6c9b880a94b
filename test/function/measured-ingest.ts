/**
 * `node measured-ingest.ts CHARACTERS`: ingests a text of that length, everything real but S3, the graph's
 * run and Supabase, and prints the chunks, the peak of the process's memory and whether any was lost.
 */
import { createEmbedder } from "../../function/model/embedder.ts";
import { readManifest } from "../../function/model/manifest.ts";
import { openTokenizer } from "../../function/model/tokenizer.ts";
import { ingestObject } from "../../function/pipeline.ts";
import { createTime } from "../../function/time.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { embeddedModelFolder } from "../models/folders.ts";

const characters = Number(process.argv[2]);
const sentence = (n: number) =>
  `Sentence ${n} tells in ${n % 97} words what ${n % 31} others left out. `;
const sentences: string[] = [];
for (let n = 0, length = 0; length < characters; n += 1) {
  sentences.push(n % 12 === 11 ? `${sentence(n)}\n\n` : sentence(n));
  length += sentences.at(-1)?.length ?? 0;
}
const bytes = Buffer.from(sentences.join("").slice(0, characters));
sentences.length = 0;

const folder = embeddedModelFolder();
const manifest = await readManifest(folder);
const vector = new Float32Array(manifest.dimensions).fill(1);
const embedder = createEmbedder(manifest, await openTokenizer(folder, manifest), {
  run: async () => vector,
  close: async () => {},
});
const stored = { outcome: "stored" } as const;
let kept = 0;
const outcome = await ingestObject(
  {
    getObject: async () => ({
      ContentLength: bytes.length,
      ContentType: "text/plain",
      Body: { transformToByteArray: async () => bytes },
    }),
    embedder,
    store: {
      objectRevision: async () => 0,
      knownContent: async () => new Set(),
      storeContent: async () => {
        kept += 1;
      },
      replaceObject: async () => stored,
      removeObject: async () => stored,
      rejectObject: async () => stored,
      searchContent: async () => [],
    },
    telemetry: { ...createRecorder(), progressed() {} },
    time: createTime(),
  },
  { chunkTokens: 512, chunkOverlapTokens: 64, maxObjectBytes: 10_485_760 },
  {
    eventName: "ObjectCreated:Put",
    bucket: "uploads",
    key: "large.txt",
    occurredAt: new Date(),
    sequencer: undefined,
  },
);
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ ...outcome, kept, peakMegabytes }));
