/** A compressed object → what is in it, and what its name says that is. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { reason, UnreadableDocumentError } from "../errors.ts";

/** What the smallest sensible function has room for, twice: as bytes and as text. */
const maxInflatedBytes = 33_554_432;

const inflate = promisify(gunzip);

/**
 * Inflates one level of gzip.
 * @throws {UnreadableDocumentError} when it is damaged, or when more than 32 MB come out
 */
export async function gunzipObject(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await inflate(bytes, { maxOutputLength: maxInflatedBytes });
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    throw new UnreadableDocumentError(
      isTooLarge
        ? `it has more than ${maxInflatedBytes.toLocaleString("en")} bytes uncompressed. Split it.`
        : `it is damaged, or no gzip (${reason(error)}). Compress it anew and upload it again.`,
      { cause: error },
    );
  }
}

/** The name of what was compressed: `a.csv` of `a.csv.gz`. */
export function inflatedKey(key: string): string {
  return key.replace(/\.(gz|gzip)$/i, "").replace(/\.tgz$/i, ".tar");
}
