/** Bytes in a character set that nothing names → the sets they are likely to be in, likeliest first. */
import { analyse } from "chardet";

/** What the library gives a set that it knows nothing for or against. */
const ignorance = 10;

/** Names that `TextDecoder` may or may not know. */
export function guessCharsets(bytes: Uint8Array): string[] {
  const likely = analyse(bytes).filter(({ confidence }) => confidence > ignorance);
  // A few words say too little; most that is not UTF-8 is this, and so is what browsers take.
  return [...likely.map(({ name }) => name), "windows-1252"];
}
