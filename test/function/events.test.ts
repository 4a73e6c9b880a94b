import assert from "node:assert/strict";
import fc from "fast-check";
import { MalformedEventError } from "../../function/errors.ts";
import { createEvent, parseEvent } from "../../function/events.ts";
import { readEvent } from "../fixtures/event.ts";

const bucket = "proofmark-dev-uploads";
const occurredAt = new Date("2026-11-20T09:15:27.381Z");
const sequencer = "0065A1B2C3D4E5F607";

function snsEvent(Message: string): object {
  return { Records: [{ EventSource: "aws:sns", Sns: { Message } }] };
}

describe("parseEvent", () => {
  it("reads the S3 event in an SNS message", async () => {
    assert.deepEqual(parseEvent(await readEvent("put")), {
      changes: [
        {
          eventName: "ObjectCreated:Put",
          bucket,
          key: "reports/summary.md",
          occurredAt,
          sequencer,
        },
      ],
      ignored: [],
    });
  });

  it("reads an S3 event that was sent without SNS", async () => {
    assert.deepEqual(parseEvent(await readEvent("bare-s3")), parseEvent(await readEvent("put")));
  });

  it("decodes a key with an escape for each kind of character", async () => {
    const { changes } = parseEvent(await readEvent("put-encoded-key"));

    assert.deepEqual(
      changes.map(({ key }) => key),
      ['notes/café + 100% "quoted" 😀.txt'],
    );
  });

  for (const [name, eventName] of [
    ["multipart-upload", "ObjectCreated:CompleteMultipartUpload"],
    ["delete", "ObjectRemoved:Delete"],
    ["delete-marker-created", "ObjectRemoved:DeleteMarkerCreated"],
    ["lifecycle-expiration", "LifecycleExpiration:Delete"],
    ["restore-completed", "ObjectRestore:Completed"],
  ] as const) {
    it(`takes ${eventName} as a change of its object`, async () => {
      const { changes, ignored } = parseEvent(await readEvent(name));

      assert.deepEqual(
        changes.map((change) => change.eventName),
        [eventName],
      );
      assert.deepEqual(ignored, []);
    });
  }

  it("does without a sequencer", async () => {
    const { changes } = parseEvent(await readEvent("restore-completed"));

    assert.equal(changes[0]?.sequencer, undefined);
  });

  it("reads several messages and several records in their order", async () => {
    const { changes } = parseEvent(await readEvent("two-objects"));

    assert.deepEqual(
      changes.map(({ key }) => key),
      ["one.txt", "two.txt", "three.txt"],
    );
  });

  for (const [name, why] of [
    ["test-event", /test event/],
    [
      "tagging",
      /ObjectTagging:Put of .*reports\/summary\.md: this kind of event changes no content/,
    ],
    ["folder", /reports\/: a key that ends in \/ is a folder/],
  ] as const) {
    it(`ignores the ${name} and says why`, async () => {
      const { changes, ignored } = parseEvent(await readEvent(name));

      assert.deepEqual(changes, []);
      assert.equal(ignored.length, 1);
      assert.match(ignored[0] ?? "", why);
    });
  }

  it("ignores S3's test event that was sent without SNS", () => {
    assert.equal(parseEvent({ Service: "Amazon S3", Event: "s3:TestEvent" }).ignored.length, 1);
  });

  for (const [what, event, path] of [
    ["no event", undefined, "event"],
    ["an event without records", {}, "event.Records"],
    ["a message that is no JSON", snsEvent("{"), "event.Records[0].Sns.Message"],
    ["a message of another kind", snsEvent("{}"), "event.Records[0].Sns.Message.Records"],
    [
      "a record of another kind",
      snsEvent('{"Records":[{"eventName":"ObjectCreated:Put"}]}'),
      "event.Records[0].Sns.Message.Records[0].eventTime",
    ],
  ] as const) {
    it(`refuses ${what} and names the place`, () => {
      assert.throws(
        () => parseEvent(event),
        (error) => error instanceof MalformedEventError && error.path === path,
      );
    });
  }

  it("refuses a key that cannot be decoded", async () => {
    const event = JSON.parse(JSON.stringify(await readEvent("bare-s3")).replace("summary", "%ZZ"));

    assert.throws(() => parseEvent(event), {
      name: "MalformedEventError",
      path: "event.Records[0].s3.object.key",
    });
  });
});

describe("createEvent", () => {
  it("is read as what it was made of, whatever the key is", () => {
    const shape = {
      eventName: fc.constantFrom("ObjectCreated:Put", "ObjectRemoved:Delete"),
      bucket: fc.constantFrom("documents", "others"),
      key: fc
        .string({ unit: "grapheme", minLength: 1 })
        .filter((key) => key.isWellFormed() && !key.endsWith("/")),
      occurredAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") }),
      sequencer: fc.option(fc.constant("0065F1A2B3"), { nil: undefined }),
    };
    const change = fc.record(shape, { noNullPrototype: true });

    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const message = JSON.stringify(createEvent(changes));
        for (const event of [JSON.parse(message), { Records: [{ Sns: { Message: message } }] }]) {
          assert.deepEqual(parseEvent(event), { changes, ignored: [] });
        }
      }),
    );
  });
});
