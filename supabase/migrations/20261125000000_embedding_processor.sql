-- The tables that the embedding processor writes, and the functions that it writes them through: each
-- function is one transaction, so the tables are right after every step, whoever dies in between.

create schema if not exists extensions;
create extension if not exists vector with schema extensions;

do $$
declare
  found_in text := (
    select n.nspname from pg_catalog.pg_extension e
    join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'vector'
  );
begin
  if found_in <> 'extensions' then
    raise exception 'pgvector is installed in schema %, and the embedding processor looks for it in schema extensions', found_in
      using hint = 'alter extension vector set schema extensions;';
  end if;
  -- Loads pgvector's library: only then may a role that is no superuser name its settings, as below.
  perform '[0]'::extensions.vector;
end
$$;

-- One row per distinct content: a document that fits one chunk, or a chunk of a longer one.
-- The dimension is the model's; `npm run schema -- --model MODEL` prints this file for another one.
create table if not exists public.content_embeddings (
  id text primary key,                      -- SHA-256 of content, in hex: the same text is the same row
  content text not null,
  key text not null,                        -- of the first object, by bucket and key, that holds it
  embedding extensions.vector(768) not null,
  metadata jsonb not null default '{}',     -- bucket, contentType, title, model, tokens, chunk {index, count}
  created_at timestamptz not null default now()
);

-- Inner product, since the vectors are normalised: the same order as cosine, for less work.
create index if not exists content_embeddings_embedding
  on public.content_embeddings using hnsw (embedding extensions.vector_ip_ops);

-- One row per S3 object: what became of it, and which content it holds now.
create table public.source_objects (
  bucket text not null,
  key text not null,
  status text not null check (status in ('embedded', 'removed', 'rejected')),
  content_ids text[] not null default '{}', -- in chunk order; empty unless embedded
  error text,                               -- why it was rejected
  etag text,
  version_id text,
  object_modified_at timestamptz not null,
  sequencer text,
  revision bigint not null default 1,       -- goes up with every write
  metadata jsonb not null default '{}',     -- what the object's content rows share: contentType, title
  updated_at timestamptz not null default now(),
  primary key (bucket, key)
);

create index source_objects_content_ids on public.source_objects using gin (content_ids);

-- Which of these ids need no embedding. An array and not rows, since the Data API cuts rows at 1,000.
create function public.known_content(ids text[], model text)
returns text[]
language sql stable security invoker
set search_path = ''
as $$
  select coalesce(array_agg(c.id), '{}')
  from public.content_embeddings c
  where c.id = any (known_content.ids) and c.metadata ->> 'model' = known_content.model;
$$;

-- Keeps one embedding as soon as it is made, so that a retry goes on where the last try stopped.
-- Content that is already there keeps its key and place: replace_object settles those.
create function public.store_content(
  id text, content text, key text, embedding extensions.vector, metadata jsonb
)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  insert into public.content_embeddings as c (id, content, key, embedding, metadata)
  values (
    store_content.id, store_content.content, store_content.key,
    store_content.embedding, store_content.metadata
  )
  on conflict (id) do update set
    embedding = excluded.embedding,
    metadata = c.metadata || jsonb_build_object(
      'model', excluded.metadata -> 'model', 'tokens', excluded.metadata -> 'tokens'
    );
$$;

