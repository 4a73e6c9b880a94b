/** A tokenizer's own tokens → texts of every kind that could tell two tokenizers apart. */
import fc from "fast-check";

export interface Tokens {
  readonly vocabulary: readonly string[];
  readonly addedTokens: readonly string[];
}

/** Each with an added token once in a word, between words, doubled, cut short and stretched. */
export function* addedTokenTexts({ addedTokens }: Tokens): Generator<string> {
  for (const token of addedTokens) {
    yield `a${token}b ${token} c\n${token}${token}${token.slice(0, -1)} ${token.slice(1)}`;
  }
}

const phrases = [
  "The quick brown fox jumps over the lazy dog's back, doesn't it?",
  "Größere Übungen für Fußgänger",
  "L'été dernier, à Nîmes, œuvre inachevée…",
  "El niño soñó con 1.234,56 € mañana",
  "Съешь же ещё этих мягких французских булок",
  "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
  "نص حكيم له سر قاطع وذو شأن عظيم",
  "דג סקרן שט בים מאוכזב",
  "ऋषियों को सताने वाले दुष्ट राक्षसों",
  "আমি বাংলায় গান গাই",
  "யாமறிந்த மொழிகளிலே தமிழ்மொழி போல்",
  "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
  "天地玄黄，宇宙洪荒。日月盈昃，辰宿列張。",
  "いろはにほへと ちりぬるを カタカナ",
  "다람쥐 헌 쳇바퀴에 타고파",
  "ከመ ኵሉ ሰብእ",
  "ქართული ენა",
  "Հայերեն լեզու",
  "Tiếng Việt có dấu, Đường phố",
  "İstanbul'da ışık ığdır",
  "cafe\u0301 vs café, ﬁ vs fi, Å vs Å",
  "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟜𝟚 𐍈𐌰 𓀀𓂀 𒀀",
];

const code = [
  "for (let i = 0; i < n; i++) {\n\tsum += xs[i] ?? 0;\n}\n",
  "def f(x):\n    return {k: v for k, v in x.items() if v != None}\n",
  "#include <stdio.h>\r\nint main(void) { return 0; }\r\n",
  "SELECT \"id\", count(*) FROM t WHERE a->>'b' = $1 GROUP BY 1;",
  "https://example.com/a/b?c=d&e=%20#f",
  "user.name+tag@example.co.uk",
  "0x1F600 1e-10 3.14159 1,000,000 00:00:01.5Z",
  '{"key": [1, 2.0, null, "\\u00e9"]}',
  "a>b&&c<d||!e?f:g;//h\\i`j`~k^l%m",
  "<0x41><0xFF><0x0A> <bos><eos><unk><unused7>",
];

const html = [
  "<table>",
  "<td>",
  "</td>",
  "</tr> </table>",
  "<p>a</p> </div>",
  '<a href="/x?y=1">z</a>',
  "> </",
  ">▁</",
  "<b> </b>",
  "&nbsp;&amp;&#8203;",
  "<!-- c -->",
  "<script>if (a</b/) {}</script>",
];

const emoji = ["😀", "👨", "👩", "👧", "❤", "🏽", "🇩", "🇪", "🏳", "🌈", "1", "⚕", "🫠", "🪿", "🏴"];

const blanks = [
  " ",
  "  ",
  "\t",
  "\n",
  "\r\n",
  "\r",
  "▁",
  "\u00a0",
  "\u3000",
  "\u200b",
  "\u2028",
  "\f",
];

/** First and last code point. */
const scripts = [
  [0x20, 0x7e],
  [0xa0, 0x24f],
  [0x300, 0x36f],
  [0x370, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0xdff],
  [0xe00, 0xfff],
  [0x10a0, 0x13ff],
  [0x1e00, 0x1fff],
  [0x2000, 0x2bff],
  [0x2c00, 0x33ff],
  [0x4e00, 0x9fff],
  [0xa000, 0xd7ff],
  [0xe000, 0xffff],
  [0x1_0000, 0x1_3fff],
  [0x1_d000, 0x1_ffff],
  [0x2_0000, 0x2_ffff],
] as const;

/** Shrinks to few and short fragments. */
export function tokenizerTexts({ vocabulary, addedTokens }: Tokens): fc.Arbitrary<string> {
  const token = elementOf(vocabulary);
  const addedToken = elementOf(addedTokens);
  const fragment = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...phrases) },
    { weight: 3, arbitrary: fc.constantFrom(...code) },
    { weight: 3, arbitrary: fc.constantFrom(...html) },
    { weight: 3, arbitrary: repeated(fc.constantFrom(...blanks), 70) },
    { weight: 6, arbitrary: joined(token, 12) },
    { weight: 3, arbitrary: joined(token, 12).map((text) => text.replaceAll("▁", " ")) },
    { weight: 2, arbitrary: addedToken },
    {
      weight: 2,
      arbitrary: fc.tuple(addedToken, fc.nat(12)).map(([text, end]) => text.slice(0, end)),
    },
    {
      weight: 4,
      arbitrary: fc.oneof(...scripts.map(([min, max]) => joined(codePoint(min, max), 30))),
    },
    { weight: 2, arbitrary: joined(codePoint(0, 0x10_ffff), 12) },
    { weight: 2, arbitrary: joined(fc.oneof(codePoint(0xd800, 0xdfff), token), 8) },
    { weight: 1, arbitrary: joined(codePoint(0, 0x9f), 30) },
    { weight: 2, arbitrary: joined(fc.constantFrom(...emoji, "\u200d", "\ufe0f"), 12) },
    { weight: 1, arbitrary: bytes(100).map((text) => new TextDecoder().decode(text)) },
    { weight: 1, arbitrary: bytes(100).map((text) => Buffer.from(text).toString("latin1")) },
    { weight: 1, arbitrary: repeated(joined(codePoint(0x61, 0x7a), 4), 400) },
    { weight: 1, arbitrary: joined(codePoint(0x61, 0x7a), 600) },
  );
  const part = fc.tuple(
    fc.oneof({ weight: 9, arbitrary: fragment }, { weight: 1, arbitrary: repeated(fragment, 6) }),
    fc.constantFrom("", "", " ", "\n"),
  );
  return joined(
    part.map(([text, end]) => text + end),
    10,
  );
}

function elementOf(values: readonly string[]): fc.Arbitrary<string> {
  return fc.nat(values.length - 1).map((index) => values[index] ?? "");
}

function codePoint(min: number, max: number): fc.Arbitrary<string> {
  return fc.integer({ min, max }).map((value) => String.fromCodePoint(value));
}

function joined(part: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(part, { maxLength, size: "max" }).map((parts) => parts.join(""));
}

function repeated(part: fc.Arbitrary<string>, maxTimes: number): fc.Arbitrary<string> {
  return fc.tuple(part, fc.integer({ min: 1, max: maxTimes })).map(([text, n]) => text.repeat(n));
}

function bytes(maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength, size: "max" });
}
