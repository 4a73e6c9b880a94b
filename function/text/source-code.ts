/** Source code → its text as it is, with the declarations of its top level in the place of headings. */
import { type Heading, readMarkedHeadings } from "./marked-headings.ts";
import type { Extracted } from "./structure.ts";

export function readSourceCode(text: string): Extracted {
  return readMarkedHeadings(text, [...declarations(text)], undefined);
}

/** Words that a declaration begins with in the languages that people write, and what may stand before them. */
const declaration =
  /^(?:(?:export|default|public|private|protected|internal|static|final|abstract|sealed|partial|async|unsafe|extern|inline|const|pub(?:\([^)]*\))?|declare|local|virtual|override|open|data|suspend|create or replace|create)\s+)*(?:function|class|interface|type|enum|struct|trait|impl|fn|func|fun|def|module|namespace|object|record|union|protocol|extension|macro|procedure|table|view|trigger|sub|package|defmodule|describe|test|template|resource)\b/i;

/** In C and its kin a declaration is one by its form: names, parameters, and a brace. */
const definition = /^[A-Za-z_][\w\s*&:<>,~]*\([^;]*\)?[^;]*\{?$/;

const comment = /^(?:\/\/|\/\*|\s?\*|#(?!\s*\w+\s*\()|--|;|"""|'''|@|\[)/;

/** What a line may be that no declaration by its form alone follows: code at the margin, as in a script. */
const statement = /^[^\s)}\]]/;

/** Each line at the margin that declares something, from the comment above it on. */
function* declarations(text: string): Generator<Heading> {
  let commentStart: number | undefined;
  let before = "";
  for (const { 0: line, index } of text.matchAll(/^.*$/gm)) {
    const content = line.trimEnd();
    if (comment.test(content)) {
      commentStart ??= index;
      continue;
    }
    const start = commentStart ?? index;
    const isAfterStatement = commentStart === undefined && statement.test(before);
    commentStart = undefined;
    before = content;
    if (content.length > maxDeclarationCharacters || !statement.test(content)) continue;
    if (declaration.test(content) || (!isAfterStatement && definition.test(content))) {
      yield { start, level: 1, text: nameOf(content) };
    }
  }
}

/** Of a line that somebody wrote, not of code that was made small for a browser. */
const maxDeclarationCharacters = 200;

const maxHeadingCharacters = 100;

function nameOf(line: string): string {
  return line.replace(/\s*[{:(]*\s*$/, "").slice(0, maxHeadingCharacters);
}
