/**
 * Subtitles (SubRip, WebVTT) → what is said, in paragraphs, each with the second in which it begins. The times are
 * no part of the text: nobody searches for them, and an embedding is dulled by their digits.
 */
import { UnreadableDocumentError } from "../errors.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";

interface Cue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly lines: readonly string[];
}

/** A silence this long begins a new paragraph, as one behind a sentence does when a paragraph has become long. */
const pauseSeconds = 3;
const longParagraphCharacters = 400;

export function readSubtitles(text: string): Extracted {
  const builder = createStructureBuilder();
  let paragraph = "";
  let startSeconds = 0;
  let endSeconds = 0;
  let lastLine = "";
  let cueCount = 0;
  const end = () => {
    builder.speech(startSeconds, paragraph);
    paragraph = "";
  };
  for (const cue of readCues(text)) {
    cueCount += 1;
    const isPause = cue.startSeconds - endSeconds >= pauseSeconds;
    const isLong =
      paragraph.length >= longParagraphCharacters && /[.!?…。！？]["'»”]?$/.test(paragraph);
    if (paragraph !== "" && (isPause || isLong)) end();
    endSeconds = cue.endSeconds;
    for (const line of cue.lines) {
      // Captions that roll upwards show each line twice.
      if (line === "" || line === lastLine) continue;
      lastLine = line;
      const isSpeaker = /^[-–—]\s?\S|^[\p{Lu}][\p{L} .]{0,30}:\s/u.test(line);
      if (isSpeaker && paragraph !== "") end();
      if (paragraph === "") startSeconds = cue.startSeconds;
      paragraph = paragraph === "" ? line : `${paragraph} ${line}`;
    }
  }
  if (cueCount === 0 && text.trim() !== "" && !/^\ufeff?WEBVTT/.test(text)) {
    throw new UnreadableDocumentError(
      "it has no subtitles, which begin with a line as 00:00:01,000 --> 00:00:04,000. Correct it.",
    );
  }
  end();
  return builder.build();
}

const time = /(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})/.source;
const timing = new RegExp(`^\\s*${time}\\s+-->\\s+${time}`);

/** What stands below each timing, up to a blank line; all else (numbers, notes, styles) is left out. */
function* readCues(text: string): Generator<Cue> {
  const lines = text.split(/\r\n?|\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const times = timing.exec(lines[at] ?? "");
    if (times === null) continue;
    const content: string[] = [];
    for (at += 1; (lines[at] ?? "").trim() !== ""; at += 1)
      content.push(plainText(lines[at] ?? ""));
    yield {
      startSeconds: secondsOf(times.slice(1, 5)),
      endSeconds: secondsOf(times.slice(5, 9)),
      lines: content,
    };
  }
}

function secondsOf([hours = "0", minutes = "0", seconds = "0", fraction = ""]: readonly (
  | string
  | undefined
)[]): number {
  const milliseconds = Number(fraction.padEnd(3, "0"));
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + milliseconds / 1000;
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
  "&lrm;": "",
  "&rlm;": "",
};

/** Without styles and positions; the voice that a tag names before what it says. */
function plainText(line: string): string {
  return line
    .replace(/<v(?:\.[^\s>]*)?\s+([^>]+)>/g, "$1: ")
    .replaceAll(/<[^<>]*>|\{\\[^{}]*\}/g, "")
    .replaceAll(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => entities[entity] ?? entity)
    .trim();
}
