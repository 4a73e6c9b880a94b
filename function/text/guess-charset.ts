/** Bytes in a character set that nothing names → the sets they are likely to be in, likeliest first. */
import { analyse } from "chardet";

/** What the library gives a set that it knows nothing for or against. */
const ignorance = 10;

/** As many say as much as all, in milliseconds. */
const analysedBytes = 65_536;

/** Names that `TextDecoder` may or may not know. */
export function guessCharsets(bytes: Uint8Array): string[] {
  const likely = analyse(linesBeyondAscii(bytes)).filter(
    ({ confidence }) => confidence > ignorance,
  );
  // A few words say too little; most that is not UTF-8 is this, and so is what browsers take.
  return [...likely.map(({ name }) => name), "windows-1252"];
}

/** The first lines that tell the sets apart: all of them agree on ASCII. */
function linesBeyondAscii(bytes: Uint8Array): Buffer {
  const lines: Uint8Array[] = [];
  let length = 0;
  for (let start = 0; start < bytes.length && length < analysedBytes; ) {
    const lineBreak = bytes.indexOf(0x0a, start);
    const end = lineBreak === -1 ? bytes.length : lineBreak + 1;
    const line = bytes.subarray(start, Math.min(end, start + analysedBytes));
    start += line.length;
    if (!line.some((byte) => byte >= 0x80)) continue;
    lines.push(line);
    length += line.length;
  }
  return Buffer.concat(lines);
}
