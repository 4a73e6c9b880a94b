/** Bytes in a character set that nothing names → the sets they are likely to be in, likeliest first. */
import { analyse } from "chardet";

/** What the library gives a set that it knows nothing for or against. */
const ignorance = 10;

/** As much says as much as all of it, in milliseconds. */
const analysedBytes = 65_536;

/** Names that `TextDecoder` may or may not know, judging by where there is more than ASCII. */
export function guessCharsets(bytes: Uint8Array): string[] {
  const start = Math.max(0, bytes.findIndex((byte) => byte >= 0x80) - analysedBytes / 8);
  const likely = analyse(bytes.subarray(start, start + analysedBytes)).filter(
    ({ confidence }) => confidence > ignorance,
  );
  // A few words say too little; most that is not UTF-8 is this, and so is what browsers take.
  return [...likely.map(({ name }) => name), "windows-1252"];
}
