/** Stretches of bytes, each in its character set, and characters between them → text. */

export interface RtfText {
  /** A character a byte. Those of one character may come one by one. */
  bytes(bytes: string, charset: string): void;
  characters(characters: string): void;
  /** Gives the text so far, and begins anew. */
  take(): string;
}

export function createRtfText(): RtfText {
  let text = "";
  let pending = "";
  let pendingCharset = "";
  const flush = () => {
    // What is ASCII is the same in each set.
    text += /^[ -~]*$/.test(pending) ? pending : decode(pending, pendingCharset);
    pending = "";
  };
  return {
    bytes(bytes, charset) {
      if (charset !== pendingCharset) flush();
      pendingCharset = charset;
      pending += bytes;
    },
    characters(characters) {
      flush();
      text += characters;
    },
    take() {
      flush();
      const taken = text;
      text = "";
      return taken;
    },
  };
}

function decode(bytes: string, charset: string): string {
  return new TextDecoder(charset).decode(Buffer.from(bytes, "latin1"));
}
