-- The outbox: what transactions of other programs publish, until a node has published it.
-- The schema may be there already, made by someone who may make schemas.
do $$
begin
    if to_regnamespace('hawser') is null then
        create schema hawser;
    end if;
end
$$;

-- Within a channel the order of ids is the order of commits: see hawser.publish, the only way in.
create table hawser.outbox (
    id         bigint generated always as identity primary key,
    channel    text        not null check (channel <> ''),
    data       text        not null check (octet_length(data) <= 1048576),
    created_at timestamptz not null default clock_timestamp()
);

-- Rows come and go, so that by the share of dead rows it would be vacuumed too late.
alter table hawser.outbox set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 10000
);

-- What no node would publish.
create table hawser.outbox_dead (
    id         bigint primary key,
    channel    text        not null,
    data       text        not null,
    created_at timestamptz not null,
    refused_at timestamptz not null default clock_timestamp(),
    reason     text        not null
);

-- Whose ids they are: Redis remembers the last id of each channel together with this.
create table hawser.outbox_source (
    single boolean primary key default true check (single),
    source uuid not null default gen_random_uuid()
);
insert into hawser.outbox_source default values;

-- Publishes when the transaction commits, in a channel in the order of the commits: who publishes
-- there waits for the transaction that did so before. Returns the id.
create function hawser.publish(channel text, data text) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    new_id bigint;
begin
    -- Before the id is drawn, and until the commit.
    perform pg_advisory_xact_lock(hashtextextended(publish.channel, 4850176));
    insert into hawser.outbox (channel, data) values (publish.channel, publish.data)
    returning outbox.id into new_id;
    return new_id;
end
$$;

create function hawser.publish(channel text, data jsonb) returns bigint
    language sql security definer set search_path = pg_catalog, pg_temp
as $$
    select hawser.publish($1, $2::text)
$$;

-- Publishes a refused row after all, under a new id: the old one may have been passed. Returns the
-- new id, null if there is no such row.
create function hawser.outbox_retry(dead_id bigint) returns bigint
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    dead hawser.outbox_dead;
begin
    delete from hawser.outbox_dead where id = dead_id returning * into dead;
    if not found then
        return null;
    end if;
    return hawser.publish(dead.channel, dead.data);
end
$$;

-- To be called after the database was restored from a backup, with all nodes stopped: ids that are
-- given a second time would else be taken for published.
create function hawser.outbox_renew() returns uuid
    language sql set search_path = pg_catalog, pg_temp
as $$
    update hawser.outbox_source set source = gen_random_uuid() returning source
$$;
