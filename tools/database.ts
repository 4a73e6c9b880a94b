/** A database's address → a session with it for the migrations. */
import pg from "pg";
import { reason } from "../function/errors.ts";
import type { Connection } from "../supabase/migrations.ts";
import type { DatabaseAddress } from "./database-url.ts";

export interface DatabaseSession extends Connection {
  close(): Promise<void>;
}

export class DatabaseUnreachableError extends Error {
  override readonly name = "DatabaseUnreachableError";
  constructor({ host, port }: DatabaseAddress, cause: unknown) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    super(
      `No connection to the database at ${host}:${port}: ${reason(cause) || code}. ${adviceFor(code, host)}`,
      { cause },
    );
  }
}

/** Connects within 15 seconds. @throws {DatabaseUnreachableError} */
export async function openDatabaseSession(address: DatabaseAddress): Promise<DatabaseSession> {
  const client = new pg.Client({
    ...address,
    application_name: "embedding-processor",
    connectionTimeoutMillis: 15_000,
  });
  // What breaks between two statements is reported by the next one; without a listener it would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (cause) {
    throw new DatabaseUnreachableError(address, cause);
  }
  return {
    exec: (sql) => client.query(sql),
    query: (sql, parameters) => client.query(sql, parameters),
    close: () => client.end(),
  };
}

function adviceFor(code: string, host: string): string {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return "Its certificate is for another name: use the address that Supabase shows under Connect.";
  }
  if (/CERT|SIGNATURE|ISSUER/.test(code)) {
    return (
      "Its certificate is signed by an authority that is not known here: get the certificate of that " +
      "authority (Supabase: Database Settings, SSL Configuration) and set NODE_EXTRA_CA_CERTS to its path."
    );
  }
  if (/^db\..*\.supabase\.co$/.test(host) && /ENOTFOUND|UNREACH|TIMEDOUT|^$/.test(code)) {
    return "This address has IPv6 only: use the session pooler's, which Supabase shows under Connect.";
  }
  // https://www.postgresql.org/docs/current/errcodes-appendix.html, class 28
  if (code.startsWith("28")) return "Check the user and the password in the address.";
  return "Check the host and port, that the project is not paused, and that the database takes TLS.";
}
