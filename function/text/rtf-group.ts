/** What an RTF group says of what is in it, and how its control words change that. */
import type { Destination } from "./rtf-words.ts";

/** A group has it of the one around it until it says otherwise. */
export interface RtfGroup {
  destination: Destination;
  font: number | undefined;
  /** How many characters behind one in Unicode stand for it in older programs. */
  substitutes: number;
  isHidden: boolean;
  style: number | undefined;
  /** 1 for the outermost heading. */
  headingLevel: number | undefined;
  listLevel: number;
  isInTable: boolean;
}

const noParagraph = {
  style: undefined,
  headingLevel: undefined,
  listLevel: 0,
  isInTable: false,
} as const satisfies Partial<RtfGroup>;

export function createRtfGroup(): RtfGroup {
  const shown = { destination: "body", font: undefined, substitutes: 1, isHidden: false } as const;
  return { ...shown, ...noParagraph };
}

const formats: Readonly<Record<string, (value: number | undefined) => Partial<RtfGroup>>> = {
  f: (font) => ({ font }),
  uc: (count = 1) => ({ substitutes: Math.max(0, count) }),
  v: (value) => ({ isHidden: value !== 0 }),
  deleted: (value) => ({ isHidden: value !== 0 }),
  plain: () => ({ font: undefined, isHidden: false }),
  pard: () => noParagraph,
  s: (style) => ({ style }),
  ilvl: (level = 0) => ({ listLevel: Math.max(0, level) }),
  // From 0; 9 is that of the text.
  outlinelevel: (level = 9) => ({
    headingLevel: level >= 0 && level < 9 ? level + 1 : undefined,
  }),
  intbl: (value) => ({ isInTable: value !== 0 }),
};

/** Changes the group, where the word is about what is in it. */
export function formatRtfGroup(group: RtfGroup, word: string, value: number | undefined): void {
  if (Object.hasOwn(formats, word)) Object.assign(group, formats[word]?.(value));
}
