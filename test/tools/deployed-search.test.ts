import assert from "node:assert/strict";
import { type Answer, type Server, serve } from "../../local/serve.ts";
import { findSearchFunction, NoSearchFunctionError } from "../../tools/deployed-search.ts";
import { type Run, runTool } from "./run-tool.ts";

const MATCH = {
  id: "a",
  content: "Green tea wants water of 70 degrees.",
  key: "notes/tea.md",
  metadata: { chunk: { index: 0, count: 1 } },
  similarity: 0.61234,
  score: 1,
  snippet: "Green tea wants water of 70 degrees.",
  neighbours: [],
};

describe("npm run search -- --function", () => {
  let server: Server;
  let answer: Answer;
  const asked: { path: string; question: unknown }[] = [];
  before(async () => {
    server = await serve(async (request) => {
      const { pathname } = new URL(request.url);
      asked.push({ path: pathname, question: JSON.parse(await request.clone().text()) });
      return answer(request);
    });
  });
  after(() => server.close());
  afterEach(() => asked.splice(0));

  /** The real SDK, pointed at a Lambda of this process. */
  function search(...words: string[]): Promise<Run> {
    return runTool("local/search.ts", ["--function", "proofmark-dev-embedding-search", ...words], {
      AWS_ENDPOINT_URL_LAMBDA: server.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_MAX_ATTEMPTS: "1",
    });
  }

  it("asks the function and shows its matches as those of a local search", async () => {
    answer = async () => Response.json([MATCH]);

    const run = await search("--count", "3", "how hot should", "a brew be?");

    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(
      run.stdout,
      [
        "",
        "  1.  0.612  notes/tea.md, chunk 1 of 1",
        "              Green tea wants water of 70 degrees.",
        "",
      ].join("\n"),
    );
    assert.deepEqual(asked, [
      {
        path: "/2015-03-31/functions/proofmark-dev-embedding-search/invocations",
        question: { question: "how hot should a brew be?", count: 3 },
      },
    ]);
  });

  it("asks for no more than what it is narrowed to", async () => {
    answer = async () => Response.json([]);

    const run = await search(
      ...["--prefix", "notes/", "--from", "2026-01-01", "--before", "2026-02-01T00:00:00Z"],
      ...["--filter", '{"user": {"team": "hr"}}', "--neighbours", "1", "tea"],
    );

    assert.deepEqual(
      asked.map(({ question }) => question),
      [
        {
          question: "tea",
          count: 5,
          keyPrefix: "notes/",
          modifiedFrom: "2026-01-01",
          modifiedBefore: "2026-02-01T00:00:00Z",
          filter: { user: { team: "hr" } },
          neighbours: 1,
        },
      ],
    );
    assert.match(run.stdout, /^Nothing that is stored is of what was asked for\.$/m);
  });

  for (const [words, message] of [
    [["--filter", "team=hr", "tea"], /^--filter must be JSON as .*, not team=hr$/m],
    [["--from", "May", "tea"], /modifiedFrom: expected a time as 2026-11-28/],
    [["--count", "many", "tea"], /count: expected a whole number from 1 to 100/],
  ] as const) {
    it(`refuses ${words.slice(0, 2).join(" ")} before it asks`, async () => {
      const run = await search(...words);

      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, message);
      assert.deepEqual(asked, []);
    });
  }

  it("gives the matches as JSON", async () => {
    answer = async () => Response.json([MATCH]);

    const run = await search("--json", "tea");

    assert.deepEqual(JSON.parse(run.stdout), [MATCH]);
  });

  it("says what is to be done where nothing is stored", async () => {
    answer = async () => Response.json([]);

    assert.equal((await search("tea")).stdout, "Nothing is stored yet: upload a document\n");
  });

  for (const [what, respond, message] of [
    [
      "the function's error as its message",
      () =>
        Response.json(
          { errorType: "StoreKeyError", errorMessage: "Supabase refused the key", trace: ["at x"] },
          { headers: { "x-amz-function-error": "Unhandled" } },
        ),
      /^proofmark-dev-embedding-search: Supabase refused the key\n$/,
    ],
    [
      "what Lambda says of a function that is not there",
      () =>
        Response.json(
          { Message: "Function not found" },
          { status: 404, headers: { "x-amzn-errortype": "ResourceNotFoundException" } },
        ),
      /^proofmark-dev-embedding-search: Function not found\n$/,
    ],
    [
      "that another function answered",
      () => Response.json({ statusCode: 200 }),
      /it answers otherwise than this version's function\n$/,
    ],
  ] as const) {
    it(`shows ${what}, in one line`, async () => {
      answer = async () => respond();

      const run = await search("tea");

      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, message);
      assert.equal(run.stdout, "");
    });
  }
});

describe("findSearchFunction", () => {
  const outputs = (json: string) => async () => json;

  it("takes the name from the stack's output", async () => {
    const pulumi = outputs('{"searchFunctionName":"acme-dev-embedding-search","topicArn":"arn"}');

    assert.equal(await findSearchFunction(pulumi, "dev"), "acme-dev-embedding-search");
  });

  for (const json of ["{}", '{"searchFunctionName":null}']) {
    it(`says how to deploy one where the outputs are ${json}`, async () => {
      await assert.rejects(findSearchFunction(outputs(json), "dev"), (error) => {
        assert.ok(error instanceof NoSearchFunctionError);
        assert.match(error.message, /^Stack dev has no search function\. Deploy it with pulumi up/);
        return true;
      });
    });
  }
});
