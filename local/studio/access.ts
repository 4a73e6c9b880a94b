/** A request to the studio → a refusal, where it comes from another page; and what browsers are told of ours. */

const loopbackHost = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/**
 * Gives a refusal for a request that another site's page made: under a name of its own that it let point to
 * this machine (the Host tells), or from its own origin (the Origin tells). Nothing else protects a server on the
 * loopback interface: every page in the user's browser can reach it.
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function refuseForeign({ headers }: Request): Response | undefined {
  const host = headers.get("host") ?? "";
  const origin = headers.get("origin");
  if (loopbackHost.test(host) && (origin === null || origin === `http://${host}`)) return undefined;
  const error = "The studio answers only its own page, at http://127.0.0.1 or http://localhost.";
  return Response.json({ error }, { status: 403 });
}

/** The page loads nothing but its own files and talks to nobody but its own server. */
const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

export function secure(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}
