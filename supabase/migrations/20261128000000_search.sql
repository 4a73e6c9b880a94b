-- Search by meaning and by words at once. The words need an index; they are taken as they are written ('simple'),
-- since documents come in any language. Each row goes into the index at once: while rows wait to be put there by a
-- vacuum, the planner takes reading all of them for cheaper, and makes the words of every row anew for each word.
-- https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE
create index if not exists content_embeddings_words
  on public.content_embeddings using gin (to_tsvector('simple', content)) with (fastupdate = off);

-- The metadata of a content row as the piece of this number (from 1) of an object of so many; `own` is what the row
-- has whoever holds it: the model and the tokens.
create function public.placed_metadata(object_metadata jsonb, bucket text, number bigint, count integer, own jsonb)
returns jsonb
language sql immutable security invoker
set search_path = ''
as $$
  select (object_metadata - 'places')
    || coalesce(object_metadata -> 'places' -> (number - 1)::integer, '{}')
    || jsonb_build_object(
      'bucket', bucket,
      'model', own -> 'model',
      'tokens', own -> 'tokens',
      'chunk', jsonb_build_object('index', number - 1, 'count', count)
    );
$$;

-- After objects changed what they hold: deletes the content that no object holds any more, and puts the
-- rest under the first object that holds it. The caller has locked the rows.
create or replace function public.settle_content(ids text[])
returns void
language sql volatile security invoker
set search_path = ''
as $$
  with place as (
    select distinct on (piece.id)
      piece.id, piece.number, o.bucket, o.key, o.metadata, cardinality(o.content_ids) as count
    from public.source_objects o
    cross join lateral unnest(o.content_ids) with ordinality as piece (id, number)
    where o.content_ids && settle_content.ids and piece.id = any (settle_content.ids)
    order by piece.id, o.bucket collate "C", o.key collate "C", piece.number
  ),
  placed as (
    select c.id, place.key,
      public.placed_metadata(place.metadata, place.bucket, place.number, place.count, c.metadata) as metadata
    from place join public.content_embeddings c on c.id = place.id
  ),
  moved as (
    update public.content_embeddings c
    set key = placed.key, metadata = placed.metadata
    from placed
    where c.id = placed.id and (c.key, c.metadata) is distinct from (placed.key, placed.metadata)
  )
  delete from public.content_embeddings c
  where c.id = any (settle_content.ids)
    and not exists (select from place where place.id = c.id);
$$;

-- Whether a search is for what an object holds: `filter` is contained in its metadata and its bucket. The model in
-- the filter is the content's.
create function public.is_wanted_object(
  bucket text, key text, metadata jsonb, object_modified_at timestamptz,
  filter jsonb, key_prefix text, modified_from timestamptz, modified_before timestamptz
)
returns boolean
language sql immutable security invoker
set search_path = ''
as $$
  select (key_prefix is null or starts_with(key, key_prefix))
    and (modified_from is null or object_modified_at >= modified_from)
    and (modified_before is null or object_modified_at < modified_before)
    and (metadata - 'places') || jsonb_build_object('bucket', bucket) @> (filter - 'model');
$$;

