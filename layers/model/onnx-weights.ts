/** The weights of a built graph → their file. */
import { type FileHandle, open } from "node:fs/promises";
import type { Weight } from "./onnx-builder.ts";

/**
 * Written in pieces: Linux keeps a file in memory, and maps it into a process, in the pieces in which it was
 * written. Of large ones a process that looks up a few rows of a table would have much in memory that it never reads.
 */
const pieceBytes = 1 << 16;

/** Makes one weight after the other and writes it. */
export async function writeWeights(path: string, weights: readonly Weight[]): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const { offset, length, read } of weights) {
      const bytes = await read();
      if (bytes.length !== length) {
        throw new RangeError(`a weight has ${bytes.length} bytes, and ${length} were declared`);
      }
      await writePieces(file, bytes, offset);
    }
  } finally {
    await file.close();
  }
}

async function writePieces(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes);
    await file.write(piece, 0, piece.length, offset + start);
  }
}
