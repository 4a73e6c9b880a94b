/** The address of a table's rows, as PostgREST reads it → the query for them. */

/** https://docs.postgrest.org/en/stable/references/api/tables_views.html#operators */
const operators: Readonly<Record<string, string>> = { eq: "=", neq: "<>", gt: ">" };

/**
 * Reads `/rest/v1/TABLE?select=a,b&c=eq.1&d=gt.2&order=d.asc&limit=100`; gives nothing for any other address.
 * The query gives one JSON array.
 */
export function parseSelection(
  url: URL,
): { readonly sql: string; readonly parameters: string[] } | undefined {
  const table = /^\/rest\/v1\/(\w+)$/.exec(url.pathname)?.[1];
  const { select, order, limit, ...filters } = Object.fromEntries(url.searchParams);
  const column = /^(\w+)\.asc$/.exec(order ?? "")?.[1];
  const conditions = Object.entries(filters).map(([name, condition]) => {
    const [, operator = "", value = ""] = /^(\w+)\.(.*)$/s.exec(condition) ?? [];
    return { name, operator: operators[operator], value };
  });
  const isRead =
    /^\w+(,\w+)*$/.test(select ?? "") &&
    /^\d+$/.test(limit ?? "") &&
    conditions.every(({ name, operator }) => /^\w+$/.test(name) && operator !== undefined);
  if (table === undefined || column === undefined || !isRead) return undefined;
  const where = conditions.map(({ name, operator }, index) => `${name} ${operator} $${index + 1}`);
  return {
    sql: `select coalesce(json_agg(selected), '[]') from (
      select ${select} from public.${table} where ${["true", ...where].join(" and ")}
      order by ${column} limit ${limit}) as selected`,
    parameters: conditions.map(({ value }) => value),
  };
}