-- The words of a question that can find something, each with its weight: the rarer, the heavier (the inverse document
-- frequency of BM25, https://en.wikipedia.org/wiki/Okapi_BM25), and the weight of all words of the question together.
-- Each row that has one of them is read, so the rarest come first, until they are in 1,000 rows together: what is in more
-- tells little.
create function public.question_words(question text)
returns table (word tsquery, weight double precision, question_weight double precision)
language sql stable security invoker
set search_path = ''
as $$
  with size as (
    -- The statistics know a large table's size, a count a small one's.
    select greatest(
      (select t.reltuples from pg_catalog.pg_class t where t.oid = 'public.content_embeddings'::regclass),
      (select count(*) from (select from public.content_embeddings limit 1000) as counted)
    ) as rows
  ),
  counted as (
    select lexeme.word, (
      select count(*) from (
        select from public.content_embeddings c
        where to_tsvector('simple', c.content) @@ lexeme.word limit 1001
      ) as found
    ) as frequency
    from (
      -- A lexeme as a query: in quotes, which are doubled in it, as backslashes are.
      select ('''' || replace(replace(l.lexeme, '\', '\\'), '''', '''''') || '''')::tsquery as word
      from unnest(to_tsvector('simple', question)) as l
      order by length(l.lexeme) desc limit 64
    ) as lexeme
  ),
  weighted as (
    select counted.word, counted.frequency,
      ln(1 + (greatest(size.rows, counted.frequency) - counted.frequency + 0.5) / (counted.frequency + 0.5)) as weight,
      sum(counted.frequency) over (order by counted.frequency, counted.word) as frequencies
    from counted cross join size
  )
  select weighted.word, weighted.weight, sum(weighted.weight) over () as question_weight
  from weighted
  where weighted.frequencies <= 1000;
$$;

-- What answers a question, best first: the nearest by meaning and those with its words, fused by reciprocal rank
-- (https://plg.uwaterloo.ca/~gvcormac/cormacksigir09-rrf.pdf). Beside the meaning a rank by words counts as much as the row
-- has of what the question's words weigh: a question that is put in other words than its answer shares only common words
-- with anything.
--   vector_weight, text_weight   0 leaves one of the two out
--   filter                       contained in the metadata (or bucket) of an object that holds the content; and its model
--   neighbour_count              how many chunks before and behind each come with it
-- `key` and `metadata` are of the first object that is wanted. `score` is 1 for what is first in both and has all words,
-- `similarity` is that of match_content, `snippet` is HTML: escaped, with the words in <mark>.
create function public.search_content(
  query_text text,
  query_embedding extensions.vector,
  match_count integer default 10,
  filter jsonb default '{}',
  key_prefix text default null,
  modified_from timestamptz default null,
  modified_before timestamptz default null,
  vector_weight double precision default 1,
  text_weight double precision default 1,
  neighbour_count integer default 0
)
returns table (
  id text, content text, key text, metadata jsonb,
  similarity double precision, score double precision, snippet text, neighbours jsonb
)
language plpgsql stable security invoker
set search_path = ''
-- An HNSW scan ends after ef_search (40) rows, before the filter: go on until there are enough.
set hnsw.iterative_scan = 'strict_order'
as $$
#variable_conflict use_column
declare
  -- RRF's k. The usual 60 leaves a first rank little before a tenth; docs/search.md has what was measured.
  smoothing constant double precision := 20;
  depth constant integer := greatest(match_count, 50);
  is_narrowed constant boolean :=
    key_prefix is not null or modified_from is not null or modified_before is not null or filter - 'model' <> '{}';
  max_wanted constant integer := 20000;
  wanted_ids text[];  -- null: all, or too many to name
begin
  if is_narrowed then
    select coalesce(array_agg(distinct piece.id), '{}') into wanted_ids
    from (
      select unnest(o.content_ids) as id from public.source_objects o
      where o.status = 'embedded' and public.is_wanted_object(
        o.bucket, o.key, o.metadata, o.object_modified_at, filter, key_prefix, modified_from, modified_before
      )
      limit max_wanted + 1
    ) as piece;
    if cardinality(wanted_ids) > max_wanted then
      wanted_ids := null;
    end if;
  end if;

  return query
  with close as (
    -- By the index, which may give up before it has found enough of what is rare …
    (
      select c.id, c.embedding operator(extensions.<#>) query_embedding as distance
      from public.content_embeddings c
      where wanted_ids is null and vector_weight > 0
        and (not filter ? 'model' or c.metadata -> 'model' = filter -> 'model')
        and (not is_narrowed or exists (
          select from public.source_objects o
          where o.content_ids @> array[c.id] and public.is_wanted_object(
            o.bucket, o.key, o.metadata, o.object_modified_at, filter, key_prefix, modified_from, modified_before
          )
        ))
      order by c.embedding operator(extensions.<#>) query_embedding
      limit depth
    )
    union all
    -- … so what is wanted is compared one by one where that is little.
    (
      select c.id, c.embedding operator(extensions.<#>) query_embedding as distance
      from unnest(wanted_ids) as wanted (id)
      join public.content_embeddings c on c.id = wanted.id
      where vector_weight > 0 and (not filter ? 'model' or c.metadata -> 'model' = filter -> 'model')
      order by distance
      limit depth
    )
  ),
  near as (
    select close.id, row_number() over (order by close.distance, close.id) as rank from close
  ),
  words as materialized (
    select * from public.question_words(query_text)
  ),
  candidates as materialized (
    select c.id, to_tsvector('simple', c.content) as document
    from public.content_embeddings c
    where text_weight > 0
      and to_tsvector('simple', c.content) @@ (select string_agg(words.word::text, ' | ')::tsquery from words)
      and (not filter ? 'model' or c.metadata -> 'model' = filter -> 'model')
      and (wanted_ids is null or c.id in (select unnest(wanted_ids)))
      and (not is_narrowed or wanted_ids is not null or exists (
        select from public.source_objects o
        where o.content_ids @> array[c.id] and public.is_wanted_object(
          o.bucket, o.key, o.metadata, o.object_modified_at, filter, key_prefix, modified_from, modified_before
        )
      ))
  ),
  worded as (
    select found.id, found.share, row_number() over (order by found.weight desc, found.id) as rank
    from (
      -- ts_rank of one word goes up with its occurrences, ever less, as BM25's does.
      select candidates.id,
        sum(words.weight * ts_rank(candidates.document, words.word, 1)) as weight,
        case when vector_weight > 0 then sum(words.weight) / min(words.question_weight) else 1 end as share
      from candidates join words on candidates.document @@ words.word
      group by candidates.id
      order by weight desc, candidates.id
      limit depth
    ) as found
  ),
  fused as (
    select id, worded.rank as text_rank, (smoothing + 1) / nullif(vector_weight + text_weight, 0) * (
      coalesce(vector_weight / (smoothing + near.rank), 0)
      + coalesce(text_weight * worded.share / (smoothing + worded.rank), 0)
    ) as score
    from near full join worded using (id)
    order by score desc, worded.rank, id
    limit match_count
  )
  select c.id, c.content, coalesce(holder.key, c.key), coalesce(holder.metadata, c.metadata),
    -(c.embedding operator(extensions.<#>) query_embedding), fused.score,
    ts_headline(
      'simple',
      replace(replace(replace(c.content, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
      -- What is in more than a third of the rows, as "the" is, is marked only where there is nothing else.
      coalesce(
        (select string_agg(words.word::text, ' | ')::tsquery from words where words.weight > ln(3)),
        plainto_tsquery('simple', query_text)
      ),
      'StartSel=<mark>, StopSel=</mark>, MaxFragments=2, MaxWords=30, MinWords=15, ShortWord=0, FragmentDelimiter=" … "'
    ),
    coalesce(around.neighbours, '[]')
  from fused
  join public.content_embeddings c on c.id = fused.id
  left join lateral (
    select o.key, o.content_ids, array_position(o.content_ids, c.id) as number,
      public.placed_metadata(
        o.metadata, o.bucket, array_position(o.content_ids, c.id), cardinality(o.content_ids), c.metadata
      ) as metadata
    from public.source_objects o
    where o.content_ids @> array[c.id] and public.is_wanted_object(
      o.bucket, o.key, o.metadata, o.object_modified_at, filter, key_prefix, modified_from, modified_before
    )
    order by o.bucket collate "C", o.key collate "C"
    limit 1
  ) as holder on true
  left join lateral (
    select jsonb_agg(
      jsonb_build_object('index', piece.number - 1, 'id', n.id, 'content', n.content) order by piece.number
    ) as neighbours
    from generate_series(holder.number - neighbour_count, holder.number + neighbour_count) as piece (number)
    join public.content_embeddings n on n.id = holder.content_ids[piece.number]
    where piece.number <> holder.number
  ) as around on neighbour_count > 0
  order by fused.score desc, fused.text_rank, c.id;
end
$$;

revoke all on function
  public.placed_metadata, public.is_wanted_object, public.question_words, public.search_content
from public, anon, authenticated;
grant execute on function
  public.placed_metadata, public.is_wanted_object, public.question_words, public.search_content
to service_role;

-- What of the schema the Data API does not show, for `npm run doctor`: which version of it is there, for
-- vectors of how many dimensions, and who may do what. A later migration replaces this function, since the
-- version in it is that of the newest migration.
create or replace function public.schema_state()
returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  with wanted (kind, name) as (
    values
      ('table', 'content_embeddings'), ('table', 'source_objects'),
      ('function', 'known_content'), ('function', 'store_content'), ('function', 'settle_content'),
      ('function', 'object_revision'),
      ('function', 'record_object'), ('function', 'replace_object'), ('function', 'remove_object'),
      ('function', 'reject_object'), ('function', 'match_content'), ('function', 'prune_content'),
      ('function', 'placed_metadata'), ('function', 'is_wanted_object'), ('function', 'question_words'),
      ('function', 'search_content'), ('function', 'schema_state')
  ),
  object as (
    select wanted.kind, wanted.name, t.oid as table_id, t.relrowsecurity, p.oid as function_id
    from wanted
    left join pg_catalog.pg_class t
      on wanted.kind = 'table' and t.relnamespace = 'public'::regnamespace and t.relname = wanted.name
    left join pg_catalog.pg_proc p
      on wanted.kind = 'function' and p.pronamespace = 'public'::regnamespace and p.proname = wanted.name
  )
  select jsonb_build_object(
    'version', '20261128000000',
    'role', current_user,
    'bypasses_rls', (select r.rolbypassrls from pg_catalog.pg_roles r where r.rolname = current_user),
    -- pgvector keeps a column's dimensions as its type modifier.
    'dimensions', (
      select a.atttypmod from pg_catalog.pg_attribute a
      where a.attrelid = to_regclass('public.content_embeddings') and a.attname = 'embedding'
    ),
    'pgvector', (select e.extversion from pg_catalog.pg_extension e where e.extname = 'vector'),
    'objects', (
      select jsonb_agg(jsonb_build_object(
        'kind', object.kind,
        'name', object.name,
        'present', coalesce(object.table_id, object.function_id) is not null,
        'rls', object.relrowsecurity,
        'granted', case object.kind
          when 'table' then
            has_table_privilege(object.table_id, 'select')
            and has_table_privilege(object.table_id, 'insert')
            and has_table_privilege(object.table_id, 'update')
            and has_table_privilege(object.table_id, 'delete')
          else has_function_privilege(object.function_id, 'execute')
        end,
        -- The roles of the keys that are public.
        'exposed_to', array(
          select r.rolname from pg_catalog.pg_roles r
          where r.rolname in ('anon', 'authenticated') and case object.kind
            when 'table' then
              has_table_privilege(r.oid, object.table_id, 'select, insert, update, delete, truncate')
              or has_any_column_privilege(r.oid, object.table_id, 'select, insert, update')
            else has_function_privilege(r.oid, object.function_id, 'execute')
          end
          order by r.rolname
        )
      ) order by object.kind desc, object.name)
      from object
    )
  );
$$;

revoke all on function public.schema_state from public, anon, authenticated;
grant execute on function public.schema_state to service_role;