-- After objects changed what they hold: deletes the content that no object holds any more, and puts the
-- rest under the first object that holds it. The caller has locked the rows.
create function public.settle_content(ids text[])
returns void
language sql volatile security invoker
set search_path = ''
as $$
  with place as (
    select distinct on (piece.id)
      piece.id, o.bucket, o.key, o.metadata,
      piece.number - 1 as index, cardinality(o.content_ids) as count
    from public.source_objects o
    cross join lateral unnest(o.content_ids) with ordinality as piece (id, number)
    where o.content_ids && settle_content.ids and piece.id = any (settle_content.ids)
    order by piece.id, o.bucket collate "C", o.key collate "C", piece.number
  ),
  placed as (
    select c.id, place.key, place.metadata || jsonb_build_object(
      'bucket', place.bucket,
      'model', c.metadata -> 'model',
      'tokens', c.metadata -> 'tokens',
      'chunk', jsonb_build_object('index', place.index, 'count', place.count)
    ) as metadata
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

-- How often the object's row was written; for replace_object and the others to tell whether it was since.
create function public.object_revision(bucket text, key text)
returns bigint
language sql stable security invoker
set search_path = ''
as $$
  select coalesce((
    select o.revision from public.source_objects o
    where o.bucket = object_revision.bucket and o.key = object_revision.key
  ), 0);
$$;

-- Writes what became of one object, unless something newer is known of it. Returns one of
--   {"outcome": "superseded"}               what is stored is newer: nothing was changed
--   {"outcome": "incomplete", "missing": …} these ids are not (or no longer) there: nothing was changed
--   {"outcome": "unchanged"}                it held the same content before
--   {"outcome": "stored"}
create function public.record_object(
  bucket text, key text, status text, content_ids text[], model text, error text,
  etag text, version_id text, object_modified_at timestamptz, sequencer text, seen_revision bigint,
  metadata jsonb
)
returns jsonb
language plpgsql volatile security invoker
set search_path = ''
set statement_timeout = '60s'
as $$
declare
  stored public.source_objects;
  sequencer_length integer;
  is_older boolean;
  affected_ids text[];
  locked_ids text[];
  known_ids text[];
  missing_ids text[];
begin
  -- One writer per object. A row lock would not do: the row may not be there yet.
  perform pg_advisory_xact_lock(hashtextextended(record_object.bucket || '/' || record_object.key, 0));

  select * into stored from public.source_objects o
  where o.bucket = record_object.bucket and o.key = record_object.key;

  -- The sequencer decides where both have one: Last-Modified of a multipart upload is the time it was begun,
  -- so an object that was completed last may carry the earlier time.
  -- https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
  -- Sequencers compare as text, the shorter one padded with zeros on the right.
  -- https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
  -- S3 gives one to each of its own events, so what is stored without one is never newer than such an event.
  -- An event of somebody else counts if nothing was written since before its object was read; of a caller
  -- who has not looked before, the time decides, in the whole seconds that Last-Modified has.
  sequencer_length := greatest(length(stored.sequencer), length(record_object.sequencer));
  is_older := case
    when record_object.sequencer is not null then
      rpad(upper(record_object.sequencer), sequencer_length, '0') collate "C"
      < rpad(upper(stored.sequencer), sequencer_length, '0') collate "C"
    when record_object.seen_revision is not null then
      record_object.seen_revision <> coalesce(stored.revision, 0)
    else
      date_trunc('second', record_object.object_modified_at)
      < date_trunc('second', stored.object_modified_at)
  end;
  if is_older then
    return jsonb_build_object('outcome', 'superseded');
  end if;

  -- The rows are locked, in one order for all, before anything is decided on them: a removal of another
  -- object that shares content then either sees this object's row or has deleted the content already.
  -- Only what was locked counts. A row that was deleted and made again in this moment is not locked, and
  -- could be deleted once more before this transaction ends: it is missing.
  affected_ids := coalesce(stored.content_ids, '{}') || record_object.content_ids;
  select
    coalesce(array_agg(locked.id), '{}'),
    coalesce(array_agg(locked.id) filter (where locked.model = record_object.model), '{}')
  into locked_ids, known_ids
  from (
    select c.id, c.metadata ->> 'model' as model
    from public.content_embeddings c
    where c.id = any (affected_ids) order by c.id for update
  ) as locked;

  select array_agg(wanted.id) into missing_ids
  from unnest(record_object.content_ids) as wanted (id)
  where wanted.id <> all (known_ids);
  if missing_ids is not null then
    return jsonb_build_object('outcome', 'incomplete', 'missing', to_jsonb(missing_ids));
  end if;

  insert into public.source_objects as o (
    bucket, key, status, content_ids, error, etag, version_id, object_modified_at, sequencer, metadata
  )
  values (
    record_object.bucket, record_object.key, record_object.status, record_object.content_ids,
    record_object.error, record_object.etag, record_object.version_id,
    record_object.object_modified_at, record_object.sequencer, record_object.metadata
  )
  on conflict on constraint source_objects_pkey do update set
    status = excluded.status,
    content_ids = excluded.content_ids,
    error = excluded.error,
    etag = excluded.etag,
    version_id = excluded.version_id,
    object_modified_at = excluded.object_modified_at,
    sequencer = coalesce(excluded.sequencer, o.sequencer),
    revision = o.revision + 1,
    metadata = excluded.metadata,
    updated_at = now();

  perform public.settle_content(locked_ids);

  return jsonb_build_object('outcome', case
    when stored.status = record_object.status
      and stored.content_ids = record_object.content_ids
      and stored.error is not distinct from record_object.error
    then 'unchanged' else 'stored'
  end);
end
$$;

-- The object holds exactly this content now. What only its former version held is deleted.
create function public.replace_object(
  bucket text, key text, content_ids text[], model text, metadata jsonb,
  etag text, version_id text, object_modified_at timestamptz, sequencer text,
  seen_revision bigint default null
)
returns jsonb
language sql volatile security invoker
set search_path = ''
set statement_timeout = '60s'
as $$
  select public.record_object(
    bucket, key, 'embedded', content_ids, model, null,
    etag, version_id, object_modified_at, sequencer, seen_revision, metadata
  );
$$;

-- The object is gone. Its row stays as a tombstone, so that a late event cannot bring it back.
create function public.remove_object(
  bucket text, key text, object_modified_at timestamptz, sequencer text,
  seen_revision bigint default null
)
returns jsonb
language sql volatile security invoker
set search_path = ''
set statement_timeout = '60s'
as $$
  select public.record_object(
    bucket, key, 'removed', '{}', null, null, null, null, object_modified_at, sequencer,
    seen_revision, '{}'
  );
$$;

-- The object can't be embedded, for this reason. What its former version held is deleted.
create function public.reject_object(
  bucket text, key text, error text, metadata jsonb,
  etag text, version_id text, object_modified_at timestamptz, sequencer text,
  seen_revision bigint default null
)
returns jsonb
language sql volatile security invoker
set search_path = ''
set statement_timeout = '60s'
as $$
  select public.record_object(
    bucket, key, 'rejected', '{}', null, error,
    etag, version_id, object_modified_at, sequencer, seen_revision, metadata
  );
$$;

-- The nearest content by similarity (1 is the same direction), best first. `filter` is contained in the
-- row's metadata; name the model in it, since vectors of different models have nothing to do with each other.
create function public.match_content(
  query_embedding extensions.vector,
  match_count integer default 10,
  match_threshold double precision default -1,
  filter jsonb default '{}'
)
returns table (id text, content text, key text, metadata jsonb, similarity double precision)
language sql stable security invoker
set search_path = ''
-- An HNSW scan ends after ef_search (40) rows, before the filter: go on until match_count are found.
set hnsw.iterative_scan = 'strict_order'
as $$
  select nearest.id, nearest.content, nearest.key, nearest.metadata, nearest.similarity
  from (
    select c.id, c.content, c.key, c.metadata,
      -(c.embedding operator(extensions.<#>) match_content.query_embedding) as similarity
    from public.content_embeddings c
    where c.metadata @> match_content.filter
    order by c.embedding operator(extensions.<#>) match_content.query_embedding
    limit match_content.match_count
  ) as nearest
  where nearest.similarity >= match_content.match_threshold
  order by nearest.similarity desc;
$$;

-- Deletes what documents that never finished have left behind; returns how many rows.
create function public.prune_content(older_than interval default '1 day')
returns integer
language plpgsql volatile security invoker
set search_path = ''
set statement_timeout = '10min'
as $$
declare
  pruned_ids text[];
begin
  -- Locked first and judged after, as in record_object. Rows without a model are not this program's.
  select array_agg(leftover.id) into pruned_ids from (
    select c.id from public.content_embeddings c
    where c.created_at < now() - prune_content.older_than
      and c.metadata ? 'model'
      and not exists (select from public.source_objects o where o.content_ids @> array[c.id])
    order by c.id
    for update
  ) as leftover;
  perform public.settle_content(pruned_ids);
  return (
    select count(*) from unnest(pruned_ids) as pruned (id)
    where not exists (select from public.content_embeddings c where c.id = pruned.id)
  );
end
$$;

-- Nobody but the function: since 30 October 2026 Supabase grants nothing on new tables by itself, and
-- Postgres still lets PUBLIC execute new functions.
alter table public.content_embeddings enable row level security;
alter table public.source_objects enable row level security;

revoke all on public.content_embeddings, public.source_objects from public, anon, authenticated;
grant select, insert, update, delete on public.content_embeddings, public.source_objects to service_role;

revoke all on function
  public.known_content, public.store_content, public.settle_content, public.record_object,
  public.object_revision,
  public.replace_object, public.remove_object, public.reject_object,
  public.match_content, public.prune_content
from public, anon, authenticated;
grant execute on function
  public.known_content, public.store_content, public.settle_content, public.record_object,
  public.object_revision,
  public.replace_object, public.remove_object, public.reject_object,
  public.match_content, public.prune_content
to service_role;
