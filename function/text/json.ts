/** JSON → a line for each value, with the path that leads to it: `order.lines[0].name: Blue paint`. */
import { UnreadableDocumentError } from "../errors.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";

/** Levels of arrays and objects in one another. What people make has ten. */
const maxDepth = 200;

/** Reads one JSON text, or, since their extensions get mixed up, one JSON text a line. */
export function readJson(text: string): Extracted {
  const builder = createStructureBuilder();
  const value = parse(text);
  if (value instanceof Error) return readLinesInstead(text, value);
  const isArrayOfRecords = Array.isArray(value) && value.some(isComposite);
  if (isArrayOfRecords) for (const [index, element] of value.entries()) addRecord(element, index);
  else for (const paragraph of paragraphs(value)) builder.paragraph(paragraph.join("\n"));
  return builder.build();

  function addRecord(element: unknown, index: number): void {
    builder.record(index + 1, describe(element, "").join("\n"));
  }
}

/** Reads JSON Lines: each line a record that is kept together. https://jsonlines.org */
export function readJsonLines(text: string): Extracted {
  const builder = createStructureBuilder();
  let row = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    row += 1;
    const value = parse(line);
    if (value instanceof Error) {
      throw new UnreadableDocumentError(
        `its line ${index + 1} is no JSON (${quote(value)}). Correct the line, or take it out.`,
      );
    }
    builder.record(row, describe(value, "").join("\n"));
  }
  return builder.build();
}

function readLinesInstead(text: string, error: Error): Extracted {
  const firstLine = text.trimStart().split("\n", 1)[0] ?? "";
  if (/^\s*[{[]/.test(firstLine) && !(parse(firstLine) instanceof Error)) {
    return readJsonLines(text);
  }
  throw new UnreadableDocumentError(`it is no valid JSON (${quote(error)}). Correct it.`);
}

/** A parser's message without the piece of the document that it quotes. */
function quote({ message }: Error): string {
  return message.replace(/, (?:\.{3})?".*$/s, "");
}

/** A number as it is written, which a double would change: 0.10, 12345678901234567890. */
class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The value, or the error where it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value,
    );
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/** A value's lines: apart those of each of its objects, and of each element of an array of objects in these. */
function paragraphs(value: unknown): string[][] {
  const groups: string[][] = [[]];
  visit(value, "", 0);
  return groups.filter((lines) => lines.length > 0);

  function visit(part: unknown, path: string, depth: number): void {
    refuseDepth(depth);
    if (Array.isArray(part) && part.some(isComposite)) {
      for (const [index, element] of part.entries()) {
        groups.push(describe(element, `${path}[${index}]`, depth + 1));
      }
      groups.push([]);
    } else if (isObject(part)) {
      for (const [key, inner] of Object.entries(part)) {
        const isApart = depth === 0 && isObject(inner);
        if (isApart) groups.push([]);
        visit(inner, joinPath(path, key), depth + 1);
        if (isApart) groups.push([]);
      }
    } else {
      // Not spread into push, which takes no more arguments than the stack holds.
      for (const line of describe(part, path, depth)) groups.at(-1)?.push(line);
    }
  }
}

/** The lines of a value; what is empty has none. */
function describe(value: unknown, path: string, depth = 0): string[] {
  refuseDepth(depth);
  if (Array.isArray(value)) {
    const texts = value.map(textOf);
    if (isShortList(texts)) return describe(texts.join(", "), path);
    return value.flatMap((element, index) => describe(element, `${path}[${index}]`, depth + 1));
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) =>
      describe(inner, joinPath(path, key), depth + 1),
    );
  }
  const text = textOf(value);
  if (text === undefined || text.trim() === "") return [];
  return [path === "" ? text : `${path}: ${text}`];
}

function isShortList(texts: readonly (string | undefined)[]): texts is readonly string[] {
  return texts.every((text) => text !== undefined && text.length <= 80 && !text.includes("\n"));
}

/** What a value that is no array and no object reads as. */
function textOf(value: unknown): string | undefined {
  if (value instanceof WrittenNumber) return value.text;
  if (typeof value === "string") return value;
  return typeof value === "boolean" ? String(value) : undefined;
}

function joinPath(path: string, key: string): string {
  if (/[.[\]:\n]/.test(key) || key === "") return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

const isComposite = (value: unknown): boolean => Array.isArray(value) || isObject(value);

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof WrittenNumber)
  );
}

function refuseDepth(depth: number): void {
  if (depth <= maxDepth) return;
  throw new UnreadableDocumentError(
    `its arrays and objects are nested more than ${maxDepth} deep. Save it in a simpler form.`,
  );
}
