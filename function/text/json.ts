/** JSON → a line for each value, with the path that leads to it: `order.lines[0].name: Blue paint`. */
import { UnreadableDocumentError } from "../errors.ts";
import { parseJson } from "./json-values.ts";
import { createStructureBuilder, type Extracted, type StructureBuilder } from "./structure.ts";

/** Reads one JSON text, or, since their extensions get mixed up, one JSON text a line. */
export function readJson(text: string): Extracted {
  const builder = createStructureBuilder();
  const value = parseJson(text);
  if (value instanceof Error) return readLinesInstead(text, value);
  if (Array.isArray(value) && value.some(isComposite)) {
    for (const [index, element] of value.entries())
      builder.record(index + 1, describe(element, ""));
  } else {
    addParagraphs(value, builder);
  }
  return builder.build();
}

/** Reads JSON Lines: each line a record that is kept together. https://jsonlines.org */
export function readJsonLines(text: string): Extracted {
  const builder = createStructureBuilder();
  let row = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    row += 1;
    const value = parseJson(line);
    if (value instanceof Error) {
      throw new UnreadableDocumentError(
        `its line ${index + 1} is no JSON (${quote(value)}). Correct the line, or take it out.`,
      );
    }
    builder.record(row, describe(value, ""));
  }
  return builder.build();
}

function readLinesInstead(text: string, error: Error): Extracted {
  const firstLine = text.trimStart().split("\n", 1)[0] ?? "";
  if (/^\s*[{[]/.test(firstLine) && !(parseJson(firstLine) instanceof Error)) {
    return readJsonLines(text);
  }
  throw new UnreadableDocumentError(`it is no valid JSON (${quote(error)}). Correct it.`);
}

/** A parser's message without the piece of the document that it quotes. */
function quote({ message }: Error): string {
  return message.replace(/, (?:\.{3})?".*$/s, "");
}

/** Adds a value: apart each of its objects, and each element of an array of objects in these. */
function addParagraphs(value: unknown, builder: StructureBuilder): void {
  let lines: string[] = [];
  visit(value, "", true);
  end();

  function visit(part: unknown, path: string, isOutermost: boolean): void {
    if (Array.isArray(part) && part.some(isComposite)) {
      end();
      for (const [index, element] of part.entries()) {
        builder.lines(describe(element, `${path}[${index}]`));
      }
    } else if (isObject(part)) {
      for (const [key, inner] of Object.entries(part)) {
        const isApart = isOutermost && isObject(inner);
        if (isApart) end();
        visit(inner, joinPath(path, key), false);
        if (isApart) end();
      }
    } else {
      for (const line of describe(part, path)) lines.push(line);
    }
  }

  function end(): void {
    builder.lines(lines);
    lines = [];
  }
}

/** The lines of a value; what is empty has none. */
function* describe(value: unknown, path: string): Generator<string> {
  if (Array.isArray(value)) {
    const texts = value.map(textOf);
    if (isShortList(texts)) yield* describe(texts.join(", "), path);
    else
      for (const [index, element] of value.entries()) yield* describe(element, `${path}[${index}]`);
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) yield* describe(inner, joinPath(path, key));
  } else {
    const text = textOf(value);
    if (text === undefined || text.trim() === "") return;
    yield path === "" ? text : `${path}: ${text}`;
  }
}

function isShortList(texts: readonly (string | undefined)[]): texts is readonly string[] {
  return texts.every((text) => text !== undefined && text.length <= 80 && !text.includes("\n"));
}

/** What a value that is no array and no object reads as. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "boolean" ? String(value) : undefined;
}

function joinPath(path: string, key: string): string {
  if (/[.[\]:\n]/.test(key) || key === "") return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

const isComposite = (value: unknown): boolean => typeof value === "object" && value !== null;

function isObject(value: unknown): value is Record<string, unknown> {
  return isComposite(value) && !Array.isArray(value);
}
