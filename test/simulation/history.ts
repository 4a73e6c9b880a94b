/** What happens to the buckets and what goes wrong on the way, as fast-check draws and shrinks it. */
import fc from "fast-check";

/** An object's content: paragraphs by number, each of which becomes a chunk, or what cannot be embedded. */
export type Content = readonly number[] | "empty" | "binary" | "too large";

/** `object` is an index into {@link objects}. */
export type Action =
  | { readonly do: "put"; readonly object: number; readonly content: Content }
  | {
      readonly do: "multipart";
      readonly object: number;
      readonly content: Content;
      readonly takesMilliseconds: number;
    }
  /** `undelete` takes back the newest version or delete marker; `announce` is an event that S3 did not make. */
  | { readonly do: "delete" | "undelete" | "expire" | "announce"; readonly object: number }
  /** Supabase gets a new key, and SSM after a while. */
  | { readonly do: "rotate"; readonly ssmAfterMilliseconds: number };

export interface Step {
  readonly afterMilliseconds: number;
  readonly action: Action;
  /** When each copy of its event arrives. */
  readonly copies: readonly number[];
  /** Its event comes in one message with the next one. */
  readonly batched: boolean;
}

/** The calls number `call` and following, `times` of them, at this edge. */
export interface Fault {
  readonly edge: Edge;
  readonly kind: string;
  readonly call: number;
  readonly times: number;
}

export const faultKinds = {
  getObject: ["500", "503 SlowDown", "reset", "slow"],
  body: ["reset", "cut off", "slow"],
  parameter: ["throttled", "500"],
  supabase: ["429", "500", "503", "unreachable", "silent", "answer lost", "late", "slow"],
  embed: ["slow"],
  invocation: ["killed"],
  delivery: ["undelivered"],
  publish: ["refused", "answer lost"],
} as const;
export type Edge = keyof typeof faultKinds;

export interface History {
  readonly steps: readonly Step[];
  readonly faults: readonly Fault[];
  /** Taken in turn, over and over, by whatever takes time. */
  readonly latencies: readonly number[];
  /** Most invocations at the same time: Lambda's reserved concurrency. */
  readonly concurrency: number;
  readonly timeoutMilliseconds: number;
  /** How the messages of the topic reach the function. */
  readonly delivery: "direct" | "queue";
}

export const objects = [
  { bucket: "versioned", key: "a.txt" },
  { bucket: "versioned", key: "folder/b c+ü.txt" },
  { bucket: "plain", key: "a.txt" },
  { bucket: "plain", key: "d.txt" },
] as const;

const anyObject = fc.nat({ max: objects.length - 1 });
const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom("empty", "binary", "too large") },
);

function actionOn(object: fc.Arbitrary<number>): fc.Arbitrary<Action> {
  const put = fc.record({ do: fc.constant("put"), object, content });
  const takesMilliseconds = fc.constantFrom(500, 2_000, 6_000, 90_000);
  const multipart = fc.record({ do: fc.constant("multipart"), object, content, takesMilliseconds });
  const what = fc.constantFrom("delete", "delete", "undelete", "expire", "announce", "announce");
  return fc.oneof(
    { weight: 4, arbitrary: put },
    { weight: 2, arbitrary: multipart },
    { weight: 4, arbitrary: fc.record({ do: what, object }) },
  );
}

const rotation: fc.Arbitrary<Action> = fc.record({
  do: fc.constant("rotate"),
  ssmAfterMilliseconds: fc.constantFrom(0, 500, 100_000),
});

const arrival = fc.constantFrom(0, 1, 10, 100, 1_000, 5_000, 70_000, 200_000);
const step: fc.Arbitrary<Step> = fc.record({
  afterMilliseconds: fc.constantFrom(0, 1, 10, 100, 1_000, 5_000, 60_000),
  action: fc.oneof(
    { weight: 12, arbitrary: actionOn(anyObject) },
    { weight: 1, arbitrary: rotation },
  ),
  copies: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(arrival) },
    { weight: 1, arbitrary: fc.array(arrival, { minLength: 2, maxLength: 3 }) },
  ),
  batched: fc.constantFrom(false, false, true),
});

/** An object that is there, and changes of it that follow each other closely, so that their invocations meet. */
const burst: fc.Arbitrary<Step[]> = anyObject.chain((object) => {
  const putBefore = fc.record({
    afterMilliseconds: fc.constant(0),
    action: fc.record({ do: fc.constant("put"), object: fc.constant(object), content }),
    copies: fc.constant([0]),
    batched: fc.constant(false),
  });
  const change = fc.record({
    afterMilliseconds: fc.constantFrom(0, 1, 10, 5_000),
    action: actionOn(fc.constant(object)),
    copies: fc.tuple(fc.constantFrom(0, 1, 10)),
    batched: fc.constant(false),
  });
  const changes = fc.array(change, { minLength: 2, maxLength: 4 });
  return fc.tuple(putBefore, changes).map(([first, others]) => [first, ...others]);
});

/** Of the edges that are called seldom, the last call that a fault may begin at. */
const lastCalls: Partial<Readonly<Record<Edge, number>>> = { parameter: 3, publish: 0 };

const fault: fc.Arbitrary<Fault> = fc
  .constantFrom<Edge[]>(
    "getObject",
    "body",
    "parameter",
    "supabase",
    "embed",
    "invocation",
    "delivery",
    "publish",
  )
  .chain((edge) =>
    fc.record({
      edge: fc.constant(edge),
      kind: fc.constantFrom(...faultKinds[edge]),
      call: fc.nat({ max: lastCalls[edge] ?? 40 }),
      times: fc.constantFrom(1, 2, 6, 20),
    }),
  );

export const history: fc.Arbitrary<History> = fc.noBias(
  fc.record({
    steps: fc
      .array(fc.oneof(fc.tuple(step), fc.tuple(step), burst), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.flat()),
    faults: fc.oneof(fc.constant([]), fc.array(fault, { maxLength: 6 })),
    latencies: fc.array(fc.constantFrom(1, 1, 1, 5, 5, 20, 100, 2_000, 10_000), {
      minLength: 1,
      maxLength: 30,
    }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    // Two of the longest latencies leave of the shortest one too little for an embedding.
    timeoutMilliseconds: fc.constantFrom(300_000, 60_000, 20_500),
    delivery: fc.constantFrom("direct", "queue"),
  }),
);

/** A history as lines for a person. */
export function describeHistory(history: History): string {
  const { steps, faults, latencies, concurrency, timeoutMilliseconds, delivery } = history;
  const name = (index: number) => `${objects[index]?.bucket}/${objects[index]?.key}`;
  const lines = steps.map(({ afterMilliseconds, action, copies, batched }) => {
    const { do: what, ...rest } = action;
    const facts = Object.entries(rest).map(([fact, value]) =>
      fact === "object" ? name(Number(value)) : `${fact} ${JSON.stringify(value)}`,
    );
    const delivery = `event after ${copies.join(", ")} ms${batched ? ", with the next one" : ""}`;
    return `  +${afterMilliseconds} ms  ${what} ${facts.join(", ")}  (${delivery})`;
  });
  for (const { edge, kind, call, times } of faults) {
    lines.push(`  fault: ${edge} ${kind}, from call ${call}, ${times} times`);
  }
  const limits = `delivery ${delivery}, concurrency ${concurrency}, time-out ${timeoutMilliseconds} ms`;
  return [...lines, `  ${limits}, latencies ${latencies.join(", ")} ms`].join("\n");
}
