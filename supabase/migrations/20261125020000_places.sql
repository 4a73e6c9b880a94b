-- Where a chunk stands in its document (headings, row) is kept in its metadata. An object's own metadata
-- has the places of all its chunks, in their order, since the same content stands elsewhere in another object.

-- After objects changed what they hold: deletes the content that no object holds any more, and puts the
-- rest under the first object that holds it. The caller has locked the rows.
create or replace function public.settle_content(ids text[])
returns void
language sql volatile security invoker
set search_path = ''
as $$
  with place as (
    select distinct on (piece.id)
      piece.id, o.bucket, o.key,
      (o.metadata - 'places')
        || coalesce(o.metadata -> 'places' -> (piece.number - 1)::integer, '{}') as metadata,
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
      ('function', 'schema_state')
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
    'version', '20261125020000',
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
