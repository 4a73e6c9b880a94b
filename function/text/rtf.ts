/** A document in Rich Text Format (.rtf) → its headings, paragraphs, items, tables and footnotes. */
import { UnreadableDocumentError } from "../errors.ts";
import { createRtfCharsets } from "./rtf-charsets.ts";
import { createRtfGroup, formatRtfGroup, type RtfGroup } from "./rtf-group.ts";
import { createRtfParagraphs } from "./rtf-paragraphs.ts";
import { createRtfText } from "./rtf-text.ts";
import { rtfTokens } from "./rtf-tokens.ts";
import { charactersOf, destinationOf } from "./rtf-words.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";

/** Groups in one another. What people make has some ten. */
const maxDepth = 1_000;

/**
 * Reads what a reader sees: without headers and footers, comments, hidden and deleted text, pictures and objects.
 * @throws {UnreadableDocumentError} for what is no RTF, is cut off, or nests too deeply
 */
export function readRtf(bytes: Uint8Array): Extracted {
  const rtf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  if (!rtf.startsWith("{\\rtf")) {
    throw new UnreadableDocumentError(
      "it does not begin with {\\rtf, as RTF does. Upload it with the type that it is.",
    );
  }
  const builder = createStructureBuilder();
  const paragraphs = createRtfParagraphs(builder);
  const texts = { body: createRtfText(), note: createRtfText(), aside: createRtfText() };
  const charsets = createRtfCharsets();
  const headingStyles = new Map<number, number | undefined>();
  let title = "";
  let isItem = false;
  /** How many characters are still to be passed over. */
  let substitutes = 0;
  let isIgnorable = false;
  let group = createRtfGroup();
  const outer: RtfGroup[] = [];

  for (const token of rtfTokens(rtf)) {
    if (token.kind === "text") {
      addBytes(token.bytes);
    } else if (token.kind === "control") {
      if (token.word === "*") isIgnorable = true;
      else {
        readControl(token.word, token.value);
        isIgnorable = false;
      }
    } else {
      substitutes = 0;
      isIgnorable = false;
      if (token.kind === "open") open();
      else close();
      // Behind the document may be anything.
      if (outer.length === 0) break;
    }
  }
  if (outer.length > 0) {
    throw new UnreadableDocumentError(
      `it is cut off: ${outer.length} of its groups do not end. Save it anew and upload it again.`,
    );
  }
  endParagraph();
  paragraphs.end();
  return builder.build(title);

  function open(): void {
    if (outer.push(group) > maxDepth) {
      throw new UnreadableDocumentError(
        `its groups are nested more than ${maxDepth.toLocaleString("en")} deep. Save it in a simpler form.`,
      );
    }
    group = { ...group };
  }

  function close(): void {
    const { destination, style, headingLevel } = group;
    group = outer.pop() ?? group;
    if (destination === "note" && group.destination !== "note") {
      paragraphs.note(texts.note.take());
    } else if (destination === "title" && group.destination !== "title") {
      title = texts.aside.take();
    } else if (destination === "styles") {
      const level = levelOfStyle(texts.aside.take());
      headingStyles.set(style ?? 0, headingLevel ?? level);
    }
  }

  function textOfGroup() {
    if (group.destination === "body") return group.isHidden ? undefined : texts.body;
    if (group.destination === "note") return texts.note;
    return /^(?:title|styles)$/.test(group.destination) ? texts.aside : undefined;
  }

  function addBytes(bytes: string): void {
    const passed = Math.min(substitutes, bytes.length);
    substitutes -= passed;
    textOfGroup()?.bytes(bytes.slice(passed), charsets.of(group.font));
  }

  function addCharacters(characters: string): void {
    if (substitutes > 0) substitutes -= 1;
    else textOfGroup()?.characters(characters);
  }

  function endParagraph(): void {
    const { headingLevel, style, isInTable, listLevel } = group;
    paragraphs.paragraph(texts.body.take(), {
      headingLevel: headingLevel ?? headingStyles.get(style ?? 0),
      isInTable,
      itemDepth: isItem ? listLevel : undefined,
    });
    isItem = false;
  }

  function readControl(word: string, value: number | undefined): void {
    if (group.destination === "nothing") return;
    const destination = destinationOf(word, isIgnorable);
    if (destination !== undefined) {
      isItem ||= destination === "marker";
      group.destination = destination === "marker" ? "nothing" : destination;
      return;
    }
    const characters = charactersOf(word);
    if (characters !== undefined) addCharacters(characters);
    else if (word === "u") {
      substitutes = 0;
      textOfGroup()?.characters(String.fromCharCode(value ?? 0));
      substitutes = group.substitutes;
    } else if (group.destination === "info") {
      if (word === "title") group.destination = "title";
    } else {
      charsets.read(word, value, group.font);
      formatRtfGroup(group, word, value);
      if (group.destination === "body") readEnd(word);
      else if (word === "par") addCharacters("\n");
    }
  }

  function readEnd(word: string): void {
    if (!/^(?:par|sect|page|column|cell|row|\r|\n)$/.test(word)) return;
    substitutes = 0;
    if (word === "row") paragraphs.row();
    else if (word === "cell") {
      paragraphs.cell(texts.body.take());
      isItem = false;
    } else endParagraph();
  }
}

/** By the names that Word gives its own styles, whatever the language. */
function levelOfStyle(name: string): number | undefined {
  if (/^\s*title\s*;?\s*$/i.test(name)) return 1;
  const level = /^\s*heading ([1-9])\s*;?\s*$/i.exec(name)?.[1];
  return level === undefined ? undefined : Number(level);
}
