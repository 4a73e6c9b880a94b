/** What an RTF document says of code pages and fonts → the character set that a stretch of its bytes is in. */

/** `\fcharset`, and the code page that it stands for. 0 is what Windows has for Western languages. */
const codePages: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10_000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};

const charsets: Readonly<Record<number, string>> = {
  866: "ibm866",
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  10000: "macintosh",
  10007: "x-mac-cyrillic",
  20866: "koi8-r",
  51932: "euc-jp",
  54936: "gb18030",
  65001: "utf-8",
};

export interface RtfCharsets {
  /** Takes in a control word, where it is about character sets. */
  read(word: string, value: number | undefined, font: number | undefined): void;
  /** By its name in the Encoding Standard. */
  of(font: number | undefined): string;
}

export function createRtfCharsets(): RtfCharsets {
  const fonts = new Map<number, string>();
  let charset = "windows-1252";
  let defaultFont = -1;
  return {
    read(word, value = 0, font = 0) {
      if (word === "deff") defaultFont = value;
      else if (word === "mac") charset = "macintosh";
      else if (word === "ansicpg") charset = charsetOf(value) ?? charset;
      else if (word === "fcharset" || word === "cpg") {
        // The default's, symbols', and what no browser knows is read as the rest of the document.
        const own = charsetOf(word === "cpg" ? value : codePages[value]);
        if (own !== undefined) fonts.set(font, own);
      }
    },
    of: (font = defaultFont) => fonts.get(font) ?? charset,
  };
}

function charsetOf(codePage: number | undefined): string | undefined {
  if (codePage === undefined) return undefined;
  return codePage >= 1250 && codePage <= 1258 ? `windows-${codePage}` : charsets[codePage];
}
