/** RTF's control words → what becomes of what is behind them. */

/** Where a group's content goes. */
export type Destination =
  | "body"
  | "fonts"
  | "styles"
  | "info"
  | "title"
  | "note"
  | "marker"
  | "nothing";

const destinations: Readonly<Record<string, Destination>> = {
  fonttbl: "fonts",
  stylesheet: "styles",
  info: "info",
  footnote: "note",
  listtext: "marker",
  pntext: "marker",
  // A text box, and what stands for it in programs that have none.
  shpinst: "body",
  shptxt: "body",
  shprslt: "nothing",
  ...Object.fromEntries(
    [
      "colortbl filetbl listtable listoverridetable revtbl rsidtbl themedata colorschememapping datastore",
      "latentstyles xmlnstbl generator header headerl headerr headerf footer footerl footerr footerf",
      "ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pict nonshppict objdata objclass objname objalias",
      "fldinst xe tc tcn rxe txe annotation atnid atnauthor nonesttables sp do falt panose fontemb",
    ]
      .join(" ")
      .split(" ")
      .map((word) => [word, "nothing"]),
  ),
};

/** The destination of a group that begins with a word; `undefined` where the word is none. */
export function destinationOf(word: string, isIgnorable: boolean): Destination | undefined {
  const known = Object.hasOwn(destinations, word) ? destinations[word] : undefined;
  // What a program does not know it passes over, where it is marked for that.
  return known ?? (isIgnorable ? "nothing" : undefined);
}

const characters: Readonly<Record<string, string>> = {
  tab: "\t",
  line: "\n",
  "\\": "\\",
  "{": "{",
  "}": "}",
  "~": "\u00a0",
  _: "\u2011",
  emdash: "\u2014",
  endash: "\u2013",
  emspace: "\u2003",
  enspace: "\u2002",
  qmspace: "\u2005",
  bullet: "\u2022",
  lquote: "\u2018",
  rquote: "\u2019",
  ldblquote: "\u201c",
  rdblquote: "\u201d",
  zwj: "\u200d",
  zwnj: "\u200c",
  nestcell: " ",
};

/** The characters that a word or a symbol stands for. */
export function charactersOf(word: string): string | undefined {
  return Object.hasOwn(characters, word) ? characters[word] : undefined;
}
