/** A connection string → where to connect and as whom, with TLS that is verified wherever it leaves the machine. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, getCACertificates } from "node:tls";

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** False on the loopback interface, where a local Postgres has no certificate. */
  readonly ssl: ConnectionOptions | false;
}

/** Its message quotes nothing of the string: a password is in it. */
export class DatabaseUrlError extends Error {
  override readonly name = "DatabaseUrlError";
  constructor(problem: string) {
    super(
      `The database's address ${problem}; expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE, as ` +
        "Supabase shows it under Connect. In the password @ : / ? # [ ] % are written as %40 %3A and so on.",
    );
  }
}

/**
 * `sslmode` and other parameters of the string are not read: they could only weaken the connection.
 * @throws {DatabaseUrlError}
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = URL.parse(text);
  if (url === null) throw new DatabaseUrlError("cannot be read");
  if (url.protocol !== "postgresql:" && url.protocol !== "postgres:") {
    throw new DatabaseUrlError("does not begin with postgresql://");
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw new DatabaseUrlError("names no host");
  if (url.username === "") throw new DatabaseUrlError("names no user");
  return {
    host,
    port: Number(url.port || 5432),
    database: decode(url.pathname.slice(1)) || "postgres",
    user: decode(url.username),
    password: decode(url.password),
    ssl: isLoopback(host) ? false : { ca: trustedCertificates() },
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The cause would quote the part.
    throw new DatabaseUrlError("has a % that is not followed by two hexadecimal digits");
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/**
 * What Node trusts, NODE_EXTRA_CA_CERTS included, and the authority that Supabase signs its databases'
 * certificates with, which no system knows:
 * https://supabase-downloads.s3-ap-southeast-1.amazonaws.com/prod/ssl/prod-ca-2021.crt
 */
function trustedCertificates(): string[] {
  const supabase = readFileSync(new URL("supabase-root-2021.crt", import.meta.url), "utf8");
  return [...getCACertificates("default"), supabase];
}
