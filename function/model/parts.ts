/** An object's length → the ranges that it is read in, several at a time, and their bytes in the object's order. */

export interface Range {
  readonly startByte: number;
  /** Not part of the range. */
  readonly endByte: number;
}

/** Ranges of `partBytes`, the last one of what is left; none for an object without bytes. */
export function rangesOf(objectBytes: number, partBytes: number): readonly Range[] {
  return Array.from({ length: Math.ceil(objectBytes / partBytes) }, (_, index) => ({
    startByte: index * partBytes,
    endByte: Math.min(objectBytes, (index + 1) * partBytes),
  }));
}

/**
 * Reads the parts, at most `concurrency` of them at a time or waiting to be taken, and gives what each read gave
 * in the order of the parts. Throws what the first of them in that order throws.
 */
export async function* readInOrder<Part, Piece>(
  parts: readonly Part[],
  read: (part: Part) => Promise<Piece>,
  concurrency: number,
): AsyncGenerator<Piece, void> {
  const reading: Promise<Piece>[] = [];
  for (const part of parts) {
    if (reading.length === concurrency) yield* takeFirst(reading);
    const piece = read(part);
    // Told when its turn comes; until then it is nobody's.
    piece.catch(() => {});
    reading.push(piece);
  }
  while (reading.length > 0) yield* takeFirst(reading);
}

async function* takeFirst<Piece>(reading: Promise<Piece>[]): AsyncGenerator<Piece, void> {
  for (const piece of reading.splice(0, 1)) yield await piece;
}
