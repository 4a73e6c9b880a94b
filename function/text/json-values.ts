/** JSON's text → its value, with each number as it is written, and within bounds that the parser itself lacks. */
import { UnreadableDocumentError } from "../errors.ts";

/** Levels of arrays and objects in one another. What people make has ten. */
const maxDepth = 200;

/** Of all arrays and objects together; in memory each takes some dozen times what it takes in the text. */
const maxValues = 2_000_000;

/**
 * Gives the value, or the error where it is no JSON. Its numbers are strings: a double would make 0.1 of 0.10, and
 * 12345678901234567000 of 12345678901234567890.
 * @throws {UnreadableDocumentError} when it nests too deeply or has too many values
 */
export function parseJson(text: string): unknown {
  // Before it is parsed: what uses up the memory inside of V8's parser ends the process, not the thread.
  const quoted = quoteNumbers(text);
  try {
    return JSON.parse(quoted);
  } catch {
    // Once more as it is, for an error that names the right place.
    return tryParse(text);
  }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/** Puts every number that is a value into quotes; what is no JSON stays none. */
function quoteNumbers(text: string): string {
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\s*:)/y;
  const parts: string[] = [];
  let copied = 0;
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') {
      at = endOfString(text, at);
    } else if (character === "[" || character === "{") {
      depth += 1;
      values += 1;
      if (depth > maxDepth) refuse(`its arrays and objects are nested more than ${maxDepth} deep`);
    } else if (character === "]" || character === "}") {
      depth -= 1;
    } else if (character === ",") {
      values += 1;
    } else if (character === "-" || (character >= "0" && character <= "9")) {
      number.lastIndex = at;
      const written = number.exec(text)?.[0];
      if (written === undefined) continue;
      parts.push(text.slice(copied, at), `"${written}"`);
      copied = at + written.length;
      at = copied - 1;
    }
    if (values > maxValues) refuse(`it has more than ${maxValues.toLocaleString("en")} values`);
  }
  return parts.join("") + text.slice(copied);
}

/** The quote that ends a string, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function refuse(problem: string): never {
  throw new UnreadableDocumentError(`${problem}. Save it in a simpler form, or split it.`);
}
