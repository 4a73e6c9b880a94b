import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { DatabaseUnreachableError, openDatabaseSession } from "../../tools/database.ts";
import { parseDatabaseUrl } from "../../tools/database-url.ts";

describe("openDatabaseSession", () => {
  it("sends nothing but the request for TLS to a server that has none", async () => {
    const received: Buffer[] = [];
    const server: Server = createServer((socket) => {
      socket.on("data", (data) => {
        received.push(data);
        socket.write("N");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const listening = server.address();
    const port = typeof listening === "object" && listening !== null ? listening.port : 0;
    const { ssl } = parseDatabaseUrl("postgresql://me@db.example.com");
    const here = parseDatabaseUrl(`postgresql://postgres:hunter2@127.0.0.1:${port}/postgres`);

    await assert.rejects(openDatabaseSession({ ...here, ssl }), (error) => {
      assert.ok(error instanceof DatabaseUnreachableError);
      assert.match(error.message, /does not support SSL.*that the database takes TLS/);
      return true;
    });

    // SSLRequest: https://www.postgresql.org/docs/current/protocol-message-formats.html
    assert.equal(Buffer.concat(received).toString("hex"), "0000000804d2162f");
    await new Promise((resolve) => server.close(resolve));
  });
});
