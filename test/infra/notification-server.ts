/** Takes S3's answers by bucket and gives an address that answers GetBucketNotificationConfiguration with them. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface NotificationServer {
  readonly url: string;
  /** The paths asked for, with their query. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** A configuration as S3 writes it, from test/fixtures/notifications. */
export function recorded(name: "four-destinations" | "none"): Answer {
  const path = new URL(`../fixtures/notifications/${name}.xml`, import.meta.url);
  return { status: 200, body: readFileSync(path, "utf8") };
}

/** An error as S3 writes it: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function refused(status: number, code: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>${code} it is.</Message></Error>` };
}

export async function startNotificationServer(
  answers: Readonly<Record<string, Answer>>,
): Promise<NotificationServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    requests.push(url.pathname + url.search);
    const answer = answers[url.pathname.replaceAll("/", "")] ?? refused(404, "NoSuchBucket");
    response.writeHead(answer.status, { "content-type": "application/xml" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
