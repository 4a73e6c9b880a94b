/** An output's name and the paths of weights → the bytes of a graph that has them, and no nodes. */

export function writeOnnxGraph(outputName: string, externalDataPaths: readonly string[]): Buffer {
  const output = field(12, field(1, Buffer.from(outputName)));
  const weights = externalDataPaths.map((path) =>
    field(5, Buffer.concat([entry("location", path), entry("offset", "4096")])),
  );
  return field(7, Buffer.concat([...weights, output]));
}

/** A length-delimited protobuf field; its content has less than 16,384 bytes. */
function field(number: number, content: Buffer): Buffer {
  const length = [(content.length & 0x7f) | 0x80, content.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), content]);
}

function entry(key: string, value: string): Buffer {
  return field(13, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]));
}
