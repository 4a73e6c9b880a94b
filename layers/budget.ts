/** The function and its layers, by what they hold → whether Lambda takes them. */
import type { PackedFile } from "./zip.ts";

/** 250 MB, function and layers together, unzipped: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const limitBytes = 262_144_000;

/** What is in each zip, by the zip's name. */
export type Contents = Readonly<Record<string, readonly PackedFile[]>>;

export class SizeBudgetError extends Error {
  override readonly name = "SizeBudgetError";
  readonly unzippedBytes: number;
  constructor(contents: Contents, unzippedBytes: number) {
    super(
      `Lambda takes ${bytes(limitBytes)} unzipped, function and layers together, and these have ` +
        `${bytes(unzippedBytes)}, which is ${bytes(unzippedBytes - limitBytes)} too many:\n` +
        `${describeParts(contents).join("\n")}\n` +
        "Take a smaller model or a smaller dtype of it, or have it read from S3: modelSource s3. " +
        "On arm64 the dependencies are 20 MB smaller than on x64.",
    );
    this.unzippedBytes = unzippedBytes;
  }
}

export function sumBytes(files: readonly PackedFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}

/**
 * Gives the sum of all parts.
 * @throws {SizeBudgetError} with the list of parts when it is over the limit
 */
export function checkBudget(contents: Contents): number {
  const unzippedBytes = sumBytes(Object.values(contents).flat());
  if (unzippedBytes > limitBytes) throw new SizeBudgetError(contents, unzippedBytes);
  return unzippedBytes;
}

/** Smaller files than this are not what makes a zip too large. */
const notableBytes = 1_000_000;

function describeParts(contents: Contents): string[] {
  return Object.entries(contents).flatMap(([name, files]) => [
    `  ${name}: ${bytes(sumBytes(files))}`,
    ...files
      .filter((file) => file.bytes >= notableBytes)
      .map((file) => `    ${file.path}: ${bytes(file.bytes)}`),
  ]);
}

function bytes(count: number): string {
  return `${count.toLocaleString("en")} bytes`;
}
